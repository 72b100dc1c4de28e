// Snapshots of a data folder against its log: each is compared with the fold of all records up to it, and then folded on
// over its own tail, which must come to the same state as the fold from the first record.

import { existsSync } from 'node:fs';

import { auditState, Replay, type MarketState } from '@tokenbourse/engine';
import { sameId, type Position } from '@tokenbourse/log';
import { SnapshotFiles, stateHash, type LoadedSnapshot, type SnapshotInfo } from '@tokenbourse/sequencer';

import type { CheckList } from './checks';
import { messageOf } from './failures';
import type { FanOut } from './fan-out';

export class SnapshotTails {
  private readonly files: SnapshotFiles | undefined;
  /** Snapshots that the fold has not come to, the newest first. */
  private readonly ahead: SnapshotInfo[];
  /** States that began from a snapshot and fold its tail. */
  private readonly tails: { readonly file: string; readonly state: MarketState }[] = [];
  /** How many there are, and how many of them could be read. */
  private readonly total: number;
  private whole = 0;

  constructor(
    folder: string,
    private readonly checks: CheckList,
    private readonly records: FanOut,
  ) {
    // Looking must not make the folder.
    this.files = existsSync(folder) ? new SnapshotFiles(folder) : undefined;
    this.ahead = this.files?.list() ?? [];
    this.total = this.ahead.length;
  }

  /** Whether a snapshot stands at this record, or should have stood at one before it. */
  isDue(sequence: number): boolean {
    const next = this.ahead[this.ahead.length - 1];
    return next !== undefined && next.sequence <= sequence;
  }

  /** @param state the fold of all records up to `position`; undefined if the engine could not fold them */
  compare(state: MarketState | undefined, position: Position): void {
    while (this.isDue(position.sequence)) {
      const info = this.ahead.pop()!;
      const snapshot = this.load(info);
      if (snapshot === undefined) continue;
      if (info.sequence !== position.sequence || !sameId(snapshot.position.id, position.id)) {
        this.find(info, `no frame of this log ends with record ${info.sequence} and has the id that it names`);
      } else if (state !== undefined && stateHash(state) !== snapshot.stateHash) {
        this.find(info, `its state is not the one that the log gives at record ${info.sequence}`);
        for (const { rule, what } of auditState(snapshot.state)) {
          this.checks.find('conservation', { file: info.file, record: info.sequence, what: `${rule}: ${what}` });
        }
      }
      this.follow(info, snapshot.state);
    }
  }

  /**
   * After the last record that could be read.
   * @param hash the state hash of the fold from the first record; undefined if there is none
   * @param isWhole whether that was the log's last: then all snapshots should have been met
   */
  finish(hash: string | undefined, lastSequence: number, isWhole: boolean): void {
    for (const info of this.ahead.splice(0).reverse()) {
      if (this.load(info) === undefined || !isWhole) continue;
      this.find(info, `it is of record ${info.sequence}, the log ends with record ${lastSequence}: its tail is lost`);
    }
    const { checks, tails, whole, total } = this;
    if (total === 0) {
      checks.skip('snapshots', 'there are none');
      checks.note('state_hash', 'there are no snapshots');
    } else {
      checks.note('snapshots', `${whole} of ${total} whole`);
      checks.note('state_hash', `${tails.length} of ${total} snapshots folded on`);
    }
    for (const { file, state } of tails) {
      const found = stateHash(state);
      if (hash === undefined || found === hash) continue;
      const what = `with its tail it gives the state hash ${found}, the log from its first record gives ${hash}`;
      checks.find('state_hash', { file, record: lastSequence, what });
    }
  }

  private load(info: SnapshotInfo): LoadedSnapshot | undefined {
    try {
      const snapshot = this.files!.read(info);
      this.whole += 1;
      return snapshot;
    } catch (error) {
      // A running exchange drops its oldest snapshots.
      if (existsSync(info.file)) this.find(info, messageOf(error));
      return undefined;
    }
  }

  private follow(info: SnapshotInfo, state: MarketState): void {
    if (state.sequence !== this.records.sequence) return;
    const tail = { file: info.file, state };
    this.tails.push(tail);
    this.records.add(new Replay(state), (error) => {
      this.tails.splice(this.tails.indexOf(tail), 1);
      const what = `its tail can't be folded: ${messageOf(error)}`;
      this.checks.find('state_hash', { file: info.file, record: this.records.sequence, what });
    });
  }

  private find({ file, sequence }: SnapshotInfo, what: string): void {
    this.checks.find('snapshots', { file, record: sequence, what });
  }
}
