// The witness: reads the log from outside as it becomes durable, folds it from its first record on with nothing
// but the log, and keeps what was read. What it has seen must stay so for ever.

import { Auditor } from '@tokenbourse/audit';
import { decodeRecords, visitRecords, type LogRecord } from '@tokenbourse/domain';
import { auditState, MarketState } from '@tokenbourse/engine';
import { Bell, hex, originPosition, type PlacedFrame } from '@tokenbourse/log';
import { contentDigest, InProcessReadModels, type Retention } from '@tokenbourse/projections';
import { Fold, stateHash } from '@tokenbourse/sequencer';

import { nameOf } from './clients';
import type { Medium, StoredFile } from './disk/medium';
import { JournalReader } from './log/journal-reader';
import { LOG_FILE } from './log/simulated-log';

/** Told of what must not be: which check, and what is so. */
export type Find = (check: string, what: string) => void;

export class Witness {
  /** By sequence number; place 0 stays empty. */
  readonly records: (LogRecord | undefined)[] = [undefined];
  readonly auditor: Auditor;
  clocksConfirmed = 0;
  events = 0;
  trades = 0;
  windowsEnded = 0;
  /** Records by the client's name of the command that they answer. */
  readonly answers = new Map<string, number>();
  readonly models: InProcessReadModels;
  private reader: { readonly file: StoredFile; readonly log: JournalReader } | undefined;
  private lastStampUs = 0;
  protected readonly fold = new Fold(new MarketState(), originPosition());

  /** @param latestUs the latest time that a record may carry now, behind one of that stamp */
  constructor(
    private readonly medium: Medium,
    retention: Retention,
    protected readonly find: Find,
    private readonly latestUs: (lastStampUs: number) => number,
  ) {
    this.auditor = new Auditor(({ check, sequence, what }) => find(`audit: ${check}`, `record ${sequence}: ${what}`));
    this.models = new InProcessReadModels(retention);
  }

  get sequence(): number {
    return this.fold.position.sequence;
  }

  get state(): MarketState {
    return this.fold.state;
  }

  get tipId(): string {
    return hex(this.fold.position.id);
  }

  /** Takes in what has been committed since the last look. */
  async catchUp(): Promise<void> {
    if (!this.medium.has(LOG_FILE)) return;
    const file = this.medium.file(LOG_FILE);
    if (this.reader?.file !== file) this.reader = { file, log: new JournalReader(file, new Bell()) };
    try {
      for await (const frame of this.reader.log.read(this.fold.position)) this.take(frame);
    } catch (error) {
      this.find('history', `what was read once can't be read on: ${String(error)}`);
    }
  }

  stateHash(): string {
    return stateHash(this.state);
  }

  modelsDigest(): string {
    return contentDigest(this.models.store);
  }

  /** The whole state and all books, added up. */
  auditAll(): void {
    for (const { rule, what } of auditState(this.state)) this.find(`conserved: ${rule}`, what);
    this.auditor.finish();
  }

  protected take(placed: PlacedFrame): void {
    const { frame } = placed;
    this.fold.take(placed);
    visitRecords(frame.payload, frame.firstSequence, this.auditor);
    this.models.applyPayload(frame.payload, frame.firstSequence);
    for (const record of decodeRecords(frame.payload, frame.firstSequence)) this.keep(record);
  }

  private keep(record: LogRecord): void {
    this.records.push(record);
    this.count(record);
    const aheadUs = record.at_us - this.latestUs(this.lastStampUs);
    if (aheadUs > 0)
      this.find('clock', `record ${record.sequence} is ${aheadUs} µs ahead of any clock that was confirmed`);
    this.lastStampUs = record.at_us;
    if (record.identity === null) return;
    const name = nameOf({ ...record.identity, type: record.identity.command });
    this.answers.set(name, (this.answers.get(name) ?? 0) + 1);
  }

  private count({ events }: LogRecord): void {
    this.events += events.length;
    for (const { type } of events) {
      if (type === 'TradeExecuted') this.trades += 1;
      else if (type === 'WindowEnded') this.windowsEnded += 1;
      else if (type === 'ClockConfirmed') this.clocksConfirmed += 1;
    }
  }
}
