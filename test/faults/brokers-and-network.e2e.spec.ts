// A market of several processes on three brokers behind a bad network, under the load of traders who keep what they are told. After
// each fault all of it is held against the log: no acknowledged order lost, none made twice, every engine in the log's state, the read
// store as a rebuild gives it.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { streamFor } from '@tokenbourse/agents';
import { KafkaCommandsTopic, marketTopics, type CommandsMessage } from '@tokenbourse/log-kafka';
import { PendingReply, ProblemReply } from '@tokenbourse/protocol';
import { mayMount, fillWith, mountSmall, unmount } from '../disk/disk';
import { SET_UP } from '../kill/market';
import { type OwnBroker, type OwnKafka, startOwnKafka } from '../support/brokers/kafka';
import { sharedRedis } from '../support/brokers/redis';
import { ClusterTrial } from '../support/cluster-trial';
import { KAFKA_REQUESTS, requestNumber, TcpProxy } from '../support/proxy';

const SEED = Number(process.env.TOKENBOURSE_FAULTS_SEED ?? 20_261_126);
/** All brokers are away for so long. */
const AWAY_SECONDS = Number(process.env.TOKENBOURSE_BROKERS_AWAY_SECONDS ?? 4);
const TEST_MS = 240_000 + AWAY_SECONDS * 1_000;
const BROKERS = 3;
const QUESTIONS = 100;
/** So many messages are published once more. */
const AGAIN_MAX = 300;

const chance = streamFor(SEED, 'faults');
let proxies: TcpProxy[];
let kafka: OwnKafka;
let trial: ClusterTrial;

beforeAll(async () => {
  proxies = await Promise.all(Array.from({ length: BROKERS }, () => TcpProxy.start()));
  kafka = await startOwnKafka(BROKERS, { proxyPorts: proxies.map(({ port }) => port) });
  for (const [i, proxy] of proxies.entries()) proxy.leadTo(kafka.brokers[i]!.thirdPort);
  trial = await ClusterTrial.start({
    kafka: proxies.map(({ port }) => `127.0.0.1:${port}`),
    redis: await sharedRedis(),
    replication: BROKERS,
    apis: 2,
    engines: 2,
    takeoverMs: 1_000,
    outcomeWaitMs: 2_000,
    snapshotRecords: 300,
    seed: SEED,
  });
}, TEST_MS);

afterAll(async () => {
  await trial?.kill();
  await kafka?.stop();
  await Promise.all(proxies.map((proxy) => proxy.stop()));
}, TEST_MS);

afterEach(async () => {
  for (const proxy of proxies) proxy.calm();
  await trial.verify(QUESTIONS);
}, TEST_MS);

const network = (state: Partial<Pick<TcpProxy, 'delayMs' | 'pieceBytes' | 'eaten'>>): void => {
  for (const proxy of proxies) Object.assign(proxy, state);
};
const calm = (): void => proxies.forEach((proxy) => proxy.calm());
const cut = (): void => proxies.forEach((proxy) => proxy.cut());
const meals = (): number => proxies.reduce((sum, proxy) => sum + proxy.meals, 0);
const client = (): Kafka => new Kafka({ brokers: kafka.addresses, logLevel: logLevel.NOTHING });

test(
  'an engine is stopped in the midst of an append, which arrives before or after another has taken over: it counts once or never',
  () =>
    trial.underLoad(async () => {
      const events = marketTopics(trial.cluster.market).events;
      for (const isLate of [false, true, false, true]) {
        await trial.acknowledged(20);
        const old = await trial.cluster.untilWriter();
        for (const proxy of proxies)
          proxy.keeps = (request) => requestNumber(request) === KAFKA_REQUESTS.produce && request.includes(events);
        while (proxies.every(({ kept }) => kept === 0)) await pause(1);
        old.signal('SIGSTOP');
        calm();
        if (isLate) await trial.untilAnswered();
        for (const proxy of proxies) proxy.release();
        await trial.untilAnswered();
        old.signal('SIGCONT');
        await trial.acknowledged(20);
        await old.until('following again', ({ writer }) => writer.state === 'FOLLOWING');
      }
    }),
  TEST_MS,
);

test(
  'replies to what was produced are lost, of commands and of frames',
  () =>
    trial.underLoad(async () => {
      await trial.acknowledged(20);
      const before = meals();
      network({ eaten: KAFKA_REQUESTS.produce });
      while (meals() < before + 6) await pause(20);
      calm();
      await trial.untilAnswered();
      await trial.acknowledged(20);
    }),
  TEST_MS,
);

test(
  'connections are slow, come in pieces, and are cut again and again',
  () =>
    trial.underLoad(async () => {
      network({ delayMs: 2, pieceBytes: 700 });
      for (let cuts = 0; cuts < 6; cuts++) {
        await pause(200 + chance.uniform() * 600);
        cut();
      }
      await trial.acknowledged(10);
      calm();
      await trial.untilAnswered();
      await trial.acknowledged(20);
    }),
  TEST_MS,
);

test(
  'messages of the commands topic come again, and in another order',
  async () => {
    const { market } = trial.cluster;
    const topic = marketTopics(market).commands;
    const settings = { brokers: kafka.addresses };
    const commands = new KafkaCommandsTopic({ settings, topic, market, node: 'again' });
    const batches = (await messagesOf(commands)).flatMap(({ commands: texts }) => (texts === undefined ? [] : [texts]));
    const order = batches.map((batch) => ({ batch, at: chance.uniform() })).sort((a, b) => a.at - b.at);
    await trial.underLoad(async () => {
      for (const { batch } of order.slice(0, AGAIN_MAX)) await commands.publish(batch);
      await trial.acknowledged(50);
    });
    await commands.close();
    expect(order.length).toBeGreaterThan(100);
  },
  TEST_MS,
);

test(
  'the broker that leads the log dies, and comes back',
  () =>
    trial.underLoad(async () => {
      await trial.acknowledged(20);
      const first = await leader();
      await first.signal('SIGKILL');
      // Until then the brokers name the one that was killed, or none.
      for (let next = first.id; next === first.id; await pause(50))
        next = ((await leader().catch(() => undefined)) ?? first).id;
      await trial.untilAnswered();
      first.start();
      await kafka.ready();
      await trial.acknowledged(20);
    }),
  TEST_MS,
);

test(
  `all brokers are away for ${AWAY_SECONDS} s: callers are told by the rule, reads go on, and all goes on by itself`,
  async () => {
    const { cluster } = trial;
    const admin = cluster.client('admin');
    const account_id = (await admin.call('listAccounts', { query: { limit: '1' } })).data[0]!.account_id;
    const deposit = (key: string) =>
      cluster.client('admin').call('deposit', {
        params: { account_id },
        body: { amount_usd: '1' },
        idempotencyKey: `${SET_UP}${key}`,
      });
    const told = new Map<string, number>();
    await trial.underLoad(async () => {
      await trial.acknowledged(20);
      await Promise.all(kafka.brokers.map((broker) => broker.signal('SIGKILL')));
      const untilMs = performance.now() + AWAY_SECONDS * 1_000;
      for (let i = 0; performance.now() < untilMs || i < 3; i++) {
        const error: unknown = await deposit(`away-${i}`).catch((thrown: unknown) => thrown);
        if (error instanceof PendingReply) told.set(`away-${i}`, 202);
        else if (error instanceof ProblemReply) told.set(`away-${i}`, error.problem.status);
        else throw new Error(`away-${i} was answered while no broker was there`, { cause: error });
        expect((await admin.call('listAccounts', { query: { limit: '1' } })).data).toHaveLength(1);
        await pause(300);
      }
      for (const broker of kafka.brokers) broker.start();
      await kafka.ready();
      await trial.untilAnswered();
      await trial.acknowledged(20);
    });
    expect([...new Set(told.values())].filter((status) => ![202, 503, 504].includes(status))).toEqual([]);
    for (const [key, status] of told) {
      const params = { command_id: `${SET_UP}${key}` };
      const { data } = await admin.call('getCommand', { params, query: { account_id } });
      if (status === 503) expect(data).toEqual([]);
      await untilDecided(() => deposit(key));
    }
  },
  TEST_MS,
);

(mayMount ? test : test.skip)(
  'an engine’s disk is full: it follows and writes on without snapshots, and takes them again when there is room',
  async () => {
    const parent = mkdtempSync(join(tmpdir(), 'tokenbourse-full-'));
    const data = join(parent, 'data');
    mkdirSync(data);
    mountSmall(data, 4_096);
    const engine = trial.cluster.add('engine', { args: ['--data', data] });
    try {
      engine.spawn();
      await engine.ready();
      const filler = join(data, 'filler');
      fillWith(filler, 0);
      const failed = (): number => engine.output().match(/ no snapshot of record \d+/g)?.length ?? 0;
      const taken = (): number => engine.output().match(/Z snapshot of record \d+$/gm)?.length ?? 0;
      await trial.underLoad(async () => {
        while (failed() === 0) await trial.acknowledged(20);
        rmSync(filler);
        const before = taken();
        while (taken() === before) await trial.acknowledged(20);
      });
      expect((await engine.health())?.status).toBe('READY');
      await trial.verify(0);
      await engine.stop();
    } finally {
      await engine.kill();
      unmount(data);
      rmSync(parent, { recursive: true });
    }
  },
  TEST_MS,
);

/** As a client does that is told to ask later: the same again, under the same id. */
async function untilDecided<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof PendingReply)) throw error;
      await pause(300);
    }
  }
}

async function leader(): Promise<OwnBroker> {
  const admin = client().admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata({ topics: [marketTopics(trial.cluster.market).events] });
  await admin.disconnect();
  return kafka.brokers.find(({ id }) => id === topics[0]!.partitions[0]!.leader)!;
}

/** What the topic holds now. */
async function messagesOf(commands: KafkaCommandsTopic): Promise<CommandsMessage[]> {
  const [start, end] = [await commands.start(), await commands.end()];
  const messages: CommandsMessage[] = [];
  for await (const message of commands.read(start, new AbortController().signal)) {
    messages.push(message);
    if (message.offset >= end - 1) return messages;
  }
  return messages;
}
