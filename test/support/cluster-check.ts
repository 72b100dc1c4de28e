// Holds a cluster against its log, while nobody sends: the log is read whole and folded by the engine, the auditor and the read
// models; clients, engines and the read store must all have the same.

import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { Auditor } from '@tokenbourse/audit';
import { decodeRecords, visitRecords, type LogRecord } from '@tokenbourse/domain';
import { auditState, MarketState } from '@tokenbourse/engine';
import { originPosition, type PlacedFrame } from '@tokenbourse/log';
import type { KafkaLogReader } from '@tokenbourse/log-kafka';
import { InProcessReadModels } from '@tokenbourse/projections';
import { connectRedis, RedisReadModels } from '@tokenbourse/projections-redis';
import { Fold, stateHash } from '@tokenbourse/sequencer';
import { Brokers } from '../../apps/exchange/src/brokers';
import { compareBooks } from '../../apps/operator/src/verification/agreement';
import { compareModels } from '../../apps/operator/src/verification/model-agreement';
import { differences, everyQuestion, type Asked } from '../../libs/projections-redis/src/testing/questions';
import type { MarketScript } from '../../libs/projections/src/testing/market-script';
import { Comparison } from '../kill/comparison';
import type { Told } from '../kill/told';
import type { Cluster } from './cluster';
import type { ClusterMember } from './cluster-member';

export interface Verified {
  readonly frames: number;
  readonly records: number;
  /** Engines whose state hash was compared. */
  readonly engines: number;
  /** Questions that the read store and the rebuilt models were both asked. */
  readonly questions: number;
}

/** What was found; each line one fault. */
export class ClusterUnsound extends Error {}

const FAULTS_SHOWN = 10;
/** Shorter than tests may take, so that they tell what was waited for. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 50;
/** Asked without the log growing in between; else fewer of them once more, for idle engines ping about every second. */
const QUESTIONS_AT_ONCE = 100;
/** Records from which questions are drawn: whose ids and keys are asked for. */
const RECORDS_KEPT = 3_000;

export class ClusterCheck {
  readonly comparison: Comparison;
  private readonly faults: string[] = [];
  private readonly fold = new Fold(new MarketState(), originPosition());
  private readonly models = new InProcessReadModels();
  private readonly auditor = new Auditor(({ sequence, what }) => this.fault(`audit, record ${sequence}: ${what}`));
  private readonly records: LogRecord[] = [];
  private lastContract: LogRecord | undefined;

  private constructor(
    private readonly cluster: Cluster,
    private readonly log: KafkaLogReader,
    /** The read store, for who harms it. */
    readonly redis: Redis,
    told: Told,
  ) {
    this.comparison = new Comparison(told);
  }

  /** @param told what clients were told of this cluster, from its beginning */
  static async open(cluster: Cluster, told: Told): Promise<ClusterCheck> {
    const { kafka, redis } = cluster.terms;
    const brokers = new Brokers({ brokers: kafka, clientId: 'check' }, cluster.market, () => undefined);
    return new ClusterCheck(cluster, await brokers.openReader(), connectRedis({ url: redis }) as Redis, told);
  }

  /** Once is enough, twice does no harm. */
  async close(): Promise<void> {
    // A client that is told so again waits for an end that has been.
    if (this.redis.status !== 'end') this.redis.disconnect();
    await this.log.close();
  }

  /**
   * Reads on from where it was last. Nobody may send meanwhile; that engines ping is no matter.
   * @param questions so many of all, drawn evenly; all of them without it
   * @throws ClusterUnsound
   */
  async verify(questions = Number.POSITIVE_INFINITY): Promise<Verified> {
    await this.readOn();
    this.comparison.finish();
    for (const fault of this.comparison.faults.splice(0)) this.fault(fault);
    await this.compareStates();
    let engines = 0;
    for (const engine of this.cluster.engines.filter(({ isRunning }) => isRunning)) {
      await this.compareEngine(engine);
      engines += 1;
    }
    const asked = await this.compareReadStore(questions);
    this.assertSound();
    const { place, sequence } = this.fold.position;
    return { frames: place, records: sequence, engines, questions: asked };
  }

  /** To where the log ends now. */
  async readOn(): Promise<void> {
    await this.advance((await this.log.tip()).sequence);
  }

  /** A fold of the whole log once more, by a reader of its own, gives the same state. */
  async verifyAnew(): Promise<void> {
    const anew = new Fold(new MarketState(), originPosition());
    for await (const frame of this.log.read(originPosition(), { limit: this.fold.position.place })) {
      if (frame.position.sequence > this.fold.position.sequence) break;
      anew.take(frame);
    }
    const [one, other] = [stateHash(anew.state), stateHash(this.fold.state)];
    if (one !== other) this.fault(`the log, read once more, gives state ${one}; read as it grew ${other}`);
    this.assertSound();
  }

  /** Up to record `sequence`, or the end of the frame that holds it. */
  private async advance(sequence: number): Promise<void> {
    if (this.fold.position.sequence >= sequence) return;
    for await (const frame of this.log.read(this.fold.position)) {
      this.take(frame);
      if (frame.position.sequence >= sequence) return;
    }
  }

  private take(placed: PlacedFrame): void {
    const { payload, firstSequence } = placed.frame;
    this.fold.take(placed);
    visitRecords(payload, firstSequence, this.auditor);
    this.models.applyPayload(payload, firstSequence);
    for (const record of decodeRecords(payload, firstSequence)) {
      this.comparison.take(record);
      if (this.records.length < RECORDS_KEPT) this.records.push(record);
      if (record.events.some((event) => event.type === 'ContractListed')) this.lastContract = record;
    }
  }

  private async compareStates(): Promise<void> {
    const { state } = this.fold;
    for (const { rule, what } of auditState(state)) this.fault(`state, ${rule}: ${what}`);
    compareBooks(state, this.auditor.books, (what) => this.fault(`books: ${what}`));
    await compareModels(this.models, this.auditor.books, (what) => this.fault(`read models: ${what}`));
  }

  /** What the engine has folded or decided must be what the log gives at the same record. */
  private async compareEngine(engine: ClusterMember): Promise<void> {
    for (const giveUpMs = performance.now() + PATIENCE_MS; performance.now() < giveUpMs; await pause(LOOK_MS)) {
      const state = await engine.state();
      if (state === undefined || state.seq < this.fold.position.sequence) continue;
      await this.advance(state.seq);
      if (state.seq !== this.fold.position.sequence) continue;
      const hash = stateHash(this.fold.state);
      if (hash !== state.state_hash) {
        this.fault(`${engine.name} has the state ${state.state_hash} at record ${state.seq}, the log gives ${hash}`);
      }
      return;
    }
    this.fault(`${engine.name} did not come to record ${this.fold.position.sequence} of the log`);
  }

  private async compareReadStore(most: number): Promise<number> {
    const inRedis = new RedisReadModels({ redis: this.redis, market: this.cluster.market });
    const questions = this.questions(most);
    const giveUpMs = performance.now() + PATIENCE_MS;
    for (let [from, count] = [0, QUESTIONS_AT_ONCE]; from < questions.length;) {
      const found = await this.askBoth(inRedis, questions.slice(from, from + count), giveUpMs);
      for (const difference of found ?? []) this.fault(`read store: ${difference}`);
      if (found === undefined) count = Math.max(1, count >> 1);
      else from += count;
    }
    return questions.length;
  }

  /** Undefined where the log has grown in between. */
  private async askBoth(
    inRedis: RedisReadModels,
    questions: readonly Asked[],
    giveUpMs: number,
  ): Promise<string[] | undefined> {
    for (; ; await pause(LOOK_MS)) {
      const { ready, reason, as_of_seq } = await inRedis.status();
      if (as_of_seq > this.models.store.sequence) await this.advance(as_of_seq);
      const { sequence } = this.models.store;
      if (ready && as_of_seq === sequence) {
        const found = await differences(this.models, inRedis, questions, 1);
        const after = await inRedis.status();
        if (after.ready && after.as_of_seq === sequence) return found;
        return performance.now() < giveUpMs ? undefined : ['it never stood still'];
      }
      if (performance.now() < giveUpMs) continue;
      return [`${reason || `it stands at record ${as_of_seq}`} while the log ends with record ${sequence}`];
    }
  }

  private questions(most: number): Asked[] {
    const records = this.lastContract === undefined ? this.records : [...this.records, this.lastContract];
    const all = everyQuestion({ records } as unknown as MarketScript);
    if (all.length <= most) return all;
    return Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]!);
  }

  private fault(what: string): void {
    this.faults.push(what);
  }

  private assertSound(): void {
    const { faults } = this;
    if (faults.length === 0) return;
    const shown = faults.slice(0, FAULTS_SHOWN);
    const more = faults.length > shown.length ? [`and ${faults.length - shown.length} more`] : [];
    throw new ClusterUnsound([`${faults.length} faults:`, ...shown, ...more, this.cluster.lastWords()].join('\n'));
  }
}
