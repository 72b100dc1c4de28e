// Writes the documents of folded records into Redis, each batch with its position in one step.
//
// A batch is written only where the store stands between what was written before and what the batch ends with, on the same
// chain: documents are absolute values, so whoever else writes, no record counts twice and none is taken back. Where the store is
// empty, foreign, or further behind than this writer can make up for, all documents are written anew beside it.

import { setTimeout as pause } from 'node:timers/promises';

import type { Cluster, Redis } from 'ioredis';
import { PositionPastEnd, originPosition, positionToJson, type Position } from '@tokenbourse/log';
import { reasonOf, type InProcessReadModels, type ReadStore } from '@tokenbourse/projections';
import { buildGeneration, sweep } from './generation';
import { keyPrefix, versionText } from './layout';
import { Milestones } from './milestones';
import { WRITE_BATCH } from './scripts';
import { look, storedOf, type Stored } from './stored';
import { Writes } from './writes';

const LOOK_EVERY_MS = 200;
/** Another writer that has written nothing for so long is taken to be gone. */
const TAKE_OVER_AFTER_MS = 1_000;
const CHECK_FOREIGN_EVERY_MS = 2_000;
const RETRY_MS_MAX = 2_000;
/** So far the fold may be ahead of the records being written: more of them would only make the next batch larger. */
const RECORDS_AHEAD_MAX = 4_000;

type Verdict = 'CONTINUES' | 'AHEAD' | 'EMPTY' | 'FOREIGN' | 'BEHIND' | 'OTHER_VERSION' | 'BROKEN';

export interface WriterOptions {
  readonly redis: Redis | Cluster;
  readonly market: string;
  readonly models: InProcessReadModels;
  /** Throws when the position is not one of the log's. */
  readonly assertOurs: (position: Position) => Promise<void>;
  readonly onEvent?: (message: string) => void;
}

export interface WriterStatus {
  readonly state: 'STARTING' | 'WRITING' | 'STANDING_BY' | 'REBUILDING' | 'AWAY';
  /** Last record that was seen in the store. */
  readonly stored_sequence: number;
  readonly batches: number;
  readonly records: number;
}

export class RedisWriter {
  private readonly prefix: string;
  private readonly version: string;
  private readonly milestones = new Milestones();
  private state: WriterStatus['state'] = 'STARTING';
  private batches = 0;
  private records = 0;

  private position = originPosition();
  private store: ReadStore | undefined;
  /** What changed after this record is known; undefined while nothing is remembered. */
  private base: number | undefined;
  /** Documents changed after `base` up to `mark`; later ones are remembered by the store. */
  private changed = new Map<string, Set<string>>();
  private mark = 0;
  /** Ids of the frames' ends since `base`, by their last records. */
  private ids = new Map<number, string>();

  private stored: Stored | undefined;
  private seen: Stored | undefined;
  private isLetGo = false;
  private storedSinceMs = 0;
  private checkedMs = 0;
  private pastEndSinceMs = 0;
  private active = false;
  private hasWritten = false;
  private broken = false;
  private held: Promise<void> | undefined;
  private wakeFold: () => void = () => undefined;
  private wakeWriter: () => void = () => undefined;
  private readonly ending = new AbortController();
  private running: Promise<void> | undefined;
  private told = '';

  constructor(private readonly options: WriterOptions) {
    this.prefix = keyPrefix(options.market);
    this.version = versionText(Object.values(options.models.folded), options.models.retention);
  }

  get status(): WriterStatus {
    const { state, batches, records } = this;
    return { state, stored_sequence: this.stored?.sequence ?? 0, batches, records };
  }

  /** Resolves when Redis has said where the store stands: a fold begun then can go on from there. */
  async begin(): Promise<void> {
    for (let failures = 0; !this.ending.signal.aborted; failures++) {
      try {
        this.see(await look(this.options.redis, this.prefix));
        return;
      } catch (error) {
        await this.away(error, failures);
      }
    }
  }

  /** Told by the fold where it stands; while what it returns is pending, it waits. */
  folded(position: Position): Promise<void> | undefined {
    const { store } = this.options.models;
    const id = positionToJson(position).id;
    if (store !== this.store) {
      this.store = store;
      this.base = undefined;
      this.milestones.reset();
    }
    this.position = position;
    this.milestones.add(position);
    if (this.base !== undefined) this.ids.set(position.sequence, id);
    else if (position.sequence === this.seen?.sequence && id === this.seen.id) this.track();
    this.wakeWriter();
    if (this.active && position.sequence - this.mark > RECORDS_AHEAD_MAX) this.hold();
    return this.isLetGo ? undefined : this.held;
  }

  /** From now on the fold is never held up. */
  letGo(): void {
    this.isLetGo = true;
    this.release();
  }

  run(): Promise<void> {
    this.running ??= this.work();
    return this.running;
  }

  /** Writes what was folded, as far as it goes within `timeoutMs`, and ends. Returns whether all of it is stored. */
  async stop(timeoutMs = 5_000): Promise<boolean> {
    const deadlineMs = performance.now() + timeoutMs;
    const isStored = (): boolean => (this.stored?.sequence ?? -1) >= this.position.sequence;
    while (!isStored() && performance.now() < deadlineMs) await pause(10);
    this.ending.abort();
    this.letGo();
    this.wakeWriter();
    await this.running;
    return isStored();
  }

  private async work(): Promise<void> {
    for (let failures = 0; !this.ending.signal.aborted;) {
      try {
        await this.step();
        failures = 0;
      } catch (error) {
        this.stored = undefined;
        this.storedSinceMs = performance.now();
        // A script that failed half-way may have left half a batch.
        if (/^(ERR|WRONGTYPE)/.test(reasonOf(error))) this.broken = true;
        await this.away(error, failures++);
      }
    }
  }

  private async step(): Promise<void> {
    const stored = this.stored ?? this.see(await look(this.options.redis, this.prefix));
    const verdict = this.judge(stored);
    if (verdict === 'CONTINUES') return this.active ? this.write(stored) : this.standBy(stored);
    if (verdict === 'AHEAD') return this.followOther(stored);
    if (verdict === 'OTHER_VERSION' && this.hasWritten) return this.standAside();
    if (this.ready() && (verdict !== 'BEHIND' || this.isAbandoned())) return this.rebuild(stored, verdict);
    await this.rest(LOOK_EVERY_MS);
    this.stored = undefined;
  }

  private judge(stored: Stored): Verdict {
    if (this.broken) return 'BROKEN';
    if (stored.generation === '') return 'EMPTY';
    if (stored.version !== this.version) return 'OTHER_VERSION';
    if (stored.sequence > this.position.sequence) return 'AHEAD';
    if (this.base === undefined || stored.sequence < this.base) return 'BEHIND';
    return this.ids.get(stored.sequence) === stored.id ? 'CONTINUES' : 'FOREIGN';
  }

  /** Whoever wrote it may still be on the way to where this one can go on: that is waited for. */
  private isAbandoned(): boolean {
    if (this.base === undefined) this.track();
    return performance.now() - this.storedSinceMs >= TAKE_OVER_AFTER_MS;
  }

  /** The log's end was reached once: what is folded is worth to be read. */
  private ready(): boolean {
    return this.options.models.isReady && this.store !== undefined;
  }

  /** Writes all that changed, in one step. */
  private async write(stored: Stored): Promise<void> {
    const { position, options, base = 0 } = this;
    if (position.sequence === stored.sequence) {
      this.state = 'WRITING';
      return this.rest(LOOK_EVERY_MS, () => (this.stored = undefined));
    }
    const store = this.store!;
    const writes = new Writes(options.models.folded, store, base);
    this.takeChanged();
    for (const [collection, keys] of this.changed) writes.take(collection, keys);
    const { id, sequence, place } = positionToJson(position);
    const head = [`${this.prefix}${stored.generation}:`, sequence, stored.generation, stored.sequence, stored.id];
    const args = [...head, id, place, store.atUs, ...this.milestones.since(base), ...writes.args()];
    this.release();
    const now = storedOf(await WRITE_BATCH.run(options.redis, [`${this.prefix}meta`], args));
    this.see(now);
    if (this.store !== store) return;
    if (now.generation === stored.generation && now.sequence === sequence && now.id === id) {
      this.batches += 1;
      this.records += sequence - stored.sequence;
      this.hasWritten = true;
      this.say('WRITING', '');
      this.settle(sequence, new Map());
    } else {
      this.active = false; // another writes: it goes on, or is followed up
    }
  }

  /** Everything up to `mark` is in the store. */
  private settle(sequence: number, changed: Map<string, Set<string>>): void {
    this.base = sequence;
    this.changed = changed;
    for (const known of this.ids.keys()) if (known < sequence) this.ids.delete(known);
  }

  private takeChanged(): void {
    for (const [collection, keys] of this.store!.takeTouched()) {
      const before = this.changed.get(collection);
      if (before === undefined) this.changed.set(collection, new Set(keys));
      else for (const key of keys) before.add(key);
    }
    this.mark = this.position.sequence;
  }

  /** Another writer is at work, or was: whoever writes nothing for a while is followed up. */
  private async standBy(stored: Stored): Promise<void> {
    this.say('STANDING_BY', '');
    this.forget(stored);
    const idleMs = performance.now() - this.storedSinceMs;
    if (stored.sequence < this.position.sequence && idleMs >= TAKE_OVER_AFTER_MS) {
      this.active = true;
      return;
    }
    await this.rest(LOOK_EVERY_MS);
    this.stored = undefined;
  }

  private async followOther(stored: Stored): Promise<void> {
    this.active = false;
    this.say('STANDING_BY', '');
    this.forget(stored);
    if (this.ready() && performance.now() - this.checkedMs > CHECK_FOREIGN_EVERY_MS) {
      this.checkedMs = performance.now();
      const problem = await this.foreign(stored);
      if (problem !== undefined) return this.rebuild(stored, 'FOREIGN');
    }
    await this.rest(LOOK_EVERY_MS);
    this.stored = undefined;
  }

  /** What is stored need not be remembered any more: the changes up to the mark go when the store has passed it. */
  private forget(stored: Stored): void {
    if (this.base === undefined || stored.sequence < this.mark) return;
    const sequence = this.mark;
    const rest = this.store!.takeTouched();
    this.mark = this.position.sequence;
    this.settle(sequence, new Map([...rest].map(([collection, keys]) => [collection, new Set(keys)])));
  }

  private async foreign({ place, sequence, id }: Stored): Promise<Error | undefined> {
    const position = { place, sequence, id: new Uint8Array(Buffer.from(id, 'hex')) };
    try {
      await this.options.assertOurs(position);
      this.pastEndSinceMs = 0;
      return undefined;
    } catch (error) {
      // Another reader of the log may see its end earlier than this one, but not for long.
      if (!(error instanceof PositionPastEnd)) return error as Error;
      if (this.pastEndSinceMs === 0) this.pastEndSinceMs = performance.now();
      const isLasting = performance.now() - this.pastEndSinceMs > 2 * CHECK_FOREIGN_EVERY_MS;
      return isLasting ? error : undefined;
    }
  }

  /** A program of another version has taken the store over. */
  private async standAside(): Promise<void> {
    this.active = false;
    this.say(
      'STANDING_BY',
      'the read store is written by a program of another version or retention: this one stands aside',
    );
    await this.rest(10 * LOOK_EVERY_MS);
    this.stored = undefined;
  }

  private async rebuild(stored: Stored, verdict: Verdict): Promise<void> {
    const why = {
      EMPTY: 'is empty',
      FOREIGN: 'holds another log',
      BEHIND: 'is behind what this projector remembers',
      OTHER_VERSION: 'is of another version or retention',
      BROKEN: 'may hold half a batch after an error',
    }[verdict as string];
    this.say('REBUILDING', `the read store ${why}: it is written anew up to record ${this.position.sequence}`);
    this.hold();
    const { position, options } = this;
    const store = this.store!;
    try {
      const { id: idHex } = positionToJson(position);
      const { folded: models } = options.models;
      const { version, milestones } = this;
      const isStill = (): boolean => this.position === position && this.store === store;
      const content = {
        models,
        store,
        position,
        idHex,
        atUs: store.atUs,
        version,
        milestones: milestones.since(-1),
        isStill,
      };
      const { own, ...now } = await buildGeneration(options.redis, this.prefix, content, stored);
      this.see(now);
      if (!own) return;
      this.broken = false;
      this.hasWritten = true;
      this.active = true;
      this.track();
      this.say('WRITING', `the read store is whole up to record ${position.sequence}`);
      await sweep(options.redis, this.prefix, now.generation);
    } finally {
      this.release();
    }
  }

  /** From here on changes are remembered. */
  private track(): void {
    this.store!.track();
    this.store!.takeTouched();
    this.base = this.mark = this.position.sequence;
    this.changed = new Map();
    this.ids = new Map([[this.position.sequence, positionToJson(this.position).id]]);
  }

  private see(stored: Stored): Stored {
    const before = this.seen;
    if (before === undefined || before.sequence !== stored.sequence || before.generation !== stored.generation) {
      this.storedSinceMs = performance.now();
    }
    this.seen = stored;
    this.stored = stored;
    return stored;
  }

  private hold(): void {
    this.held ??= new Promise((resolve) => {
      this.wakeFold = () => {
        this.held = undefined;
        resolve();
      };
    });
  }

  private release(): void {
    this.wakeFold();
  }

  /** Waits for the fold, or for `ms`. */
  private async rest(ms: number, after?: () => void): Promise<void> {
    if (this.ending.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        after?.();
        resolve();
      }, ms);
      this.wakeWriter = () => {
        if (!this.active && !this.ending.signal.aborted) return; // who stands by looks at its own pace
        clearTimeout(timer);
        resolve();
      };
    });
    this.wakeWriter = () => undefined;
  }

  private async away(error: unknown, failures: number): Promise<void> {
    if (this.ending.signal.aborted) return;
    this.say('AWAY', `the read store can't be written: ${reasonOf(error)}`);
    await pause(Math.min(50 * 2 ** failures, RETRY_MS_MAX), undefined, { signal: this.ending.signal }).catch(
      () => undefined,
    );
  }

  private say(state: WriterStatus['state'], message: string): void {
    this.state = state;
    if (message !== '' && message !== this.told) this.options.onEvent?.(message);
    this.told = message;
  }
}
