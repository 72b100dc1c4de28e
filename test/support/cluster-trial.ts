// A cluster under the load of traders who keep what they are told, and the check that holds it all against the log.

import { setTimeout as pause } from 'node:timers/promises';
import { Load } from '../kill/load';
import { prepareTraders } from '../kill/market';
import { Told } from '../kill/told';
import { Cluster, type ClusterTerms } from './cluster';
import { ClusterCheck, type Verified } from './cluster-check';
import type { ClusterMember } from './cluster-member';

export interface TrialTerms extends ClusterTerms {
  readonly clients?: number;
  readonly seed: number;
}

/** Shorter than tests may take, so that they tell what was waited for. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 5;

export class ClusterTrial {
  private loading: Promise<void> | undefined;
  private ending = new AbortController();

  private constructor(
    readonly cluster: Cluster,
    readonly told: Told,
    readonly load: Load,
    readonly check: ClusterCheck,
  ) {}

  /** All members are ready, and traders stand by. */
  static async start(terms: TrialTerms): Promise<ClusterTrial> {
    const cluster = await Cluster.start(terms);
    try {
      const told = new Told();
      const traders = await prepareTraders(cluster, terms.clients ?? 8, terms.seed);
      const keys = traders.map((trader) => trader.terms.key);
      await Promise.all(cluster.apis.map((api) => keysKnown(cluster, api, keys)));
      return new ClusterTrial(cluster, told, new Load(traders, told), await ClusterCheck.open(cluster, told));
    } catch (error) {
      await cluster.kill();
      throw error;
    }
  }

  startLoad(): void {
    this.ending = new AbortController();
    this.loading = this.load.run(this.cluster.servers, this.ending.signal);
  }

  async endLoad(): Promise<void> {
    this.ending.abort();
    await this.loading;
    this.loading = undefined;
  }

  /** While traders trade. */
  async underLoad<T>(what: () => Promise<T>): Promise<T> {
    this.startLoad();
    try {
      return await what();
    } finally {
      await this.endLoad();
    }
  }

  /** Until so many more commands have been told an outcome. */
  async acknowledged(more: number): Promise<void> {
    const wanted = this.told.count('ACKNOWLEDGED') + more;
    await this.until(`${more} more commands were answered`, () => this.told.count('ACKNOWLEDGED') >= wanted);
  }

  /** Milliseconds until a command is answered that was sent after now. */
  async untilAnswered(): Promise<number> {
    const fromMs = performance.now();
    await this.until('a command is answered', () => this.load.lastAnsweredSentMs > fromMs);
    return performance.now() - fromMs;
  }

  /** After the load: all doubts are settled, then all is held against the log. @throws ClusterUnsound */
  async verify(questions?: number): Promise<Verified> {
    await this.within('all doubts are settled', this.load.settle(this.cluster.servers));
    await this.within('the log is read to its end', this.check.readOn());
    return this.check.verify(questions);
  }

  /** As Ctrl-C does. Returns the names of those that did not end with 0. */
  async stop(): Promise<string[]> {
    await this.endLoad();
    await this.check.close();
    return this.cluster.stop();
  }

  /** Whatever state it is in. */
  async kill(): Promise<void> {
    this.ending.abort();
    await this.cluster.kill();
    await this.check.close();
    await this.loading?.catch(() => undefined);
  }

  private async within(what: string, work: Promise<void>): Promise<void> {
    let isOver = false;
    const ending = work.finally(() => (isOver = true));
    ending.catch(() => undefined); // awaited below
    await this.until(what, () => isOver);
    await ending;
  }

  private async until(what: string, isSo: () => boolean): Promise<void> {
    for (const giveUpMs = performance.now() + PATIENCE_MS; performance.now() < giveUpMs; await pause(LOOK_MS))
      if (isSo()) return;
    throw new Error(`never came: ${what}\n${this.cluster.lastWords()}`);
  }
}

/** A key counts elsewhere as soon as its record is read there. */
async function keysKnown(cluster: Cluster, api: ClusterMember, keys: readonly string[]): Promise<void> {
  const client = cluster.client('none', api);
  for (const key of keys) {
    for (const giveUpMs = performance.now() + PATIENCE_MS; ; await pause(LOOK_MS)) {
      try {
        await client.call('listOrders', { key });
        break;
      } catch (error) {
        if (performance.now() > giveUpMs) throw error;
      }
    }
  }
}
