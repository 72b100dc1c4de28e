// A market's log between data folders and real brokers: copied while it grows, brought back to others, moved up from one machine.

import { join } from 'node:path';

import type { Command, LogRecord } from '@tokenbourse/domain';
import { hex, originPosition, sealFrame, type Frame, type FrameId, ORIGIN } from '@tokenbourse/log';
import { KafkaCommandsTopic, marketTopics, type KafkaSettings } from '@tokenbourse/log-kafka';
import { LmdbEventLog, LmdbLogReader } from '@tokenbourse/log-lmdb';

import { tradingDay } from '../../../../libs/audit/testing/trading-day';
import { temporaryFolders } from '../../../../libs/log-lmdb/src/temporary-folder';
import { sharedKafka, startOwnKafka } from '../../../../test/support/brokers/kafka';
import { answerOnKafka } from '../../testing/kafka-market';
import { framesOf, recordsOf, reseal, runMarket, takeSnapshot } from '../../testing/market-folder';
import { verifyFolder } from '../verification/verification';
import { carryToKafka, type Carried } from './carry-to-kafka';
import { copyFromKafka, type Copied } from './copy-from-kafka';

const temporaryFolder = temporaryFolders();
const { steps, records } = tradingDay(5, 300);
const topicOptions = { replication: 1, commandsKeptMs: 3_600_000 };
const BEHIND_US = 1_000_000;
let shared: KafkaSettings;
let made = 0;

beforeAll(async () => {
  shared = { brokers: await sharedKafka() };
});

const newMarket = (): string => `copies-${process.pid}-${made++}`;
const newFolder = (): string => join(temporaryFolder(), 'data');
const ping = (token: number): Command => ({ type: 'Ping', command_id: `ping-${token}`, token });
const quietly = { onProgress: () => undefined, onFilled: () => undefined, tell: () => undefined };
const carry = (folder: string, market: string, settings = shared): Promise<Carried> =>
  carryToKafka({ settings, market, folder, topicOptions, ...quietly });
const copy = (market: string, folder: string, settings = shared): Promise<Copied> =>
  copyFromKafka({ settings, market, folder, ...quietly });

async function framesIn(folder: string): Promise<Frame[]> {
  const log = await LmdbLogReader.open(folder);
  const frames: Frame[] = [];
  for await (const { frame } of log.read(originPosition())) frames.push(frame);
  await log.close();
  return frames;
}

const idsIn = async (folder: string): Promise<string[]> => (await framesIn(folder)).map(({ id }) => hex(id));
const after = (of: readonly LogRecord[]): number => of[of.length - 1]!.at_us + BEHIND_US;

async function assertSound(folder: string): Promise<void> {
  const report = await verifyFolder(folder, () => undefined);
  expect(report.checks.filter(({ status }) => status === 'FAILED')).toEqual([]);
  expect(report.sound).toBe(true);
}

/** A folder of the day's records whose frames answer commands of a topic, the last one up to `to`. */
async function answeringFolder(to: { offset: number; index: number }): Promise<string> {
  const folder = newFolder();
  const log = await LmdbEventLog.open(folder);
  let predecessor: FrameId = ORIGIN;
  let from = { offset: 0, index: 0 };
  const frames = framesOf(records);
  for (const [at, frame] of frames.entries()) {
    const offset = Math.floor((to.offset * (at + 1)) / frames.length);
    const next = { offset, index: at === frames.length - 1 ? to.index : at % 3 };
    const answers = { fromOffset: from.offset, fromIndex: from.index, toOffset: next.offset, toIndex: next.index };
    const sealed = sealFrame({ ...frame, predecessor, answers }, frame.payload);
    await log.append(sealed);
    [predecessor, from] = [sealed.id, next];
  }
  await log.close();
  return folder;
}

test('a market of one machine moves to brokers, goes on there, is copied while it grows, and comes back on other brokers', async () => {
  const market = newMarket();
  const origin = newFolder();
  await runMarket(origin, steps);
  await takeSnapshot(origin);
  const carried = await carry(origin, market);
  const original = await idsIn(origin);
  expect(carried).toMatchObject({ market, frames: original.length, commandsFrom: 0, snapshot: carried.tip.sequence });
  expect(await carry(origin, market)).toMatchObject({ frames: 0 });

  const [pong] = await answerOnKafka(shared, market, after(records), [ping(1), ping(2)]);
  expect(pong!.sequence).toBeGreaterThan(carried.tip.sequence);

  const backup = newFolder();
  const first = await copy(market, backup);
  expect((await idsIn(backup)).slice(0, original.length)).toEqual(original);
  await answerOnKafka(shared, market, after(await recordsOf(backup)), [ping(3)]);
  const read: number[] = [];
  const onProgress = (_: number, record: number): void => void read.push(record);
  const second = await copyFromKafka({ settings: shared, market, folder: backup, ...quietly, onProgress });
  // It reads on from where it was.
  expect(Math.min(...read)).toBeGreaterThan(first.tip.sequence);
  expect(second.frames).toBeGreaterThan(0);
  expect(second.frames).toBe((await framesIn(backup)).length - first.tip.place);
  expect(await copy(market, backup)).toEqual({ ...second, frames: 0 });
  await assertSound(backup);

  const others = await startOwnKafka(1);
  try {
    const settings = { brokers: others.addresses };
    const restored = await carry(backup, market, settings);
    expect(hex(restored.tip.id)).toBe(hex(second.tip.id));
    expect(restored.commandsFrom).toBeGreaterThanOrEqual(3);
    const outcomes = await answerOnKafka(settings, market, after(await recordsOf(backup)), [ping(3), ping(4)]);
    // The third was answered before the backup: its id is known there too.
    expect(outcomes[0]!.events).toMatchObject([{ type: 'CommandRepeated' }]);
    expect(outcomes[1]!.events).toMatchObject([{ type: 'Pinged', token: 4 }]);
    const again = newFolder();
    await copy(market, again, settings);
    expect((await idsIn(again)).slice(0, second.tip.place)).toEqual(await idsIn(backup));
    await assertSound(again);
  } finally {
    await others.stop();
  }
});

test('commands go on behind the last one that was answered, and the log says what was left behind', async () => {
  const market = newMarket();
  const folder = await answeringFolder({ offset: 25_000, index: 2 });
  const carried = await carry(folder, market);
  expect(carried.commandsFrom).toBe(25_001);
  const topic = new KafkaCommandsTopic({
    settings: shared,
    topic: marketTopics(market).commands,
    market,
    node: 'test',
  });
  expect([await topic.start(), await topic.end()]).toEqual([25_001, 25_001]);
  await topic.close();

  await answerOnKafka(shared, market, after(records), [ping(1)]);
  const backup = newFolder();
  await copy(market, backup);
  await assertSound(backup);
  const newer = (await recordsOf(backup)).slice(records.length).flatMap(({ events }) => events);
  expect(newer).toContainEqual({
    type: 'CommandsDropped',
    reason: 'RETENTION',
    from_offset: 25_000,
    from_index: 2,
    to_offset: 25_001,
    to_index: 0,
  });
  expect(newer).toContainEqual({ type: 'Pinged', token: 1 });
});

test('what does not belong together is refused in words, and nothing is changed', async () => {
  const market = newMarket();
  const [half, whole, other] = [newFolder(), newFolder(), newFolder()];
  await reseal(half, records.slice(0, 100));
  await reseal(whole, records);
  await reseal(other, tradingDay(6, 50).records);
  await expect(copy(market, newFolder())).rejects.toThrow(`have no market "${market}"; there`);
  await carry(half, market);
  await expect(carry(other, market)).rejects.toThrow(/holds another history|reaches to record/);
  await expect(copy(market, other)).rejects.toMatchObject({ code: 'MARKET_MISMATCH' });
});

test('a topic that has lost its end is told, and gets it back from the copy', async () => {
  const market = newMarket();
  const [half, whole, later] = [newFolder(), newFolder(), newFolder()];
  await reseal(half, records.slice(0, 100));
  await reseal(whole, records);
  await carry(whole, market);
  await copy(market, later);
  const lost = newMarket();
  await carry(half, lost);
  // The same copy, taken by the name of the market that has lost its end.
  const copied = newFolder();
  await copy(lost, copied);
  const log = await LmdbEventLog.open(copied, { market: lost });
  for (const frame of (await framesIn(whole)).slice((await framesIn(half)).length)) await log.append(frame);
  await log.close();
  await expect(copy(lost, copied)).rejects.toThrow(/ends with record 100, .*have lost the end of the log/);
  await carry(copied, lost);
  expect(await copy(lost, copied)).toMatchObject({ frames: 0 });
  expect(await idsIn(copied)).toEqual(await idsIn(later));
});

test('brokers that are not there are told at once', async () => {
  const settings = { brokers: ['127.0.0.1:1'] };
  await expect(copy('main', newFolder(), settings)).rejects.toThrow('no broker answers at 127.0.0.1:1');
});
