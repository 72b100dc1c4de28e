// Whether what grows makes a command dearer: the log's length, and the number of contracts and accounts.

import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { SECOND_US, type Command } from '@tokenbourse/domain';
import { LmdbEventLog, LmdbLogReader } from '@tokenbourse/log-lmdb';
import { FollowerThread, recover, Sequencer, SnapshotFiles } from '@tokenbourse/sequencer';

import type { Benchmark, Curve, Figure, Setting } from './benchmark';
import { WITH_IDS } from './engine-process';
import { Commands, marketFor, opening } from './engine-market';
import { inFolder, MarketClock } from './market-clock';
import { atMost, figureOf, median, sideBySide } from './measure';
import { written } from './printing';
import { CANCEL, makeStream, type Stream } from './stream';
import { processCandidate } from './stream-process';

const WAITING = 1_024;
/** Operations of a pass: the same stream again and again, each time over an empty book. */
const PASS_OPERATIONS = 100_000;
/** The log's file, with what LMDB adds, and the snapshots beside it. */
const BYTES_PER_EVENT = 160;
/** Cost counts as flat up to half as much again. */
const FLAT = 1.5;

/** A log that grows under a sequencer with a follower beside it, as a server's does. */
class GrowingLog {
  /** Told in answers: those of a cancel-all's continuation come on top. */
  events = 0;
  private orders = 0;
  private sequencer: Sequencer | undefined;
  private follower: FollowerThread | undefined;
  private readonly data: string;
  private readonly snapshots: SnapshotFiles;
  /** Goes on over stops and starts. */
  private readonly clock = new MarketClock();
  private readonly placed: number;

  constructor(
    private readonly stream: Stream,
    private readonly folder: string,
  ) {
    this.data = path.join(folder, 'data');
    this.snapshots = new SnapshotFiles(path.join(folder, 'snapshots'));
    this.placed = stream.kind.subarray(1).reduce((sum, kind) => sum + (kind === CANCEL ? 0 : 1), 0);
  }

  async open(): Promise<void> {
    await this.start();
    for (const command of opening({ ...marketFor(this.stream), idempotencyUs: 10 * SECOND_US })) {
      await this.submit(command);
    }
  }

  /** Microseconds per command of one pass over the stream; its orders are gone afterwards. */
  async pass(): Promise<number> {
    const { stream } = this;
    const commands = new Commands(stream, true, this.orders);
    let next = 1;
    const client = async (): Promise<void> => {
      while (next <= stream.size) await this.submit(commands.next(next++));
    };
    const start = performance.now();
    await Promise.all(Array.from({ length: WAITING }, client));
    const costUs = ((performance.now() - start) * 1_000) / stream.size;
    this.orders += this.placed;
    for (let account = 1; account <= stream.accounts; account++) {
      await this.submit({ type: 'CancelAllOrders', account, command_id: '', contract: 0, tier: 0, side: 'ANY' });
    }
    return costUs;
  }

  /** Stops, starts from the snapshot and from nothing, and goes on; seconds of each. */
  async restart(): Promise<{ snapshot: number; nothing: number }> {
    await this.stop();
    const reader = await LmdbLogReader.open(this.data, { market: 'main' });
    const seconds = async (snapshots: SnapshotFiles | undefined): Promise<number> => {
      const start = performance.now();
      const { snapshotSequence } = await recover(reader, snapshots);
      if (snapshotSequence > 0 !== (snapshots !== undefined)) throw new Error('it did not start from where it should');
      return (performance.now() - start) / 1_000;
    };
    const took = { snapshot: await seconds(this.snapshots), nothing: await seconds(undefined) };
    await reader.close();
    await this.start();
    return took;
  }

  async stop(): Promise<void> {
    const { sequencer, follower } = this;
    this.sequencer = this.follower = undefined;
    await sequencer!.stop();
    await follower!.stop(sequencer!.status().sequence);
  }

  private async start(): Promise<void> {
    this.sequencer = new Sequencer({
      openLog: () => LmdbEventLog.open(this.data),
      clock: this.clock,
      snapshots: this.snapshots,
      inboxLimit: 1_000_000,
      onAppended: () => this.follower?.wake(),
    });
    await this.sequencer.start();
    this.follower = new FollowerThread({
      opener: path.join(__dirname, 'live-market.js'),
      openerOptions: { folder: this.data },
      snapshotFolder: path.join(this.folder, 'snapshots'),
    });
  }

  private async submit(command: Command): Promise<void> {
    const { events } = await this.sequencer!.submit(command);
    this.events += events.length;
  }
}

/** Lengths at which the log is looked at: 1, 10, 100 … million, or what was asked for. */
function lengths(events: number): number[] {
  const found: number[] = [];
  for (let length = 1_000_000; length < events; length *= 10) found.push(length);
  return [...found, events];
}

/** Why the log can't grow so long, in a line. */
function whyNot(events: number): string | undefined {
  const { bavail, bsize } = statfsSync(tmpdir());
  const [needed, free] = [events * BYTES_PER_EVENT, bavail * bsize].map((bytes) => bytes / 2 ** 30) as [number, number];
  if (needed <= free) return undefined;
  return `not measured: ${written(events)} events need ${needed.toFixed(1)} GB, ${tmpdir()} has ${free.toFixed(1)} GB free`;
}

interface Grown {
  readonly figures: Figure[];
  readonly cost: Curve;
  readonly startSeconds: number;
}

async function grow({ events, operations, largest, progress }: Setting, folder: string): Promise<Grown> {
  const resting = Math.min(5_000, largest);
  const log = new GrowingLog(
    makeStream({ seed: 1, operations: Math.min(PASS_OPERATIONS, operations), resting }),
    folder,
  );
  await log.open();
  // The first pass is for the compiler.
  await log.pass();
  const figures: Figure[] = [];
  const points: [number, number][] = [];
  let startSeconds = 0;
  for (const length of lengths(events)) {
    const costs: number[] = [];
    while (log.events < length || costs.length === 0) {
      progress(`growth: ${written(log.events)} of ${written(events)} events`);
      costs.push(await log.pass());
    }
    // What the log cost at this length, not on the way to it.
    const last = costs.slice(-Math.max(5, Math.ceil(costs.length / 10)));
    points.push([log.events, median(last)]);
    progress(`growth: starting with ${written(log.events)} events`);
    const { snapshot, nothing } = await log.restart();
    startSeconds = snapshot;
    const after = `after ${written(length)} events`;
    figures.push(
      figureOf(`a command, ${after}`, 'µs', last),
      figureOf(`start from the snapshot, ${after}`, 's', [snapshot]),
      figureOf(`start from nothing, ${after}`, 's', [nothing]),
    );
  }
  await log.stop();
  return { figures, cost: { name: 'a command', x: 'events in the log', y: 'µs per command', points }, startSeconds };
}

export const growth: Benchmark = {
  name: 'growth',
  title: 'A growing log',
  method:
    `The whole engine with client ids behind the real sequencer onto disk, ${written(WAITING)} commands waiting, with the follower and its ` +
    'snapshots beside; the log grows to 1, 10, 100 … million events, as --events says. Cost per command in the last passes ' +
    'before each length; start after a clean stop. Kept out of the default list, for it takes long.',
  onlyByName: true,
  async measure(setting) {
    const reason = whyNot(setting.events);
    if (reason !== undefined) return { figures: [], aims: [], notes: [reason] };
    const { figures, cost, startSeconds } = await inFolder((folder) => grow(setting, folder));
    const { points } = cost;
    const dearer = points[points.length - 1]![1] / points[0]![1];
    const aims = [
      atMost('cost per command, the longest log beside the shortest', FLAT, dearer, '×'),
      atMost('start from the snapshot with the longest log', 10, startSeconds, 's'),
    ];
    return { figures, aims, curves: [cost] };
  },
};

/** Contracts × accounts. */
const SIZES = [
  [10, 10],
  [20, 50],
  [50, 200],
  [100, 1_000],
] as const;

export const accounts: Benchmark = {
  name: 'accounts',
  title: 'Many contracts and accounts',
  method:
    'The whole engine with client ids, in memory: 10 × 10 to 100 × 1,000 contracts × accounts, 20,000 resting orders each.',
  async measure(setting) {
    const { operations, largest } = setting;
    const candidates = SIZES.map(([books, accounts]) => {
      const stream = { seed: 1, operations, resting: Math.min(20_000, largest), books, accounts };
      const name = `${books} contracts × ${written(accounts)} accounts`;
      return { ...processCandidate('./engine-process', WITH_IDS, stream, operations), name };
    });
    const figures = await sideBySide('accounts', candidates, setting);
    const points = SIZES.map(([books, accounts], i) => [books * accounts, 1e6 / figures[i]!.median] as const);
    const dearer = figures[0]!.median / figures[figures.length - 1]!.median;
    return {
      figures,
      aims: [atMost('cost per command, 100,000 beside 100', FLAT, dearer, '×')],
      curves: [{ name: 'a command', x: 'contracts × accounts', y: 'µs per command', points }],
    };
  },
};
