// The whole engine in memory, with money, capacity, self-trade checks and events, beside exchange-core whole.

import type { Benchmark, Figure, Report, Setting } from './benchmark';
import { contenders, tradesOf, WITH_IDS, WITHOUT_IDS } from './engine-process';
import { ExchangeCore, whyNoExchangeCore, type StreamRun } from './java-peer';
import { atLeast, figureOf, named, sideBySide, withRatios, type Candidate } from './measure';
import { makeStream, type StreamOptions } from './stream';
import { Beside, processCandidate } from './stream-process';

const MODULE = './engine-process';
const EXCHANGE_CORE = 'exchange-core whole (Java), no client ids';

/** Its threads are more than most machines have processors: its rate swings. */
const EXCHANGE_CORE_TURNS = 3;

/** Processor time of all threads, per command, by candidate. */
class ProcessorTime {
  private readonly spent = new Map<string, number[]>();

  constructor(private readonly operations: number) {}

  readonly note =
    (name: string) =>
    ({ measured }: StreamRun): void => {
      const values = this.spent.get(name) ?? [];
      this.spent.set(name, values);
      values.push((measured!['processor_seconds']! * 1e6) / this.operations);
    };

  /** `runs` that were timed: those before them were warm-ups. */
  figures(candidates: readonly Candidate[], runs: number): Figure[] {
    return candidates.map(({ name, turns = 1 }) =>
      figureOf(`${name}: processor time of all threads, per command`, 'µs', this.spent.get(name)!.slice(-runs * turns)),
    );
  }
}

function ours(name: string, contender: string, stream: StreamOptions, spent?: ProcessorTime): Candidate {
  return { ...processCandidate(MODULE, contender, stream, stream.operations, spent?.note(name)), name };
}

/** exchange-core whole, whose trades are held against ours; nothing but a note where it can't run. */
function exchangeCore(
  name: string,
  options: StreamOptions,
  setting: Setting,
  notes: string[],
  spent?: ProcessorTime,
): Candidate[] {
  const missing = whyNoExchangeCore(setting);
  if (missing !== undefined) {
    notes.push(missing);
    return [];
  }
  setting.progress('whole engine: the trades that we make of the stream');
  const beside = new Beside({ name: 'tokenbourse', trades: tradesOf(options, false) });
  const process = new ExchangeCore('engine', makeStream(options));
  const { operations } = options;
  const run = () => beside.run(name, process, spent?.note(name));
  return [{ name, operations, turns: EXCHANGE_CORE_TURNS, run, close: () => process.close() }];
}

function engine(name: string, resting: number): Benchmark {
  return {
    name,
    title: `Whole engine, ${resting.toLocaleString('en-US')} resting orders`,
    method:
      'Money, capacity, self-trade checks, events; in memory, one contract. exchange-core runs its risk engine in two ' +
      'steps, matching and results, in threads of its own; it runs three times in each of its turns, because its rate ' +
      'swings where it has fewer processors than threads. Commands are made before the clock starts; in every run all ' +
      'commands must be executed, and trades and resting orders be the same on both sides.',
    async measure(setting) {
      const options = { seed: 1, operations: setting.operations, resting: Math.min(resting, setting.largest) };
      const notes: string[] = [];
      const spent = new ProcessorTime(options.operations);
      const candidates = [
        ...Object.keys(contenders).map((contender) => ours(contender, contender, options, spent)),
        ...exchangeCore(EXCHANGE_CORE, options, setting, notes, spent),
      ];
      const rates = await sideBySide(name, candidates, setting);
      const figures = withRatios([...rates, ...spent.figures(candidates, setting.runs)]);
      const java = named(figures, EXCHANGE_CORE);
      if (java === undefined) return { figures, aims: [], notes };
      const beside = (ids: string): number => named(figures, ids)!.median / java.median;
      const aims = [
        atLeast('with client ids beside exchange-core', 1, beside(WITH_IDS), '×'),
        atLeast('without client ids beside exchange-core', 1.5, beside(WITHOUT_IDS), '×'),
      ];
      return { figures, aims, notes };
    },
  };
}

const TIERS_AND_WINDOWS = 5 * 24;

const contracts: Benchmark = {
  name: 'contracts',
  title: 'Many contracts',
  method:
    'The whole engine with client ids: one contract, 5 tiers × 24 windows, and 1,000,000 resting orders over 64 ' +
    'contracts.',
  async measure(setting): Promise<Report> {
    const { operations, largest } = setting;
    const notes: string[] = [];
    const stream = (resting: number, books: number): StreamOptions => ({
      seed: 1,
      operations,
      resting: Math.min(resting, largest),
      books,
    });
    const full = stream(1_000_000, 64);
    const [one, many, filled] = ['one contract', '120 contracts', '64 contracts, 1,000,000 resting'] as const;
    const figures = await sideBySide(
      'contracts',
      [
        ours(one, WITH_IDS, stream(5_000, 1)),
        ours(many, WITH_IDS, stream(5_000, TIERS_AND_WINDOWS)),
        ours(filled, WITH_IDS, full),
        ...exchangeCore(`exchange-core whole (Java), ${filled}, no client ids`, full, setting, notes),
      ],
      setting,
    );
    const beside = (name: string): number => named(figures, name)!.median / named(figures, one)!.median;
    const aims = [many, filled].map((name) => atLeast(`${name} beside one contract`, 0.5, beside(name), '×'));
    return { figures, aims, notes };
  },
};

export const wholeEngine: readonly Benchmark[] = [
  engine('engine-5k', 5_000),
  engine('engine-100k', 100_000),
  contracts,
];
