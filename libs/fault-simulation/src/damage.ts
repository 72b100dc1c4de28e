// Bits that turn over on the disk by themselves: where, and how they are mended again.

import type { Chance } from './chance';
import type { Medium, StoredFile } from './disk/medium';
import { Journal } from './log/journal';
import { LOG_FILE } from './log/simulated-log';
import type { FaultName } from './tally';

interface Flip {
  readonly file: StoredFile;
  readonly at: number;
  readonly bit: number;
}

export class Damage {
  private frames: Flip[] = [];
  /** Snapshots and read models that can't be read any more. */
  private readonly spoilt = new Set<StoredFile>();

  constructor(private readonly medium: Medium) {}

  /** A committed frame is not what was written. */
  get inFrames(): boolean {
    return this.frames.length > 0;
  }

  /** A snapshot or saved read models. */
  get hasStruck(): boolean {
    return this.spoilt.size > 0;
  }

  isSpoilt(name: string): boolean {
    return this.medium.has(name) && this.spoilt.has(this.medium.file(name));
  }

  /** Turns a bit over in the log, or in a file of that folder; undefined if there is nothing to damage. */
  strike(where: 'frames' | 'commit' | 'snapshot' | 'models', folder: string, chance: Chance): FaultName | undefined {
    if (where === 'frames') return this.strikeFrames(chance);
    if (where === 'commit') return this.strikeCommit(chance);
    const names = this.medium.names(folder).filter((name) => !name.endsWith('.part'));
    if (names.length === 0) return undefined;
    // The newest is the one that a start would use.
    const name = `${folder}/${names.sort()[names.length - 1]}`;
    const file = this.medium.file(name);
    if (file.seen.length === 0) return undefined;
    this.flip({ file, at: chance.index(file.seen.length), bit: chance.index(8) });
    this.spoilt.add(file);
    return where === 'snapshot' ? 'bits turned over in a snapshot' : 'bits turned over in read models';
  }

  mendFrames(): void {
    for (const flip of this.frames) this.flip(flip);
    this.frames = [];
  }

  private strikeFrames(chance: Chance): FaultName | undefined {
    const { file, journal } = this.log() ?? {};
    if (file === undefined || journal === undefined || journal.tip.place === 0 || this.inFrames) return undefined;
    const flip = { file, at: chance.between(journal.start, journal.end - 1), bit: chance.index(8) };
    this.flip(flip);
    this.frames.push(flip);
    return 'bits turned over in the log';
  }

  /** Only while the log is whole: of two commit records one must be left. */
  private strikeCommit(chance: Chance): FaultName | undefined {
    const { file, journal } = this.log() ?? {};
    if (file === undefined || journal === undefined || journal.tip.place < 2 || this.inFrames) return undefined;
    this.flip({ file, at: journal.lastCommitAt() + chance.index(journal.commitBytes), bit: chance.index(8) });
    return 'bits turned over in a commit record';
  }

  private log(): { file: StoredFile; journal: Journal } | undefined {
    if (!this.medium.has(LOG_FILE) || this.inFrames) return undefined;
    const file = this.medium.file(LOG_FILE);
    const journal = new Journal(file);
    journal.takeCommitted();
    return { file, journal };
  }

  private flip({ file, at, bit }: Flip): void {
    this.medium.flip(file, at, bit);
  }
}
