// Three brokers, each message on two of them before it counts: the leader of the log is killed, then halted, in the midst of appends.
// Another takes over, and every acknowledged frame is there, once, for all readers.

import { setTimeout as pause } from 'node:timers/promises';
import { hex, originPosition } from '@tokenbourse/log';
import { collect } from '../../log/src/event-log.contract';
import { sampleChain } from '../../log/src/sample-chain';
import { type OwnBroker, type OwnKafka, startOwnKafka } from '../../../test/support/brokers/kafka';
import { KafkaEventLog } from './kafka-log';
import { KafkaLogReader } from './kafka-log-reader';
import { partitionOf } from './kafkajs-partition';
import { opaqueText } from './opaque-text.fixture';
import { withAdmin } from './test-topic.fixture';
import { ensureTopics, marketTopics } from './topics';

/** Three brokers start side by side. */
const START_MS_MAX = 180_000;
/** As Kafka says it. */
const NO_LEADER = -1;
const { events } = marketTopics('main');
let kafka: OwnKafka;
const opened: KafkaLogReader[] = [];

beforeAll(async () => {
  kafka = await startOwnKafka(3);
}, START_MS_MAX);
afterAll(async () => {
  await Promise.all(opened.map((log) => log.close()));
  await kafka?.stop();
});

/** The number of the leader that all of these brokers name: each hears of a new one at a time of its own. */
async function leaderBy(brokers: readonly OwnBroker[]): Promise<number> {
  for (;;) {
    const named = await Promise.all(
      brokers.map(({ port }) =>
        withAdmin([`127.0.0.1:${port}`], async (admin) => {
          const { topics } = await admin.fetchTopicMetadata({ topics: [events] });
          return topics[0].partitions[0].leader;
        }).catch(() => NO_LEADER),
      ),
    );
    if (named[0] !== NO_LEADER && named.every((id) => id === named[0])) return named[0];
    await pause(50);
  }
}

it(
  'topics on several brokers can be written to by way of each as soon as they are made',
  async () => {
    for (let turn = 0; turn < 8; turn++) {
      const market = `turn-${turn}`;
      await ensureTopics({ brokers: kafka.addresses }, market, { replication: 3, commandsKeptMs: 86_400_000 });
      for (const topic of Object.values(marketTopics(market))) {
        for (const broker of kafka.addresses) {
          const partition = partitionOf({ brokers: [broker] }, topic);
          await partition.produce([{ key: 'a', value: Buffer.from('x') }]);
          partition.close();
        }
      }
    }
  },
  START_MS_MAX,
);

it(
  'a leader that is killed, and one that is halted and comes back believing it leads',
  async () => {
    const settings = { brokers: kafka.addresses, requestMs: 1_500, connectMs: 1_000 };
    const made = await ensureTopics(settings, 'main', { replication: 3, commandsKeptMs: 86_400_000 });
    expect(made).toHaveLength(5);
    const options = { settings, topic: events, market: 'main', text: opaqueText };
    const log = await KafkaEventLog.open(options);
    opened.push(log);
    const chain = sampleChain({ frames: 45 });
    const follower = (async () => {
      const seen: string[] = [];
      for await (const { frame } of log.follow(originPosition(), new AbortController().signal)) {
        if (seen.push(hex(frame.id)) === chain.length) break;
      }
      return seen;
    })();
    const faults = new Map<number, 'SIGKILL' | 'SIGSTOP'>([
      [15, 'SIGKILL'],
      [30, 'SIGSTOP'],
    ]);
    for (let index = 0; index < chain.length; index++) {
      const appended = log.append(chain[index]);
      const fault = faults.get(index);
      if (fault) {
        const leading = await leaderBy(kafka.brokers);
        const first = kafka.brokers.find(({ id }) => id === leading)!;
        const others = kafka.brokers.filter((broker) => broker !== first);
        await first.signal(fault);
        await appended;
        await log.append(chain[++index]); // there is a leader again
        while ((await leaderBy(others)) === first.id) await pause(50); // one that was told of it takes appends already
        if (fault === 'SIGKILL') first.start();
        else await first.signal('SIGCONT');
        await kafka.ready();
      }
      await appended;
    }
    const ids = chain.map(({ id }) => hex(id));
    expect(await follower).toEqual(ids);
    const reader = await KafkaLogReader.open(options);
    opened.push(reader);
    expect((await collect(reader)).map(({ frame }) => hex(frame.id))).toEqual(ids);
  },
  START_MS_MAX,
);
