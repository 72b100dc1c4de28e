// What a benchmark is: a name, what it measures, and a report of figures beside aims. catalogue.ts lists them all.

/** How much is to be measured; from the command line. */
export interface Setting {
  /** Timed rounds, after a warm-up. */
  readonly runs: number;
  /** Operations of the stream that one run times. */
  readonly operations: number;
  /** Events of the longest log that `growth` writes. */
  readonly events: number;
  /** Sizes above this are cut, e.g. resting orders: a test runs everything tiny. */
  readonly largest: number;
  /** Whether the Java peer takes part, where it can. */
  readonly java: boolean;
  /** Says what is being done; on a terminal it replaces what was said before. */
  progress(text: string): void;
}

export interface Benchmark {
  readonly name: string;
  /** Heading of its part of docs/performance.md. */
  readonly title: string;
  /** How it is measured, in a few sentences; printed under the heading. */
  readonly method: string;
  /** Takes long: left out unless asked for by name. */
  readonly onlyByName?: boolean;
  measure(setting: Setting): Promise<Report>;
}

export type Unit = 'per second' | 's' | 'ms' | 'µs' | 'bytes' | 'MB' | '%' | '×';

/** One measured figure: the median of its runs, the least and the most of them. */
export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly runs: number;
  /** How many times the report's first figure of this unit is as large as this one. */
  readonly ratio?: number;
  /** What a reader must know to read it rightly, e.g. that a slow peer ran a tenth of the stream. */
  readonly note?: string;
}

/** What was wished for, and what came out. */
export interface Aim {
  readonly what: string;
  readonly unit: Unit;
  readonly bound: 'at least' | 'at most';
  readonly wanted: number;
  readonly measured: number;
  readonly reached: boolean;
}

/** A line of a chart: cost over size, latency over quantile. */
export interface Curve {
  readonly name: string;
  /** What the axes show, e.g. "events" and "µs per command". */
  readonly x: string;
  readonly y: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Report {
  readonly figures: readonly Figure[];
  readonly aims: readonly Aim[];
  /** Drawn instead of bars where there are any. */
  readonly curves?: readonly Curve[];
  /** What is missing and why, one line each. */
  readonly notes?: readonly string[];
}
