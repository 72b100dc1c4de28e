// Milestones: which place in the log a record stands at, every so many records; the further back, the fewer.

import { positionToJson, type Position } from '@tokenbourse/log';
import { MILESTONES_MAX } from './scripts';

const EVERY_RECORDS = 10_000;

export class Milestones {
  private kept: Position[] = [];

  reset(): void {
    this.kept = [];
  }

  add(position: Position): void {
    const last = this.kept[this.kept.length - 1];
    if (last !== undefined && position.sequence - last.sequence < EVERY_RECORDS) return;
    this.kept.push(position);
    if (this.kept.length > MILESTONES_MAX) this.kept = this.kept.filter((_, i) => i % 2 === 0);
  }

  /** Those after record `sequence`, as the operation that writes them; nothing where there are none. */
  since(sequence: number): (string | number)[] {
    const args: (string | number)[] = [];
    for (let i = this.kept.length - 1; i >= 0 && this.kept[i].sequence > sequence; i--) {
      args.push(this.kept[i].sequence, JSON.stringify(positionToJson(this.kept[i])));
    }
    return args.length === 0 ? [] : ['MILESTONES', 'milestones', args.length, ...args];
  }
}
