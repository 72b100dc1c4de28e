// Writes the documents of folded records into Redis, each batch with its position in one step.
//
// A batch is written only where the store stands between what was written before and what the batch ends with, on the same
// chain: documents are absolute values, so whoever else writes, no record counts twice and none is taken back. Where the store is
// empty, foreign, or further behind than this writer can make up for, all documents are written anew beside it.

import { setTimeout as pause } from 'node:timers/promises';

import type { Cluster, Redis } from 'ioredis';
import { originPosition, positionToJson, type Position } from '@tokenbourse/log';
import { reasonOf, type InProcessReadModels, type ReadStore } from '@tokenbourse/projections';
import { buildGeneration, sweep } from './generation';
import { Changes } from './changes';
import { whyFailed } from './connect';
import { keyPrefix, versionText } from './layout';
import { ForeignCheck } from './foreign-check';
import { Gate } from './gate';
import { Milestones } from './milestones';
import { WRITE_BATCH } from './scripts';
import { look, storedOf, type Stored, type WriterStatus } from './stored';
import { Suitability } from './suitable';
import { WHY_ANEW, judge, type Anew } from './verdict';
import { Writes } from './writes';

const LOOK_EVERY_MS = 200;
/** Another writer that has written nothing for so long is taken to be gone. */
const TAKE_OVER_AFTER_MS = 1_000;
const RETRY_MS_MAX = 2_000;
/** So far the fold may be ahead of the records being written: more of them would only make the next batch larger. */
const RECORDS_AHEAD_MAX = 4_000;

export interface WriterOptions {
  readonly redis: Redis | Cluster;
  readonly market: string;
  readonly models: InProcessReadModels;
  /** Throws when the position is not one of the log's. */
  readonly assertOurs: (position: Position) => Promise<void>;
  readonly onEvent?: (message: string) => void;
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
  private readonly changes = new Changes();
  private stored: Stored | undefined;
  private seen: Stored | undefined;
  private storedSinceMs = 0;
  private readonly foreign: ForeignCheck;
  private active = false;
  private ownSequence = -1;
  private broken = false;
  /** Before the fold. */
  readonly gate = new Gate();
  private readonly suitability: Suitability;
  private wakeWriter: () => void = () => undefined;
  private readonly ending = new AbortController();
  private running: Promise<void> | undefined;
  private told = '';

  constructor(private readonly options: WriterOptions) {
    this.prefix = keyPrefix(options.market);
    this.suitability = new Suitability(options.redis, this.prefix);
    this.foreign = new ForeignCheck(options.assertOurs);
    this.version = versionText(Object.values(options.models.folded), options.models.retention);
  }

  get status(): WriterStatus {
    const { state, batches, records, told, ownSequence: own_sequence } = this;
    return { state, stored_sequence: this.stored?.sequence ?? 0, own_sequence, batches, records, told };
  }

  /** Resolves when Redis has said where the store stands: a fold begun then can go on from there. */
  async begin(): Promise<void> {
    for (let failures = 0; !this.ending.signal.aborted; failures++) {
      try {
        await this.suitability.check();
        this.see(await look(this.options.redis, this.prefix));
        return;
      } catch (error) {
        await this.away(error, failures);
      }
    }
  }

  /** Told by the fold where it stands. */
  folded(position: Position): void {
    const { store } = this.options.models;
    const id = positionToJson(position).id;
    if (store !== this.store) {
      this.store = store;
      this.changes.stop();
      this.milestones.reset();
    }
    this.position = position;
    this.milestones.add(position);
    if (this.changes.base !== undefined) this.changes.reached(position.sequence, id);
    else if (position.sequence === this.seen?.sequence && id === this.seen.id)
      this.changes.track(this.store!, this.position);
    this.wakeWriter();
    if (this.active && position.sequence - this.changes.mark > RECORDS_AHEAD_MAX) this.gate.close();
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
    this.gate.remove();
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
        this.suitability.lookAgain();
        this.storedSinceMs = performance.now();
        // A script that failed half-way may have left half a batch.
        if (/^(ERR|WRONGTYPE)/.test(reasonOf(error))) this.broken = true;
        await this.away(error, failures++);
      }
    }
  }

  private async step(): Promise<void> {
    await this.suitability.check();
    const stored = this.stored ?? this.see(await look(this.options.redis, this.prefix));
    const { broken, version, position, changes } = this;
    const verdict = judge(stored, { broken, version, folded: position.sequence, changes });
    if (verdict === 'CONTINUES') return this.active ? this.write(stored) : this.standBy(stored);
    if (verdict === 'AHEAD') return this.followOther(stored);
    if (verdict === 'OTHER_VERSION' && this.ownSequence >= 0) return this.standAside();
    if (this.ready() && (verdict !== 'BEHIND' || this.isAbandoned())) return this.rebuild(stored, verdict);
    await this.rest(LOOK_EVERY_MS);
    this.stored = undefined;
  }

  /** Whoever wrote it may still be on the way to where this one can go on: that is waited for. */
  private isAbandoned(): boolean {
    if (this.changes.base === undefined) this.changes.track(this.store!, this.position);
    return performance.now() - this.storedSinceMs >= TAKE_OVER_AFTER_MS;
  }

  /** The log's end was reached once: what is folded is worth to be read. */
  private ready(): boolean {
    return this.options.models.isReady && this.store !== undefined;
  }

  /** Writes all that changed, in one step. */
  private async write(stored: Stored): Promise<void> {
    const { position, options, changes } = this;
    const { base = 0 } = changes;
    if (position.sequence === stored.sequence) {
      this.state = 'WRITING';
      return this.rest(LOOK_EVERY_MS, () => (this.stored = undefined));
    }
    const store = this.store!;
    const writes = new Writes(options.models.folded, store, base);
    for (const [collection, keys] of changes.take(store, position.sequence)) writes.take(collection, keys);
    const { id, sequence, place } = positionToJson(position);
    const head = [`${this.prefix}${stored.generation}:`, sequence, stored.generation, stored.sequence, stored.id];
    const args = [...head, id, place, store.atUs, ...this.milestones.since(base), ...writes.args()];
    this.gate.open();
    const reply = (await WRITE_BATCH.run(options.redis, [`${this.prefix}meta`], args)) as readonly string[];
    this.see(storedOf(reply));
    if (this.store !== store) return;
    if (reply[6] === '1') {
      this.batches += 1;
      this.records += sequence - stored.sequence;
      this.ownSequence = sequence;
      this.say('WRITING', '');
      changes.written(sequence);
    } else {
      this.active = false; // another writes: it goes on, or is followed up
    }
  }

  /** Another writer is at work, or was: whoever writes nothing for a while is followed up. */
  private async standBy(stored: Stored): Promise<void> {
    this.say('STANDING_BY', '');
    this.changes.stored(stored.sequence, this.store, this.position.sequence);
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
    this.changes.stored(stored.sequence, this.store, this.position.sequence);
    if (this.ready() && (await this.foreign.isForeign(stored))) return this.rebuild(stored, 'FOREIGN');
    await this.rest(LOOK_EVERY_MS);
    this.stored = undefined;
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

  private async rebuild(stored: Stored, verdict: Anew): Promise<void> {
    this.say(
      'REBUILDING',
      `the read store ${WHY_ANEW[verdict]}: it is written anew up to record ${this.position.sequence}`,
    );
    this.gate.close();
    const { position, options } = this;
    const store = this.store!;
    try {
      const { id: idHex } = positionToJson(position);
      const { folded: models } = options.models;
      const { version, milestones } = this;
      const isStill = (): boolean => this.position === position && this.store === store;
      // What a builder has left that was killed, or cut off, may fill what this one needs.
      await sweep(options.redis, this.prefix);
      const whole = { version, milestones: milestones.since(-1), isStill };
      const content = { models, store, position, idHex, atUs: store.atUs, ...whole };
      const { own, ...now } = await buildGeneration(options.redis, this.prefix, content, stored);
      this.see(now);
      if (!own) return;
      this.broken = false;
      this.ownSequence = position.sequence;
      this.active = true;
      this.changes.track(this.store!, this.position);
      this.say('WRITING', `the read store is whole up to record ${position.sequence}`);
      await sweep(options.redis, this.prefix);
    } finally {
      this.gate.open();
    }
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
    this.say('AWAY', `the read store can't be written: ${whyFailed(this.options.redis, error)}`);
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
