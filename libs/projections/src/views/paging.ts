// What every answer of the read models has in common: numbers, options, pages.

/** A signed 64-bit integer as a decimal string. */
export type Wide = string;
/** Ticks as a decimal string with up to three places, rounded half up; null where there is nothing to average. */
export type Average = string | null;

export interface ReadOptions {
  /** Answer only when this record is visible. */
  readonly min_seq?: number;
  /** How long to wait for it, in milliseconds (default 2,000); then READ_TIMEOUT. */
  readonly timeout_ms?: number;
}

export interface PageRequest extends ReadOptions {
  /** From 1 to 1,000; 100 without it. */
  readonly limit?: number;
  /** `cursor` of the page before; the first page without it. */
  readonly cursor?: string;
}

/** One answer. What was not found is `data: null`. */
export interface Answer<T> {
  /** Last record that the answer knows of. */
  readonly as_of_seq: number;
  /** Its time; 0 where there is none. */
  readonly as_of_us: number;
  readonly data: T;
}

export interface Page<T> {
  readonly as_of_seq: number;
  readonly data: readonly T[];
  readonly has_more: boolean;
  /** For the next page; null when there is none. */
  readonly cursor: string | null;
}
