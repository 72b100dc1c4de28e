// With the durable log: commands through the real sequencer into LMDB, answered when their frame is flushed; beside raw LMDB
// writing the same bytes, and exchange-core with its journal.

import path from 'node:path';

import { visitRecords, type Command, type MarketEvent } from '@tokenbourse/domain';
import { encodeFrame, originPosition, type LogReader } from '@tokenbourse/log';
import { LmdbEventLog } from '@tokenbourse/log-lmdb';
import { Sequencer, type Outcome } from '@tokenbourse/sequencer';
import { open } from 'lmdb';

import type { Aim, Benchmark } from './benchmark';
import { Commands, marketFor, opening } from './engine-market';
import { ExchangeCore, whyNoExchangeCore, type StreamRun } from './java-peer';
import { atLeast, named, sideBySide, type Candidate } from './measure';
import { inFolder, MarketClock } from './market-clock';
import { makeStream, Trades, type Stream } from './stream';
import { Beside, StreamProcess, type Contender } from './stream-process';

/** Commands of a frame, or commands that wait for their answers one by one. */
const SIZES = [1_024, 256, 64] as const;
/** Frames on their way at any time: one is decided while the other is written. */
const IN_FLIGHT = 2;

/** What a run through the sequencer left in the log. */
interface Kept extends StreamRun {
  /** Those written on the clock; each was a commit of its own. */
  readonly frames: readonly Uint8Array[];
}

/** How commands come: singly, each sender with one at a time, or in frames. */
interface Sending {
  readonly frameCommands?: number;
  /** Sends `commands[first]` up to `commands[last]`; resolves when all have been answered. */
  send(sequencer: Sequencer, commands: readonly Command[], first: number, last: number): Promise<unknown>;
}

/** So many senders, each of which waits for the answer to its command before it sends the next. */
const waiting = (senders: number): Sending => ({
  send(sequencer, commands, first, last) {
    let next = first;
    const sender = async (): Promise<void> => {
      while (next <= last) assertDurable(sequencer, await sequencer.submit(commands[next++]!));
    };
    return Promise.all(Array.from({ length: senders }, sender));
  },
});

/** Two senders that send whole frames in turn. */
const inFrames = (frameCommands: number): Sending => ({
  frameCommands,
  send(sequencer, commands, first, last) {
    let next = first;
    const sender = async (): Promise<void> => {
      while (next <= last) {
        const frame = commands.slice(next, Math.min(next + frameCommands, last + 1));
        next += frame.length;
        for (const answer of await sequencer.submitAll(frame)) {
          if (answer instanceof Error) throw answer;
          assertDurable(sequencer, answer);
        }
      }
    };
    return Promise.all(Array.from({ length: IN_FLIGHT }, sender));
  },
});

function assertDurable(sequencer: Sequencer, { sequence }: Outcome): void {
  if (sequence > sequencer.durableSequence) throw new Error(`record ${sequence} was answered before it was durable`);
}

/** All commands of a stream by their id. */
function commandsOf(stream: Stream): Command[] {
  const commands = new Commands(stream, true);
  return Array.from({ length: stream.size + 1 }, (_, id) => commands.next(Math.max(1, id)));
}

/** Runs the stream through a sequencer; then reads the log again: what was answered is there. */
function throughSequencer(stream: Stream, commands: readonly Command[], sending: Sending): Promise<Kept> {
  return inFolder(async (folder) => {
    const sequencer = new Sequencer({
      openLog: () => LmdbEventLog.open(path.join(folder, 'data')),
      clock: new MarketClock(),
      inboxLimit: 1_000_000,
      frameCommands: sending.frameCommands,
    });
    await sequencer.start();
    for (const command of opening(marketFor(stream))) await sequencer.submit(command);
    await sending.send(sequencer, commands, 1, stream.filling);
    const filled = sequencer.status().sequence;
    const start = process.hrtime.bigint();
    await sending.send(sequencer, commands, stream.filling + 1, stream.size);
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    await sequencer.stop();
    const log = await LmdbEventLog.open(path.join(folder, 'data'));
    const { answered, ...read } = await readBack(log, filled);
    await log.close();
    const sent = stream.size - stream.filling;
    if (answered !== sent) throw new Error(`${sent} commands were acknowledged, the log has ${answered}`);
    return { seconds, ...read };
  });
}

/** What a log has: the trades, and after record `filled` the commands answered and the bytes of the frames. */
async function readBack(
  log: LogReader,
  filled: number,
): Promise<{ trades: Trades; answered: number; frames: Uint8Array[] }> {
  const trades = new Trades();
  const frames: Uint8Array[] = [];
  let answered = 0;
  const visitor = {
    begin: (sequence: number, _: number, cause: string) => {
      if (cause === 'COMMAND' && sequence > filled) answered += 1;
    },
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
  return { trades, answered, frames };
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
  (sending: Sending): Contender =>
  (stream) => {
    const commands = commandsOf(stream);
    return async () => {
      const { seconds, trades } = await throughSequencer(stream, commands, sending);
      return { seconds, trades };
    };
  };

const raw =
  (sending: Sending): Contender =>
  (stream) => {
    let written: Promise<Kept> | undefined;
    return async () => {
      const { frames, trades } = await (written ??= throughSequencer(stream, commandsOf(stream), sending));
      return { seconds: await rawly(frames), trades };
    };
  };

const framesName = (size: number): string => `flushed to the log, frames of ${size}, two in flight`;
const waitingName = (size: number): string => `flushed to the log, ${size} waiting, each for its own answer`;
const rawName = (size: number): string => `raw LMDB, the same frames of ${size}, one after the other`;
const EXCHANGE_CORE = 'exchange-core whole with journal (Java), never flushed';

const contendersOf = (size: number): [string, Contender][] => [
  [framesName(size), flushed(inFrames(size))],
  [rawName(size), raw(inFrames(size))],
  [waitingName(size), flushed(waiting(size))],
];

export const contenders: Record<string, Contender> = Object.fromEntries(SIZES.flatMap(contendersOf));

/** With small frames a run takes long; a part of the stream tells the rate as well. */
const partOf = (size: number): number => Math.max(1, 1_024 / size);

export const durable: Benchmark = {
  name: 'durable',
  title: 'With the durable log',
  method:
    'The whole engine with client ids behind the real sequencer, into LMDB: a command is answered when its frame is flushed to ' +
    'disk, which each answer is held against, and the log is read again after each run. Commands are made before the clock starts. Frames of ' +
    'N, two in flight: two senders with N commands each, so that one frame is decided while the other is flushed. N waiting: ' +
    'N senders with one command each, who send the next one after the answer. Raw LMDB writes the very frames of ' +
    'N, each as one flushed commit, one after the other without a pause; the aim is held against the frames in flight, for ' +
    "there too the disk has its next frame at once. exchange-core's journal is written by a thread of its own and never flushed.",
  async measure(setting) {
    const { operations, largest } = setting;
    const notes: string[] = [];
    const resting = Math.min(5_000, largest);
    const besideWhole = new Beside();
    const candidates = SIZES.flatMap((size) => {
      const stream = { seed: 1, operations: Math.max(1, Math.floor(operations / partOf(size))), resting };
      const beside = partOf(size) === 1 ? besideWhole : new Beside();
      return contendersOf(size).map(([name]): Candidate => {
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
    const aims: Aim[] = SIZES.map((size) =>
      atLeast(`frames of ${size}, beside raw LMDB`, 80, (rate(framesName(size))! / rate(rawName(size))!) * 100, '%'),
    );
    const java = rate(EXCHANGE_CORE);
    if (java !== undefined) {
      const besideJava = rate(framesName(1_024))! / java;
      aims.unshift(atLeast('frames of 1024, beside exchange-core with its journal', 1, besideJava, '×'));
    }
    return { figures, aims, notes };
  },
};
