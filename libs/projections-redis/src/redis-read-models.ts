// The read models' questions, answered from what projectors have written into Redis.

import type { Cluster, Redis } from 'ioredis';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { positionFromJson, type Position } from '@tokenbourse/log';
import {
  AnsweringReadModels,
  DEFAULT_RETENTION,
  READ_TIMEOUT_MS_DEFAULT,
  READ_TIMEOUT_MS_MAX,
  invalidRequest,
  notReady,
  readTimeout,
  reasonOf,
  type Question,
  type ReadOptions,
  type ReadStatus,
  type Retention,
} from '@tokenbourse/projections';
import { whyFailed } from './connect';
import { FetchedModels, type Want } from './fetched-models';
import { keyPrefix, versionText, type GroupName } from './layout';
import { hintOf } from './page-hint';
import { READ } from './read-script';
import { Replica, type GroupReply } from './replica';
import { look } from './stored';

/** Rows of a ring are fetched by pages of the question; by this many times more where a filter leaves too few. */
const MORE_ROWS = 16;
/** A question that reads what depends on what it reads asks so often; the store must not change in between. */
const ROUNDS_MAX = 100;
const LOOK_EVERY_MS = 3;
const OVERTAKEN_MAX = 5;
/** Wants of one call to Redis: while it runs, nothing else does. */
const WANTS_MAX = 128;

export interface RedisReadModelsOptions {
  readonly redis: Redis | Cluster;
  readonly market: string;
  /** The projectors' own. */
  readonly retention?: Retention;
}

interface Reading {
  readonly sequence: number;
  readonly atUs: number;
  /** By the want's text. */
  readonly results: ReadonlyMap<string, unknown>;
}

/** What questions of the same turn of the event loop ask together. */
interface Batch {
  readonly groups: Set<GroupName>;
  readonly wants: Map<string, Want>;
  readonly reading: Promise<Reading>;
}

export class RedisReadModels extends AnsweringReadModels {
  private readonly prefix: string;
  private readonly version: string;
  private replica: Replica;
  private waiting: Promise<number> | undefined;
  private batch: Batch | undefined;

  constructor(private readonly options: RedisReadModelsOptions) {
    super();
    const { market, retention = DEFAULT_RETENTION } = options;
    this.prefix = keyPrefix(market);
    this.replica = new Replica(retention);
    this.version = versionText(Object.values(this.replica.models), retention);
  }

  async status(): Promise<ReadStatus> {
    try {
      const { sequence, atUs } = await this.read([], new Map());
      return { ready: true, reason: '', failed: false, as_of_seq: sequence, as_of_us: atUs };
    } catch (error) {
      const reason = error instanceof Error && error.name === 'ReadError' ? error.message : reasonOf(error);
      return { ready: false, reason, failed: false, as_of_seq: 0, as_of_us: 0 };
    }
  }

  /** Where in the log the read store stands; undefined where it stands nowhere, or does not answer. */
  async position(): Promise<Position | undefined> {
    const stored = await look(this.options.redis, this.prefix).catch(() => undefined);
    if (stored === undefined || stored.generation === '') return undefined;
    const { place, sequence, id } = stored;
    return positionFromJson({ place, sequence, id });
  }

  /** A position in the log at or before record `sequence`, to begin a search from; undefined where none is known. */
  async milestone(sequence: number): Promise<Position | undefined> {
    const want = ['MILESTONE', 1, sequence] as const;
    const { results } = await this.read([], new Map([[want.join(), want]]));
    const [text] = results.get(want.join()) as string[];
    return text === undefined ? undefined : positionFromJson(JSON.parse(text));
  }

  protected async ask<T>(
    options: ReadOptions | undefined,
    question: Question<T>,
  ): Promise<{ sequence: number; value: T }> {
    const page = hintOf(options);
    const deadlineMs = performance.now() + timeoutOf(options);
    let rows = 1;
    let models = new FetchedModels(this.replica, new Map(), page, rows);
    attempt(question, models, 0);
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const groups = new Set(models.groups);
      const { sequence, atUs, results } = await this.read([...groups], models.wants);
      if (!(await this.isVisible(options, sequence, deadlineMs))) continue;
      // Another answer of the same instant has taken the copy further: it would be read beside rows of an earlier position.
      if (groups.size > 0 && this.replica.sequence !== sequence) continue;
      models = new FetchedModels(this.replica, results, page, rows);
      const outcome = attempt(question, models, atUs);
      const isShort = models.cut && 'value' in outcome && (outcome.value as { has_more?: boolean }).has_more === false;
      if (isShort) {
        rows *= MORE_ROWS;
        models = new FetchedModels(this.replica, new Map(), page, rows);
        attempt(question, models, atUs);
      } else if (!models.missed && [...models.groups].every((group) => groups.has(group))) {
        if ('error' in outcome) throw outcome.error;
        return { sequence, value: outcome.value };
      }
    }
    throw notReady('what the question reads changed again and again while it was read; ask again');
  }

  /** Whether the record that the options want is visible; waits until it is. */
  private async isVisible(options: ReadOptions | undefined, sequence: number, deadlineMs: number): Promise<boolean> {
    const wanted = options?.min_seq;
    if (wanted === undefined || wanted <= sequence) return true;
    if (!Number.isSafeInteger(wanted)) throw invalidRequest('min_seq', 'must be a record’s sequence number');
    for (let seen = sequence; seen < wanted;) {
      if (performance.now() >= deadlineMs) throw readTimeout(wanted, seen, timeoutOf(options));
      seen = await this.nextPosition();
    }
    return false;
  }

  /** Where the store stands a moment later; all who wait look together. */
  private nextPosition(): Promise<number> {
    this.waiting ??= pause(LOOK_EVERY_MS)
      .then(() => this.read([], new Map()))
      .then(({ sequence }) => sequence)
      .finally(() => (this.waiting = undefined));
    return this.waiting;
  }

  /** All wants at one position; the replica stands there too. Questions that come together go to Redis together. */
  private read(groups: readonly GroupName[], wants: ReadonlyMap<string, Want>): Promise<Reading> {
    const batch = this.batch && this.batch.wants.size < WANTS_MAX ? this.batch : this.begin();
    for (const group of groups) batch.groups.add(group);
    for (const [text, want] of wants) batch.wants.set(text, want);
    return batch.reading;
  }

  private begin(): Batch {
    const [groups, wants] = [new Set<GroupName>(), new Map<string, Want>()];
    const reading = nextTurn().then(() => {
      if (this.batch === batch) this.batch = undefined;
      return this.fetch([...groups], wants);
    });
    const batch: Batch = { groups, wants, reading };
    this.batch = batch;
    return batch;
  }

  private async fetch(
    groups: readonly GroupName[],
    wants: ReadonlyMap<string, Want>,
    tries = OVERTAKEN_MAX,
  ): Promise<Reading> {
    const { replica, prefix } = this;
    const args: (string | number)[] = [prefix, replica.generation, groups.length, ...replica.known(groups)];
    for (const want of wants.values()) args.push(...want);
    let reply: unknown;
    try {
      reply = await READ.run(this.options.redis, [`${prefix}meta`], args);
    } catch (error) {
      throw notReady(`the read store does not answer: ${whyFailed(this.options.redis, error)}`);
    }
    const [generation, sequenceText, atUs, version, replies, found] = reply as [
      string,
      string,
      string,
      string,
      GroupReply[],
      unknown[],
    ];
    if (generation === '') throw notReady(sequenceText === '' ? 'the read store is empty' : sequenceText);
    if (version !== this.version) throw notReady('the read store is of another version or retention than this program');
    const sequence = Number(sequenceText);
    if (generation === replica.generation && sequence < replica.sequence) {
      // This answer was overtaken by a later one, which the replica has; if that goes on, the store itself has gone back.
      if (tries === 0) replica.reset('');
      return this.fetch(groups, wants, tries - 1);
    }
    replica.take(generation, sequence, groups, replies);
    return { sequence, atUs: Number(atUs), results: new Map([...wants.keys()].map((text, i) => [text, found[i]])) };
  }
}

function attempt<T>(question: Question<T>, models: FetchedModels, atUs: number): { value: T } | { error: unknown } {
  try {
    return { value: question(models, atUs) };
  } catch (error) {
    return { error };
  }
}

function timeoutOf(options: ReadOptions | undefined): number {
  return Math.min(options?.timeout_ms ?? READ_TIMEOUT_MS_DEFAULT, READ_TIMEOUT_MS_MAX);
}
