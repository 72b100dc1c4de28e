// Verifies a data folder: one pass over the log, in which the chain is followed, every record is decoded once and given to
// the engine, the auditor and the read models, and snapshots are compared where they stand.

import { Auditor } from '@tokenbourse/audit';
import { formatInstant, RecordWriter, visitRecords, type RecordVisitor } from '@tokenbourse/domain';
import { auditState, MarketState, Replay } from '@tokenbourse/engine';
import { FrameDamaged, hex, originPosition, type Frame, type Position } from '@tokenbourse/log';
import { LmdbLogReader, LogDamaged } from '@tokenbourse/log-lmdb';
import { stateHash } from '@tokenbourse/sequencer';

import { compareBooks } from './agreement';
import { CheckList, type CheckResult } from './checks';
import { messageOf } from './failures';
import { FanOut } from './fan-out';
import { ReadModelsCheck, type RebuiltModels } from './read-models';
import { SnapshotTails } from './snapshot-tails';

export interface VerificationReport {
  readonly sound: boolean;
  readonly folder: string;
  readonly market: string;
  readonly log: {
    readonly frames: number;
    readonly records: number;
    readonly events: number;
    /** Id of the last frame, hexadecimal; names the whole history. */
    readonly last_frame_id: string;
    /** Time of the last record, RFC 3339; null for an empty log. */
    readonly last_at: string | null;
  };
  /** Folded from the first record; null if that was not possible. */
  readonly state_hash: string | null;
  readonly read_models: RebuiltModels | null;
  readonly checks: readonly CheckResult[];
  /** Up to where the log could be read, and what is there; null if to its end. */
  readonly stopped: string | null;
  readonly seconds: number;
  readonly events_per_second: number;
}

/** The engine's whole state is audited so many times on the way, and at the end. */
const AUDITS = 10;

/**
 * Opens a folder for reading, also while an exchange runs on it, and checks it up to the log's end as it is then.
 * @param onProgress told the fraction done and the last record looked at
 * @throws the errors of LmdbLogReader.open for a folder that can't be read at all
 */
export async function verifyFolder(
  path: string,
  onProgress: (fraction: number, record: number) => void = () => undefined,
): Promise<VerificationReport> {
  const log = await LmdbLogReader.open(path);
  try {
    return await new Verification(log, onProgress).run();
  } finally {
    await log.close();
  }
}

class Verification {
  private readonly checks = new CheckList();
  private readonly records = new FanOut();
  private readonly encoder = new RecordWriter();
  private readonly auditor = new Auditor(({ check, sequence, what }) =>
    this.checks.find(check, { record: sequence, frame: this.place, what }),
  );
  /** Folded by the engine from the first record; undefined once the engine could not go on. */
  private state: MarketState | undefined = new MarketState();
  private isAudited = true;
  private isEncoded = true;
  private digestsApart = false;
  /** The last frame was folded in part: there is no state between two records. */
  private isTorn = false;
  /** After the last frame that was folded. */
  private position = originPosition();
  private events = 0;
  private lastUs = 0;
  /** Of the frame in hand. */
  private place = 1;
  private stoppedAt: string | undefined;
  private readonly startedMs = performance.now();

  constructor(
    private readonly log: LmdbLogReader,
    private readonly onProgress: (fraction: number, record: number) => void,
  ) {}

  async run(): Promise<VerificationReport> {
    const { checks, log, records } = this;
    // What is saved is listed before the log's end is looked at: it can then only be of records that are there.
    const snapshots = new SnapshotTails(log.folder.snapshots, checks, records);
    const models = await ReadModelsCheck.open(log.folder.readModels, checks);
    this.addReaders(models);
    await this.readFrames(snapshots, models);
    this.auditor.finish();
    this.compareStates();
    const { sequence } = this.position;
    const hash = this.state === undefined || this.isTorn ? undefined : stateHash(this.state);
    const isWhole = this.stoppedAt === undefined;
    snapshots.finish(hash, sequence, isWhole);
    if (this.state === undefined) checks.skip('agreement', 'the engine could not fold the log');
    const books = this.isAudited && !this.isTorn ? this.auditor.books : undefined;
    const rebuilt = await models.finish(sequence, isWhole, books);
    return this.report(hash, rebuilt);
  }

  private addReaders(models: ReadModelsCheck): void {
    const { checks, records } = this;
    const at = () => ({ record: records.sequence, frame: this.place });
    const { encoder } = this;
    const encoding: RecordVisitor = {
      begin: (_, atUs, cause, causeSequence, identity) => encoder.begin(atUs, cause, causeSequence, identity),
      event: (event) => encoder.write(event),
      end: () => encoder.end(),
    };
    records.add(encoding, (error) => {
      this.isEncoded = false;
      checks.find('decoding', { ...at(), what: `it can't be encoded again: ${messageOf(error)}` });
    });
    records.add(new Replay(this.state!), (error) => {
      this.state = undefined;
      checks.find('conservation', { ...at(), what: `the engine can't fold this record: ${messageOf(error)}` });
    });
    records.add(this.auditor, (error) => {
      this.isAudited = false;
      checks.find('records', { ...at(), what: `the auditor can't go on: ${messageOf(error)}` });
      checks.skip('agreement', 'the auditor could not go on');
    });
    records.add(models.visitor, (error) => checks.find('read_models', { ...at(), what: messageOf(error) }));
  }

  private async readFrames(snapshots: SnapshotTails, models: ReadModelsCheck): Promise<void> {
    const end = await this.lastPlace();
    let audits = 1;
    try {
      for await (const { frame, position } of this.log.read(originPosition(), { limit: end })) {
        this.place = position.place;
        if (!this.takeFrame(frame)) break;
        this.position = position;
        if (snapshots.isDue(position.sequence)) {
          this.compareStates();
          snapshots.compare(this.state, position);
        }
        if (models.isDue(position.sequence)) models.compare(position);
        if (position.place * AUDITS >= audits * end) {
          audits += 1;
          this.compareStates();
        }
        this.onProgress(position.place / end, position.sequence);
      }
    } catch (error) {
      this.damaged(error);
    }
  }

  /** How far to read; a frame at the end that is damaged is met again when it is read. */
  private async lastPlace(): Promise<number> {
    try {
      return (await this.log.tip()).place;
    } catch (error) {
      if (error instanceof FrameDamaged) return error.place;
      throw error;
    }
  }

  /** Gives a frame's records to all readers; false if they can't be decoded, so that nothing after them can be folded. */
  private takeFrame(frame: Frame): boolean {
    const { checks, encoder, records, place } = this;
    const last = frame.firstSequence + frame.recordCount - 1;
    try {
      visitRecords(frame.payload, frame.firstSequence, records);
    } catch (error) {
      this.isTorn = true;
      const record = Math.max(frame.firstSequence, records.sequence);
      checks.find('decoding', { frame: place, record, what: `it can't be decoded: ${messageOf(error)}` });
      this.stoppedAt = `up to record ${this.position.sequence}: frame ${place} can't be decoded`;
      return false;
    }
    if (records.sequence !== last) {
      const what = `the frame holds the records to ${records.sequence}, its header says to ${last}`;
      checks.find('sequence', { frame: place, record: records.sequence, what });
      this.stoppedAt = `up to record ${this.position.sequence}: frame ${place} holds other records than it says`;
      return false;
    }
    if (this.isEncoded && Buffer.compare(encoder.take(), frame.payload) !== 0) {
      const what = `the records of the frame, ${frame.firstSequence} to ${last}, encode to other bytes`;
      checks.find('decoding', { frame: place, record: frame.firstSequence, what });
    }
    this.compareDigest(frame, last);
    this.events = records.events;
    this.lastUs = records.atUs;
    return true;
  }

  /** Told once: a digest is a sum of all before it, so that one that is wrong makes all later ones wrong. */
  private compareDigest(frame: Frame, record: number): void {
    if (this.state === undefined || this.digestsApart) return;
    const digest = this.state.digest >>> 0;
    if (digest === frame.digest) return;
    this.digestsApart = true;
    const what = `the frame carries ${frame.digest}, the state after it has ${digest}; later frames are not compared`;
    this.checks.find('digests', { frame: this.place, record, what });
  }

  /** The engine's state by its own rules, and beside the auditor's books. */
  private compareStates(): void {
    const { checks, state, place } = this;
    if (state === undefined || this.isTorn) return;
    const record = state.sequence;
    for (const { rule, what } of auditState(state)) {
      checks.find('conservation', { frame: place, record, what: `${rule}: ${what}` });
    }
    if (!this.isAudited) return;
    compareBooks(state, this.auditor.books, (what) => checks.find('agreement', { frame: place, record, what }));
  }

  private damaged(error: unknown): void {
    const { sequence, place } = this.position;
    if (error instanceof FrameDamaged) {
      const check = error.what === 'sequence gap' ? 'sequence' : 'chain';
      this.checks.find(check, { frame: error.place, record: error.sequence, what: error.message });
      this.stoppedAt = `up to record ${sequence}: frame ${error.place} can't be read`;
    } else if (error instanceof LogDamaged) {
      this.checks.find('chain', { frame: place + 1, record: sequence + 1, file: error.file, what: error.message });
      this.stoppedAt = `up to record ${sequence}: the log's file is damaged`;
    } else throw error;
  }

  private report(hash: string | undefined, rebuilt: RebuiltModels | undefined): VerificationReport {
    const { events, lastUs } = this;
    const { folder } = this.log;
    const { place, sequence, id }: Position = this.position;
    const checks = this.checks.results(this.stoppedAt === undefined);
    const seconds = (performance.now() - this.startedMs) / 1_000;
    return {
      sound: checks.every(({ status }) => status === 'PASSED' || status === 'SKIPPED'),
      folder: folder.path,
      market: folder.market,
      log: {
        frames: place,
        records: sequence,
        events,
        last_frame_id: hex(id),
        last_at: sequence === 0 ? null : formatInstant(lastUs),
      },
      state_hash: hash ?? null,
      read_models: rebuilt ?? null,
      checks,
      stopped: this.stoppedAt ?? null,
      seconds: Number(seconds.toFixed(3)),
      events_per_second: Math.round(events / seconds),
    };
  }
}
