// For tests: random histories of a market, as lists of draws. A draw is a kind and a few small numbers; what they mean
// depends on the market at that moment, so that every list of draws, and every shorter one, is a history.

import fc from 'fast-check';
import { COMMANDS, HOUR_US, SECOND_US, type Command, type Field, type RejectionCode } from '@tokenbourse/domain';

import { commandOf, type CommandKind, COMMAND_KINDS } from './commands';
import { Pair, SMALL_MARKET } from './pair';

type Kind = CommandKind | 'again' | 'wait' | 'work' | 'refuse' | 'flood';

export interface Draw {
  readonly kind: Kind;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  /** Up to 3 one of a few ids, up to 14 a new one; above, the command has none. */
  readonly id: number;
  /** Up to 10 one field of the command is put out of its range, or near its bounds. */
  readonly odd: number;
}

const weighted: [number, readonly Kind[]][] = [
  [30, ['place']],
  [6, ['amend']],
  [5, ['offer']],
  [3, ['cancel']],
  [4, ['again']],
  [2, ['wait']],
  [5, ['work', 'withdrawOffer', 'cash', 'cancelAll']],
  [4, COMMAND_KINDS],
  [2, ['refuse', 'limits', 'fees']],
];
const figure = fc.nat(999);
const kind = (floods: boolean): fc.Arbitrary<Kind> => {
  const all: typeof weighted = floods ? [...weighted, [1, ['flood']]] : weighted;
  return fc.oneof(...all.map(([weight, kinds]) => ({ weight, arbitrary: fc.constantFrom(...kinds) })));
};
const drawOf = (floods: boolean): fc.Arbitrary<Draw> =>
  fc.record({
    kind: kind(floods),
    a: figure,
    b: figure,
    c: figure,
    d: figure,
    e: figure,
    id: fc.nat(40),
    odd: fc.nat(119),
  });

/** Commands around the opening of a market. */
export const openingDraw: fc.Arbitrary<Draw> = fc
  .tuple(
    drawOf(false),
    fc.constantFrom<Kind>('open', 'open', 'ping', 'clock', 'participant', 'again', 'wait'),
    fc.nat(24),
  )
  .map(([drawn, kind, odd]) => ({ ...drawn, kind, odd }));
/** The opening that passes. */
export const OPENING: Draw = { kind: 'open', a: 0, b: 0, c: 0, d: 0, e: 0, id: 40, odd: 99 };

export const draw = drawOf(false);
/** With now and then several hundred orders of one account: work that goes in slices. */
export const drawWithFloods = drawOf(true);

/** Values near the bounds of what is allowed, and beyond them. */
const ODD_INTEGERS = [0, 1, -1, 0.5, 3, 1_000_001, 2 ** 31 - 1, 2 ** 31, 2 ** 52 - 1, 2 ** 52, 2 ** 53 - 1, 2 ** 53];
const ODD_TIMES = [0, 1, SECOND_US / 2, 1_500_000, HOUR_US, 3 * HOUR_US + 1, 367 * 24 * HOUR_US, 2 ** 53 - 1];
const ODD_COUNTS = [0, 1, 2, 99, 501, 10_000_001, 2 ** 32 - 1];

/** A market that is open, with accounts in it. */
export function openedPair(): Pair {
  const pair = new Pair();
  pair.execute({ type: 'Ping', command_id: '', token: 1 });
  pair.execute(SMALL_MARKET);
  pair.advance(0);
  furnish(pair);
  return pair;
}

/** Two participants with two accounts each, one of them a factory's; power that is scarce, plenty, and of another zone. */
export function furnish(pair: Pair): void {
  const owners = [1, 2, 2, 3, 3, 4, 5];
  for (let i = 0; i < 5; i++) {
    pair.execute({ type: 'RegisterParticipant', command_id: '', name: `p${i}`, role: 'TRADER' });
  }
  for (const participant of owners) {
    pair.execute({ type: 'OpenAccount', command_id: '', participant, name: '' });
  }
  const plants: [account: number, zone: number, watts: number, tiers: number[]][] = [
    [1, 1, 1, [1, 2, 3]],
    [2, 1, 1_000, [1, 2]],
    [6, 2, 30, [1, 3]],
  ];
  for (const [account, zone, power_watts, tiers] of plants) {
    pair.execute({
      type: 'RegisterFactory',
      account,
      command_id: '',
      name: 'plant',
      zone,
      hardware: 'GB300',
      power_watts,
      yields: tiers.map((tier) => ({ tier, joules_per_mtok: tier * 10_000, licence_ppm: 0 })),
      power_micro_usd_per_mwh: 0,
      equipment_micro_usd_per_mwh: 0,
      facility_micro_usd_per_mwh: 0,
    });
  }
  for (const [i, amount_micro_usd] of [20_000, 90_000, 300_000, 40_000, 200_000, 60_000, 1_000].entries()) {
    pair.execute({
      type: 'Deposit',
      account: i + 1,
      command_id: '',
      amount_micro_usd,
      reference: '',
      expires_at_us: 0,
    });
  }
}

/** Plays draws on both; throws at the first disagreement. */
export function play(pair: Pair, draws: readonly Draw[]): void {
  const sent: Command[] = [];
  for (const step of draws) {
    if (step.kind === 'wait') wait(pair, step);
    else if (step.kind === 'work') workOrPass(pair, step);
    else if (step.kind === 'flood') flood(pair, step);
    else submit(pair, step, sent);
  }
  pair.runDue();
}

/** The next slice of work; where there is none, commands that were lost are passed. */
function workOrPass(pair: Pair, { a, b }: Draw): void {
  if (pair.work()) return;
  const reason = a % 2 === 0 ? 'RETENTION' : 'UNREADABLE';
  pair.pass({ reason, from_offset: a, from_index: b, to_offset: a + b + 1, to_index: 0 });
}

function submit(pair: Pair, step: Draw, sent: Command[]): void {
  const command = commandFrom(pair, step, sent);
  if (command === undefined) return;
  if (step.kind === 'refuse') {
    const code: RejectionCode = step.a % 2 === 0 ? 'INTERNAL' : 'CLOCK_NOT_CONFIRMED';
    pair.runDue();
    pair.refuse(command, code);
  } else {
    pair.execute(command);
  }
  if (command.command_id !== '') sent.push(command);
}

function commandFrom(pair: Pair, step: Draw, sent: readonly Command[]): Command | undefined {
  if (step.kind === 'again') return sent[sent.length - 1 - (step.a % Math.max(1, sent.length))];
  const kind = step.kind === 'refuse' ? 'place' : (step.kind as CommandKind);
  const command = commandOf(pair.twin.market, kind, step, pair.nowUs);
  return step.odd < 10 ? spoilt(command, step) : command;
}

/** The command with one of its figures replaced by an odd one. */
function spoilt(command: Command, { odd, e, d }: Draw): Command {
  const fields = Object.entries(COMMANDS[command.type]) as [string, Field<unknown>][];
  const figures = fields.filter(([, field]) => field.kind === 'count' || field.kind === 'integer');
  const chosen = figures[(odd + d) % Math.max(1, figures.length)];
  if (chosen === undefined) return command;
  const [name, { kind, unit }] = chosen;
  const values = kind === 'count' ? ODD_COUNTS : unit === 'us' ? ODD_TIMES : ODD_INTEGERS;
  return { ...command, [name]: values[e % values.length] } as Command;
}

function wait(pair: Pair, { a, d }: Draw): void {
  const next = pair.twin.nextDueUs();
  const due = Number.isFinite(next) ? next : pair.nowUs;
  const waits: readonly number[] = [
    d * 1_000,
    d * 10_000,
    d * SECOND_US,
    d % 6 === 0 ? d * 9 * SECOND_US : d,
    // To the next due instant, to just before it and to just after it.
    Math.max(0, due - pair.nowUs),
    Math.max(0, due - 1 - pair.nowUs),
    Math.max(0, due + 1 - pair.nowUs),
    // To a full second.
    SECOND_US - (pair.nowUs % SECOND_US),
    d % 8 === 0 ? (d % 3) * HOUR_US : SECOND_US,
  ];
  pair.nowUs += waits[a % waits.length]!;
  if (d % 3 !== 0) pair.runDue();
}

/** Some hundred orders of one account in one contract. */
function flood(pair: Pair, step: Draw): void {
  const first = commandOf(pair.twin.market, 'place', step, pair.nowUs);
  for (let i = 0; i < 200 + (step.b % 200); i++) {
    pair.execute({
      ...first,
      command_id: '',
      lots: 1,
      price_ticks: i % 3,
      side: 'BUY',
      time_in_force: 'GTC',
    } as Command);
  }
}
