// What was met on the way, counted by name: commands, events, and every kind of fault.

import { Counts } from './counts';

/** Faults, each of which a fixed set of seeds must meet. */
export const FAULTS = [
  'power cuts',
  'processes killed',
  'crashes at rest',
  'crashes before an append',
  'crashes in the middle of a write',
  'crashes between write and flush',
  'crashes after the flush, before the answer',
  'crashes while a snapshot is written',
  'crashes while read models are saved',
  'crashes during a start',
  'appends refused, nothing written',
  'appends refused, partly written',
  'appends refused, yet written',
  'appends refused, disk full',
  'snapshots refused',
  'read models not saved',
  'frames found that nobody was told of',
  'slow disks',
  'bits turned over in the log',
  'bits turned over in a commit record',
  'bits turned over in a snapshot',
  'bits turned over in read models',
  'starts refused',
  'snapshots passed over',
  'read models passed over',
  'clocks set forwards',
  'clocks set backwards',
  'clocks in doubt',
  'clocks confirmed',
  'commands repeated',
  'ids used for another command',
  'commands overtaken',
  'inboxes full',
  'commands turned away',
  'commands unanswered',
  'commands that the engine fails on',
  'writers begun again',
  'clean stops',
] as const;
export type FaultName = (typeof FAULTS)[number];

export class Tally extends Counts<FaultName> {
  seeds = 0;
  steps = 0;
  /** Submissions, repetitions included. */
  commands = 0;
  records = 0;
  events = 0;
  trades = 0;
  windowsSettled = 0;
  crashes = 0;
  checks = 0;

  constructor() {
    super(FAULTS);
  }

  add(other: Tally): void {
    for (const figure of ['seeds', 'steps', 'commands', 'records', 'events', 'trades'] as const) {
      this[figure] += other[figure];
    }
    this.windowsSettled += other.windowsSettled;
    this.crashes += other.crashes;
    this.checks += other.checks;
    this.addCounts(other);
  }
}
