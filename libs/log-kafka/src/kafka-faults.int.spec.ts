// The log on Kafka through a network that delays, splits, stalls, cuts and eats replies, and with a broker that dies and comes back:
// every frame counts exactly once, in order, and what was acknowledged stays.

import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { FrameNotCounted, hex, originPosition } from '@tokenbourse/log';
import { collect } from '../../log/src/event-log.contract';
import { sampleChain } from '../../log/src/sample-chain';
import { type OwnKafka, startOwnKafka } from '../../../test/support/brokers/kafka';
import { KAFKA_REQUESTS, TcpProxy } from '../../../test/support/proxy';
import { runs } from '../../../test/support/runs';
import { KafkaEventLog } from './kafka-log';
import { type KafkaLogOptions, KafkaLogReader } from './kafka-log-reader';
import { opaqueText } from './opaque-text.fixture';
import { makeTopic } from './test-topic.fixture';

let proxy: TcpProxy;
let kafka: OwnKafka;
let topic: string;
const opened: KafkaLogReader[] = [];

beforeAll(async () => {
  proxy = await TcpProxy.start();
  kafka = await startOwnKafka(1, { proxyPorts: [proxy.port] });
  proxy.leadTo(kafka.brokers[0].thirdPort);
});
afterAll(async () => {
  await kafka?.stop();
  await proxy?.stop();
});
beforeEach(async () => {
  topic = await makeTopic(kafka.addresses);
});
afterEach(async () => {
  proxy.calm();
  await Promise.all(opened.splice(0).map((log) => log.close()));
});

const options = (brokers: string[]): KafkaLogOptions => ({
  settings: { brokers, requestMs: 1_500, connectMs: 1_000 },
  topic,
  market: 'main',
  text: opaqueText,
});
async function openBehindProxy(): Promise<KafkaEventLog> {
  const log = await KafkaEventLog.open(options([`127.0.0.1:${proxy.port}`]));
  opened.push(log);
  return log;
}
async function openDirectly(): Promise<KafkaEventLog> {
  const log = await KafkaEventLog.open(options(kafka.addresses));
  opened.push(log);
  return log;
}
const ids = (frames: readonly { id: Uint8Array }[]): string[] => frames.map(({ id }) => hex(id));

/** Read by another, from the start, with nothing but the topic to go by. */
async function readAll(): Promise<string[]> {
  const reader = await KafkaLogReader.open(options(kafka.addresses));
  opened.push(reader);
  return ids((await collect(reader)).map(({ frame }) => frame));
}

it('a produce whose reply is lost: the frame is known by being read, and counts once', async () => {
  const log = await openBehindProxy();
  const chain = sampleChain({ frames: 5 });
  proxy.meals = 0;
  proxy.eaten = KAFKA_REQUESTS.produce;
  for (const frame of chain) await log.append(frame);
  expect(proxy.meals).toBeGreaterThan(0);
  expect(await readAll()).toEqual(ids(chain));
});

it('a produce whose reply is lost with all others, until the connection is given up: repeated, and counted once', async () => {
  const log = await openBehindProxy();
  const chain = sampleChain({ frames: 3 });
  await log.append(chain[0]);
  proxy.stalled = true;
  const appended = Promise.all(chain.slice(1).map((frame) => log.append(frame)));
  await pause(2_000);
  proxy.calm();
  expect((await appended).map(({ sequence }) => sequence)).toEqual(
    chain.slice(1).map((frame) => frame.firstSequence + frame.recordCount - 1),
  );
  expect(await readAll()).toEqual(ids(chain));
});

it('another writer’s frame comes between: every frame in flight is refused by name, and none of them ever counts', async () => {
  const behind = await openBehindProxy();
  const [first] = sampleChain({ frames: 1 });
  await behind.append(first);
  const mine = sampleChain({ frames: 3, after: first, seed: 2 });
  const others = sampleChain({ frames: 2, after: first, seed: 3 });
  proxy.stalled = true;
  const appends = mine.map((frame) => behind.append(frame));
  const outcomes = Promise.allSettled(appends);
  const other = await openDirectly();
  for (const frame of others) await other.append(frame);
  proxy.calm();
  for (const outcome of await outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'FRAME_NOT_COUNTED' } });
  }
  await pause(300); // what was on its way lands
  expect(await readAll()).toEqual(ids([first, ...others]));
  const [next] = sampleChain({ frames: 1, after: others[1], seed: 4 });
  expect((await behind.tip()).sequence).toBe(next.firstSequence - 1);
  await behind.append(next);
  await expect(other.append(mine[0])).rejects.toThrow(FrameNotCounted);
  expect(await readAll()).toEqual(ids([first, ...others, next]));
});

it('a broker killed and started again under appends: nothing acknowledged is lost, everything goes on by itself', async () => {
  const trouble: string[] = [];
  const log = await KafkaEventLog.open({ ...options(kafka.addresses), onTrouble: (error) => trouble.push(error.name) });
  opened.push(log);
  const chain = sampleChain({ frames: 60 });
  const follower = (async () => {
    const seen: string[] = [];
    for await (const { frame } of log.follow(originPosition(), new AbortController().signal)) {
      if (seen.push(hex(frame.id)) === chain.length) break;
    }
    return seen;
  })();
  for (const [index, frame] of chain.entries()) {
    const appended = log.append(frame);
    if (index === 20 || index === 40) {
      await kafka.brokers[0].signal('SIGKILL');
      await pause(500);
      kafka.brokers[0].start();
    }
    await appended;
  }
  expect(trouble).toContain('BrokerAway');
  expect(await follower).toEqual(ids(chain));
  expect(await readAll()).toEqual(ids(chain));
});

it('whatever the network does, and in whatever order', async () => {
  const fault = fc.constantFrom('cut', 'cut', 'split', 'delay', 'eat', 'stall', 'refuse', 'calm');
  await fc.assert(
    fc.asyncProperty(fc.array(fault, { minLength: 5, maxLength: 12 }), fc.integer(), async (faults, seed) => {
      topic = await makeTopic(kafka.addresses);
      const log = await openBehindProxy();
      const chain = sampleChain({ frames: 3 * faults.length, seed, payloadBytes: (index) => (index * 977) % 9_000 });
      const appends: Promise<unknown>[] = [];
      for (const [index, kind] of faults.entries()) {
        for (const frame of chain.slice(3 * index, 3 * index + 3)) appends.push(log.append(frame));
        if (kind === 'cut') proxy.cut();
        else if (kind === 'split') proxy.pieceBytes = 700;
        else if (kind === 'delay') proxy.delayMs = 3;
        else if (kind === 'eat') proxy.eaten = KAFKA_REQUESTS.produce;
        else if (kind === 'stall') proxy.stalled = true;
        else if (kind === 'refuse') proxy.refusing = true;
        else proxy.calm();
        await pause(40);
        if (kind === 'stall' || kind === 'refuse') proxy.calm();
      }
      proxy.calm();
      proxy.cut();
      await Promise.all(appends);
      expect(await readAll()).toEqual(ids(chain));
      await Promise.all(opened.splice(0).map((one) => one.close()));
    }),
    { numRuns: runs(12) },
  );
});

it('a text that does not give the bytes again fails by name, and is not repeated for ever', async () => {
  const lossy = { ...opaqueText, fromText: (text: string) => opaqueText.fromText(text, 1).subarray(1) };
  const log = await KafkaEventLog.open({ ...options(kafka.addresses), text: lossy });
  opened.push(log);
  const [frame] = sampleChain({ frames: 1 });
  const appended = log.append(frame);
  await expect(appended).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', reason: 'medium failed' });
  await expect(appended).rejects.toThrow('its text does not give its bytes');
  await expect(log.append(frame)).rejects.toMatchObject({ reason: 'failed before' });
  expect([...log.skippedMessages]).toEqual([['wrong id', 1]]);
});
