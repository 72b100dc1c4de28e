// How long those who follow the log need when they come back after an hour: processes of an engine and of a projector that start
// with nothing, on a log as an hour at 1,000 commands per second leaves it.

import { Cluster } from '../test/support/cluster';
import type { ClusterMember } from '../test/support/cluster-member';
import type { Benchmark, Figure, Report } from './benchmark';
import { Brokers } from './kafka-cluster';
import { writeLongLog } from './kafka-long-log';
import { figureOf, withRatios } from './measure';

const HOUR_S = 3_600;
const COMMANDS_PER_SECOND = 1_000;
const PATIENCE_MS = 1_800_000;
/** No snapshot comes to the brokers in between: each round reads the whole log. */
const NO_SNAPSHOTS = 100_000_000;

type Ready = Parameters<Parameters<ClusterMember['until']>[1]>[0];

/** Where each stands, by what it says of itself. */
const STANDS: { readonly [R in 'engine' | 'projector']: (health: Ready) => number } = {
  engine: ({ writer }) => writer.seq,
  projector: ({ readers }) => readers.find(({ reader }) => reader === 'read store')?.as_of_seq ?? 0,
};

/** Seconds from the start of the process until it stands at record `last`. */
async function catchUp(cluster: Cluster, role: keyof typeof STANDS, last: number): Promise<number> {
  const start = performance.now();
  const member = cluster.add(role);
  member.spawn();
  try {
    await member.listening();
    await member.until(`at record ${last}`, (health) => STANDS[role](health) >= last, PATIENCE_MS);
    return (performance.now() - start) / 1e3;
  } finally {
    await member.kill();
  }
}

export const kafkaCatchUp: Benchmark = {
  name: 'kafka-catch-up',
  title: 'Catching up after an hour',
  method:
    'A log on Kafka of 3.6 million commands, an hour at 1,000 per second (fewer where --events says fewer). A process of an engine, ' +
    'without any snapshot, is started and stands where the log ends; a process of a projector, on an empty Redis, has it all ' +
    'stored. Counted from the start of the process.',
  onlyByName: true,
  async measure({ runs, events, largest, progress }): Promise<Report> {
    const commands = Math.min(HOUR_S * COMMANDS_PER_SECOND, events);
    const brokers = await Brokers.start();
    const { kafka, redis } = brokers;
    const terms = { kafka: kafka.addresses, redis: redis.url, snapshotRecords: NO_SNAPSHOTS };
    const cluster = new Cluster(terms);
    const seconds = { engine: [] as number[], projector: [] as number[] };
    try {
      const size = { commands, resting: Math.min(5_000, largest) };
      const last = await writeLongLog(kafka.addresses, cluster.market, size, (done) =>
        progress(`kafka-catch-up: the log, ${done} of ${commands} commands`),
      );
      for (let round = 0; round < runs; round++) {
        for (const role of ['engine', 'projector'] as const) {
          progress(`kafka-catch-up: ${role}, run ${round + 1} of ${runs}`);
          seconds[role].push(await catchUp(cluster, role, last));
        }
        await redis.signal('SIGKILL');
        await redis.start();
      }
    } finally {
      await cluster.kill();
      await brokers.stop();
    }
    const figures = Object.entries(seconds).flatMap(([role, values]): Figure[] => {
      const rates = values.map((value) => commands / value);
      return [
        figureOf(`${role}, ${commands.toLocaleString('en-US')} commands behind`, 's', values),
        figureOf(`${role}, commands caught up`, 'per second', rates),
      ];
    });
    return { figures: withRatios(figures), aims: [] };
  },
};
