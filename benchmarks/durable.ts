// With the durable log: commands through the real sequencer into LMDB, answered when their frame is flushed; beside raw LMDB
// writing the same bytes, and exchange-core with its journal.

import path from 'node:path';

import { visitRecords, type MarketEvent } from '@tokenbourse/domain';
import { encodeFrame, originPosition, type LogReader } from '@tokenbourse/log';
import { LmdbEventLog } from '@tokenbourse/log-lmdb';
import { Sequencer } from '@tokenbourse/sequencer';
import { open } from 'lmdb';

import type { Aim, Benchmark } from './benchmark';
import { Commands, marketFor, opening } from './engine-market';
import { ExchangeCore, whyNoExchangeCore, type StreamRun } from './java-peer';
import { atLeast, named, sideBySide, type Candidate } from './measure';
import { inFolder, MarketClock } from './market-clock';
import { makeStream, Trades, type Stream } from './stream';
import { Beside, StreamProcess, type Contender } from './stream-process';

/** Commands that wait for their answer at any time. */
const WAITING = [1_024, 256, 64] as const;

/** What a run through the sequencer left in the log. */
interface Kept extends StreamRun {
  /** Those written on the clock. */
  readonly frames: readonly Uint8Array[];
}

/** Runs the stream through a sequencer; then reads the log again: what was answered is there. */
function throughSequencer(stream: Stream, waiting: number): Promise<Kept> {
  return inFolder(async (folder) => {
    const sequencer = new Sequencer({
      openLog: () => LmdbEventLog.open(path.join(folder, 'data')),
      clock: new MarketClock(),
      inboxLimit: 1_000_000,
    });
    await sequencer.start();
    for (const command of opening(marketFor(stream))) await sequencer.submit(command);
    const commands = new Commands(stream, true);
    let next = 1;
    const client = async (last: number): Promise<void> => {
      while (next <= last) await sequencer.submit(commands.next(next++));
    };
    const clients = (last: number): Promise<unknown> =>
      Promise.all(Array.from({ length: waiting }, () => client(last)));
    await clients(stream.filling);
    const filled = sequencer.status().sequence;
    const start = process.hrtime.bigint();
    await clients(stream.size);
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    await sequencer.stop();
    const log = await LmdbEventLog.open(path.join(folder, 'data'));
    const read = await readBack(log, filled);
    await log.close();
    return { seconds, ...read };
  });
}

/** The trades in a log, and the bytes of the frames after record `filled`. */
async function readBack(log: LogReader, filled: number): Promise<{ trades: Trades; frames: Uint8Array[] }> {
  const trades = new Trades();
  const frames: Uint8Array[] = [];
  const visitor = {
    begin: () => undefined,
    event: (event: MarketEvent) => {
      if (event.type === 'TradeExecuted') {
        trades.add(event.taker_order, event.maker_order, event.price_ticks, event.lots);
      }
    },
    end: () => undefined,
  };
  for await (const { frame } of log.read(originPosition())) {
    visitRecords(frame.payload, frame.firstSequence, visitor);
    if (frame.firstSequence > filled) frames.push(encodeFrame(frame));
  }
  return { trades, frames };
}

/** Writes each frame as a value and a commit of its own, flushed, without anything of ours in between. */
function rawly(frames: readonly Uint8Array[]): Promise<number> {
  return inFolder(async (folder) => {
    const db = open<Uint8Array, number>({
      path: folder,
      encoding: 'binary',
      compression: false,
      cache: false,
      overlappingSync: false,
      eventTurnBatching: false,
      mapSize: 2 ** 36,
    });
    const start = process.hrtime.bigint();
    // Two at once would share a commit, and so a flush.
    for (const [place, bytes] of frames.entries()) await db.batch(() => void db.put(place, bytes));
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    await db.close();
    return seconds;
  });
}

const flushed =
  (waiting: number): Contender =>
  (stream) =>
  async () => {
    const { seconds, trades } = await throughSequencer(stream, waiting);
    return { seconds, trades };
  };

const raw =
  (waiting: number): Contender =>
  (stream) => {
    let written: Promise<Kept> | undefined;
    return async () => {
      const { frames, trades } = await (written ??= throughSequencer(stream, waiting));
      return { seconds: await rawly(frames), trades };
    };
  };

const oursName = (waiting: number): string => `flushed to the log, ${waiting} waiting`;
const rawName = (waiting: number): string => `raw LMDB, the same bytes, ${waiting} waiting`;
const EXCHANGE_CORE = 'exchange-core whole with journal (Java), never flushed';

export const contenders: Record<string, Contender> = Object.fromEntries(
  WAITING.flatMap((waiting) => [
    [oursName(waiting), flushed(waiting)],
    [rawName(waiting), raw(waiting)],
  ]),
);

/** With few waiting a run takes long; a part of the stream tells the rate as well. */
const partOf = (waiting: number): number => Math.max(1, 1_024 / waiting);

export const durable: Benchmark = {
  name: 'durable',
  title: 'With the durable log',
  method:
    'The whole engine with client ids behind the real sequencer, into LMDB: a command is answered when its frame is flushed to ' +
    'disk, and the log is read again after each run. Raw LMDB writes the same frames, each as one flushed commit. ' +
    "exchange-core's journal is written by a thread of its own and never flushed.",
  async measure(setting) {
    const { operations, largest } = setting;
    const notes: string[] = [];
    const resting = Math.min(5_000, largest);
    const besideWhole = new Beside();
    const candidates = WAITING.flatMap((waiting) => {
      const stream = { seed: 1, operations: Math.max(1, Math.floor(operations / partOf(waiting))), resting };
      const beside = partOf(waiting) === 1 ? besideWhole : new Beside();
      return [oursName(waiting), rawName(waiting)].map((name): Candidate => {
        const process = new StreamProcess({ module: './durable', contender: name, stream, parts: 1 });
        const run = () => beside.run(name, process);
        return { name, operations: stream.operations, run, close: () => process.close() };
      });
    });
    const missing = whyNoExchangeCore(setting);
    if (missing !== undefined) notes.push(missing);
    else {
      const process = new ExchangeCore('journal', makeStream({ seed: 1, operations, resting }));
      const run = () => besideWhole.run(EXCHANGE_CORE, process);
      candidates.splice(1, 0, { name: EXCHANGE_CORE, operations, run, close: () => process.close() });
    }
    const figures = await sideBySide('durable', candidates, setting);
    const rate = (name: string): number | undefined => named(figures, name)?.median;
    const aims: Aim[] = WAITING.map((waiting) =>
      atLeast(
        `${waiting} waiting, beside raw LMDB`,
        80,
        (rate(oursName(waiting))! / rate(rawName(waiting))!) * 100,
        '%',
      ),
    );
    const java = rate(EXCHANGE_CORE);
    if (java !== undefined) {
      const besideJava = rate(oursName(1_024))! / java;
      aims.unshift(atLeast('1024 waiting, beside exchange-core with its journal', 1, besideJava, '×'));
    }
    return { figures, aims, notes };
  },
};
