// Kills the processes of a cluster, its broker and its read store again and again under load, stops and continues the engine that
// writes, and holds it all against the log: now and then, and at the end.

import { setTimeout as pause } from 'node:timers/promises';
import { streamFor, type Stream } from '@tokenbourse/agents';
import { startOwnKafka, type OwnKafka } from '../support/brokers/kafka';
import { startOwnRedis, type OwnRedis } from '../support/brokers/redis';
import type { ClusterMember } from '../support/cluster-member';
import { ClusterTrial } from '../support/cluster-trial';

/** What is done to a cluster, each with what it means, as it is told in the final count. */
export const BLOWS = {
  writer: 'the engine that writes',
  engines: 'all engines at once, which then start at once',
  api: 'an API',
  projector: 'a projector',
  several: 'several processes at once, whichever',
  start: 'a process, and once more while it starts',
  broker: 'the broker',
  redis: 'the read store, which comes back empty',
  frozen: 'the writing engine is stopped (SIGSTOP), and continued after another has taken over',
  paused: 'the writing engine is stopped for a moment',
  flushed: 'the read store is emptied',
} as const;
export type Blow = keyof typeof BLOWS;
export const KILLS_NOTHING: ReadonlySet<Blow> = new Set<Blow>(['frozen', 'paused', 'flushed']);

/** How often each comes in a deck that is shuffled anew when it is used up. */
const DECK: readonly Blow[] = [
  ...(['writer', 'writer', 'writer', 'writer', 'engines', 'api', 'api', 'projector', 'projector'] as const),
  ...(['several', 'several', 'start', 'broker', 'broker', 'redis', 'frozen', 'frozen', 'paused', 'flushed'] as const),
];

export interface ClusterKillTerms {
  readonly times: number;
  readonly seed: number;
  readonly clients: number;
  readonly onProgress?: (count: ClusterKillCount) => void;
}

export interface ClusterKillCount {
  /** Processes that were killed. */
  readonly kills: number;
  readonly byBlow: Readonly<Partial<Record<Blow, number>>>;
  readonly commands: number;
  readonly sendings: number;
  readonly acknowledged: number;
  readonly refusedByMarket: number;
  readonly notTaken: number;
  /** Answered 202; in doubt for whatever reason, those of them that the log had; settled by asking under the command's id. */
  readonly pending: number;
  readonly inDoubt: number;
  readonly inDoubtInLog: number;
  readonly toldWhenAsked: number;
  readonly records: number;
  readonly verified: number;
  /** From the end of the writing engine to the answer to a command that was sent after it, in milliseconds. */
  readonly takeovers: readonly number[];
}

const VERIFY_EVERY = 10;
const QUESTIONS = 400;
const AWAY_MS_MOST = 2_000;
const PAUSED_MS_MOST = 1_500;
/** Roles save their state so often that kills meet it. */
const MEMBERS = { apis: 2, engines: 2, projectors: 2, snapshotRecords: 500, outcomeWaitMs: 3_000 };

/** Throws ClusterUnsound with the first faults, and errors that say what never came. */
export async function clusterKillRun(terms: ClusterKillTerms): Promise<ClusterKillCount> {
  const [kafka, redis] = [await startOwnKafka(1), await startOwnRedis()];
  try {
    const brokers = { kafka: kafka.addresses, redis: redis.url };
    const trial = await ClusterTrial.start({ ...brokers, ...MEMBERS, seed: terms.seed, clients: terms.clients });
    try {
      return await new ClusterKillRun(terms, kafka, redis, trial).run().catch((error: Error) => {
        error.message += `\nseed ${terms.seed}; all that they wrote is kept in ${trial.cluster.keepOutputs()}`;
        throw error;
      });
    } finally {
      await trial.kill();
    }
  } finally {
    await Promise.all([kafka.stop(), redis.stop()]);
  }
}

class ClusterKillRun {
  private readonly stream: Stream;
  private readonly byBlow: Partial<Record<Blow, number>> = {};
  private readonly takeovers: number[] = [];
  private kills = 0;
  private verified = 0;
  private verifiedAt = 0;
  private deck: Blow[] = [];

  constructor(
    private readonly terms: ClusterKillTerms,
    private readonly kafka: OwnKafka,
    private readonly redis: OwnRedis,
    private readonly trial: ClusterTrial,
  ) {
    this.stream = streamFor(terms.seed, 'cluster kills');
  }

  async run(): Promise<ClusterKillCount> {
    const { trial, terms } = this;
    trial.startLoad();
    while (this.kills < terms.times) {
      await this.round();
      terms.onProgress?.(this.count());
      if (this.kills - this.verifiedAt < VERIFY_EVERY) continue;
      await this.verify(QUESTIONS);
      trial.startLoad();
    }
    await this.verify();
    await trial.check.verifyAnew();
    const wrong = await trial.stop();
    if (wrong.length > 0) throw new Error(`clean stops that were none: ${wrong.join(', ')}`);
    return this.count();
  }

  private async round(): Promise<void> {
    const { stream, trial } = this;
    await trial.acknowledged(1 + stream.index(60));
    if (this.deck.length === 0) this.deck = [...DECK];
    const blow = this.deck.splice(stream.index(this.deck.length), 1)[0]!;
    const before = this.kills;
    await this.strike(blow);
    await trial.untilAnswered();
    // Half of the time the next blow comes before all are up again.
    if (stream.chance(0.5)) await trial.cluster.ready();
    this.byBlow[blow] = (this.byBlow[blow] ?? 0) + Math.max(1, this.kills - before);
    this.assertAllRun();
  }

  private async strike(blow: Blow): Promise<void> {
    const { stream, trial, kafka, redis } = this;
    const { cluster } = trial;
    switch (blow) {
      case 'writer':
        return this.killWriter();
      case 'engines':
        return this.killAll(cluster.engines);
      case 'api':
        return this.killAll([this.drawn(cluster.apis)]);
      case 'projector':
        return this.killAll([this.drawn(cluster.projectors)]);
      case 'several':
        return this.killAll(cluster.members.filter(() => stream.chance(0.4)));
      case 'start':
        return this.killStarting(this.drawn(cluster.members));
      case 'broker':
        await kafka.brokers[0]!.signal('SIGKILL');
        this.kills += 1;
        await pause(stream.between(0, AWAY_MS_MOST));
        kafka.brokers[0]!.start();
        return kafka.ready();
      case 'redis':
        await redis.signal('SIGKILL');
        this.kills += 1;
        await pause(stream.between(0, AWAY_MS_MOST));
        return redis.start();
      case 'frozen':
        return this.freezeWriter();
      case 'paused': {
        const writer = await cluster.untilWriter();
        writer.signal('SIGSTOP');
        await pause(stream.between(0, PAUSED_MS_MOST));
        writer.signal('SIGCONT');
        return;
      }
      case 'flushed':
        await trial.check.redis.flushall();
    }
  }

  private async killWriter(): Promise<void> {
    const { cluster } = this.trial;
    // The one that takes over must be there.
    await Promise.all(cluster.engines.map((engine) => engine.ready()));
    const writer = await cluster.untilWriter();
    await writer.kill();
    this.kills += 1;
    this.takeovers.push(await this.trial.untilAnswered());
    writer.spawn();
  }

  private async freezeWriter(): Promise<void> {
    const { cluster } = this.trial;
    await Promise.all(cluster.engines.map((engine) => engine.ready()));
    const writer = await cluster.untilWriter();
    writer.signal('SIGSTOP');
    try {
      this.takeovers.push(await this.trial.untilAnswered());
    } finally {
      writer.signal('SIGCONT');
    }
  }

  private async killAll(members: readonly ClusterMember[]): Promise<void> {
    await Promise.all(members.map((member) => member.kill()));
    this.kills += members.length;
    await pause(this.stream.between(0, AWAY_MS_MOST));
    for (const member of members) member.spawn();
  }

  private async killStarting(member: ClusterMember): Promise<void> {
    for (let time = 0; time < 2; time++) {
      await member.kill();
      this.kills += 1;
      member.spawn();
      await pause(this.stream.between(100, AWAY_MS_MOST));
    }
  }

  /** Nobody but us ends anything. */
  private assertAllRun(): void {
    const ended = this.trial.cluster.members.filter(({ isRunning }) => !isRunning);
    if (ended.length === 0) return;
    const words = ended.map((member) => `${member.name} ended by itself, with ${member.end}:\n${member.output()}`);
    throw new Error(words.join('\n'));
  }

  private async verify(questions?: number): Promise<void> {
    const { trial } = this;
    await trial.endLoad();
    await trial.cluster.ready();
    await trial.verify(questions);
    this.verified += 1;
    this.verifiedAt = this.kills;
  }

  private drawn(members: readonly ClusterMember[]): ClusterMember {
    return members[this.stream.index(members.length)]!;
  }

  private count(): ClusterKillCount {
    const { told, load, check } = this.trial;
    const { comparison } = check;
    return {
      kills: this.kills,
      byBlow: this.byBlow,
      commands: told.count(),
      sendings: told.sendings,
      acknowledged: told.count('ACKNOWLEDGED'),
      refusedByMarket: told.refusals(),
      notTaken: load.refusals,
      pending: load.pending,
      inDoubt: comparison.doubted,
      inDoubtInLog: comparison.doubtedInLog,
      toldWhenAsked: load.toldWhenAsked,
      records: comparison.sequence,
      verified: this.verified,
      takeovers: this.takeovers,
    };
  }
}
