// Identity: section 6 of docs/rules.md. A command's id has one outcome, however often the command comes.

import { HOUR_US, MINUTE_US, type Command, type CommandOf, type MarketEvent } from '@tokenbourse/domain';
import { Engine, MarketState } from '@tokenbourse/engine';

import { MarketFixture, OPEN_MARKET, RecordArray, START_US } from '../../libs/engine/testing/market-fixture';
import { scenario, TradingTable } from '../../libs/engine/testing/trading-table';

const order: CommandOf<'PlaceOrder'> = {
  type: 'PlaceOrder',
  account: 3,
  contract: 3,
  command_id: 'x',
  side: 'BUY',
  order_type: 'LIMIT',
  time_in_force: 'GTC',
  price_ticks: 600,
  lots: 5,
  max_amount_micro_usd: 0,
  post_only: false,
  self_trade: 'CANCEL_NEWEST',
  good_till_us: 0,
  expires_at_us: 0,
};
const costs = { power_micro_usd_per_mwh: 1, equipment_micro_usd_per_mwh: 2, facility_micro_usd_per_mwh: 3 };

/** Every kind of command, and the number that its outcome makes. */
const COMMANDS: readonly [Command, number][] = [
  [order, 2],
  [
    {
      type: 'AmendOrder',
      account: 3,
      contract: 3,
      command_id: 'x',
      order: 1,
      price_ticks: 500,
      lots: 9,
      expires_at_us: 0,
    },
    1,
  ],
  [{ type: 'CancelOrder', account: 3, contract: 3, command_id: 'x', order: 1 }, 0],
  [{ type: 'CancelAllOrders', account: 3, contract: 0, command_id: 'x', tier: 0, side: 'ANY' }, 0],
  [
    {
      type: 'PostOffer',
      account: 1,
      command_id: 'x',
      window_start_at_us: Date.UTC(2026, 10, 20, 14) * 1_000,
      quotes: [{ tier: 2, price_ticks: 10, lots: 1 }],
      energy_policy: 'SEPARATE',
      expires_at_us: 0,
    },
    2,
  ],
  [{ type: 'WithdrawOffer', account: 1, command_id: 'x', offer: 1 }, 0],
  [{ type: 'Deposit', account: 3, command_id: 'x', amount_micro_usd: 5, reference: 'r', expires_at_us: 0 }, 0],
  [{ type: 'Withdraw', account: 3, command_id: 'x', amount_micro_usd: 5, reference: 'r', expires_at_us: 0 }, 0],
  [{ type: 'RegisterParticipant', command_id: 'x', name: 'N', role: 'TRADER' }, 6],
  [{ type: 'OpenAccount', command_id: 'x', participant: 1, name: 'N' }, 7],
  [
    {
      type: 'RegisterFactory',
      account: 3,
      command_id: 'x',
      name: 'F',
      zone: 1,
      hardware: 'H',
      power_watts: 5,
      yields: [{ tier: 1, joules_per_mtok: 7, licence_ppm: 0 }],
      ...costs,
    },
    3,
  ],
  [{ type: 'SetFactoryCosts', account: 1, command_id: 'x', ...costs }, 1],
  [{ type: 'CreateApiKey', command_id: 'x', name: 'K', account: 3, all_accounts: 'NO', scopes: 'read', hash: 'ab' }, 2],
  [{ type: 'RevokeApiKey', command_id: 'x', key: 1 }, 1],
  // Its last zone.
  [{ ...OPEN_MARKET, maker_ppm: 0, taker_ppm: 0 }, 2],
  [{ type: 'AddZone', command_id: 'x', name: 'SUN' }, 3],
  [{ type: 'SetFees', command_id: 'x', maker_ppm: 1, taker_ppm: 2 }, 2],
  [
    {
      type: 'SetLimits',
      command_id: 'x',
      open_orders_per_account: 9,
      matches_per_command: 8,
      quotes_per_offer: 7,
      idempotency_window_us: HOUR_US,
    },
    0,
  ],
  [{ type: 'SetSplitRule', command_id: 'x', version: 2, rule: '{}' }, 0],
  [{ type: 'Ping', command_id: 'x', token: 7 }, 0],
  [{ type: 'ConfirmClock', command_id: 'x', wall_us: 7 }, 0],
];

function preparedMarket(): MarketFixture {
  const { market } = new TradingTable();
  market.run({ ...order, command_id: '' });
  const [offer] = COMMANDS[4]!;
  market.run({ ...offer, command_id: '' });
  market.run({
    type: 'CreateApiKey',
    command_id: '',
    name: 'K',
    account: 3,
    all_accounts: 'NO',
    scopes: 'read',
    hash: 'a',
  });
  return market;
}

describe('a repetition', () => {
  test.each(COMMANDS.map(([command, result]) => [command.type, command, result] as const))(
    'IDN-1 of %s tells the first outcome and changes nothing',
    (type, command, result) => {
      const market = preparedMarket();
      const first = market.run(command);
      if (type !== 'OpenMarket') expect(first[0]!.type).not.toMatch(/Rejected|Repeated/);
      const first_sequence = type === 'OpenMarket' ? 1 : market.state.sequence;
      const commands = () => market.log.records.filter(({ cause }) => cause === 'COMMAND').length;
      const before = commands();
      for (let times = 0; times < 3; times++) {
        const account = 'account' in command ? command.account : 0;
        expect(market.run(command)).toEqual([
          {
            type: 'CommandRepeated',
            command: type,
            account,
            first_sequence,
            outcome: 'ACCEPTED',
            result,
            code: 'NONE',
          },
        ]);
      }
      expect(commands()).toBe(before + 3);
      expect(market.log.records.at(-1)!.identity).toMatchObject({ command: type, command_id: command.command_id });
    },
  );

  scenario(
    'IDN-2 of a refused command tells the refusal, also when it would pass by now; a new id is needed',
    `
    ann    | buy 5,000 @ 600 id a      | INSUFFICIENT_FUNDS 3,000,000/1,000,000
    ann    | deposit 9,000,000         | +9,000,000
    ann    | buy 5,000 @ 600 id a      | again: INSUFFICIENT_FUNDS
    ann    | buy 5,000 @ 600 id b      | #1 rests, holds 3,000,000
    ann    | buy 5,000 @ 600 id b      | again: ACCEPTED 1
  `,
  );

  scenario(
    'IDN-3 is answered whatever has become of the order, and past the command’s expires_at',
    `
    ann    | buy 5 @ 600 id a by 13:01 | #1 rests, holds 3,000
    market | at 13:02                  |
    ann    | buy 5 @ 600 id a by 13:01 | again: ACCEPTED 1
    ann    | buy 5 @ 600 id a by 13:09 | again: ACCEPTED 1
    mill   | sell 5 @ 600              | #2 taken; trades 5 @ 600 with #1, frees 3,000
    ann    | buy 5 @ 600 id a          | again: ACCEPTED 1
    ann    | has                       | 997,000 free, 0 held, 5 lots
  `,
  );
});

describe('another request under a known id', () => {
  scenario(
    'IDN-4 is refused and does not take the first one’s place',
    `
    ann    | buy 5 @ 600 id a          | #1 rests, holds 3,000
    ann    | buy 6 @ 600 id a          | COMMAND_ID_REUSED
    ann    | buy 5 @ 601 id a          | COMMAND_ID_REUSED
    ann    | buy 4 @ 601 id a          | COMMAND_ID_REUSED
    ann    | sell 5 @ 600 id a         | COMMAND_ID_REUSED
    ann    | buy 5 @ 600 IOC id a      | COMMAND_ID_REUSED
    ann    | buy 5 @ 600 post id a     | COMMAND_ID_REUSED
    ann    | buy 5 @ 600 BOTH id a     | COMMAND_ID_REUSED
    ann    | buy 5 @ 600 id a          | again: ACCEPTED 1
    ann    | deposit 5 id d            | +5
    ann    | withdraw 5 id d           | COMMAND_ID_REUSED
    ann    | deposit 6 id d            | COMMAND_ID_REUSED
    ann    | deposit 5 id d            | again: ACCEPTED 0
  `,
  );

  test('IDN-4 the refusal names the record of the first outcome', () => {
    const { market } = new TradingTable();
    market.run(order);
    const needed = market.state.sequence;
    market.run({ type: 'Ping', command_id: '', token: 0 });
    expect(market.run({ ...order, lots: 6 })).toMatchObject([{ code: 'COMMAND_ID_REUSED', needed }]);
  });

  scenario(
    'IDN-5 an order’s id is unique per account and contract, other commands’ ids per account',
    `
    ann    | buy 5 @ 600 id a          | #1 rests, holds 3,000
    ann2   | buy 6 @ 600 id a          | #2 rests, holds 3,600
    bob    | buy 5 @ 600 id a          | #3 rests, holds 3,000
    ann    | buy 5 @ 600 id a in HIGH+1 | HIGH+1#1 rests, holds 3,000
    ann    | deposit 5 id a            | +5
    bob    | deposit 5 id a            | +5
    ann    | cancel #1 id a            | COMMAND_ID_REUSED
    ann    | cancel #1 id b            | #1 off 5 REQUESTED, frees 3,000
    ann    | cancel #1 id b            | again: ACCEPTED 0
  `,
  );
});

describe('how long an id is known', () => {
  scenario(
    'IDN-6 for the idempotency window, from the next full second on; repetitions do not prolong it',
    `
    ann    | deposit 5 id a            | +5
    market | at 13:30                  |
    ann    | deposit 5 id a            | again: ACCEPTED 0
    market | at 13:59:59               | closes with 0 open
    ann    | deposit 5 id a            | again: ACCEPTED 0
    market | at 14:00                  |
    ann    | deposit 5 id a            | +5
    ann    | deposit 5 id a            | again: ACCEPTED 0
  `,
  );

  scenario(
    'IDN-7 as long as its order is open, if that is longer',
    `
    ann    | buy 5 @ 600 in HIGH+2 id a | HIGH+2#1 rests, holds 3,000
    market | at 14:59:59                | closes with 0 open
    ann    | buy 5 @ 600 in HIGH+2 id a | again: ACCEPTED 1
    ann    | cancel #1 in HIGH+2        | HIGH+2#1 off 5 REQUESTED, frees 3,000
    ann    | buy 5 @ 600 in HIGH+2 id a | HIGH+2#2 rests, holds 3,000
  `,
  );

  test('IDN-7 as long as its order is open: closed after the window, the id is free', () => {
    const { market } = new TradingTable();
    const contract = market.contract(3, 2);
    const command = { ...order, contract, command_id: 'long' };
    expect(market.run(command)).toMatchObject([{ type: 'OrderAccepted', order: 1 }]);
    // Enough other ids to sweep the table several times over.
    for (let i = 0; i < 3_000; i++) {
      market.nowUs += 3_000_000;
      market.run({ type: 'Ping', command_id: `ping ${i}`, token: 0 });
    }
    expect(market.run(command)).toMatchObject([{ type: 'CommandRepeated', result: 1 }]);
    market.cancel(3, 1, { contract });
    expect(market.run(command)).toMatchObject([{ type: 'OrderAccepted', order: 2 }]);
  });

  scenario(
    'IDN-8 across gate closure: known for its window, then the closed contract refuses',
    `
    ann    | buy 5 @ 600 id a          | #1 rests, holds 3,000
    market | at 13:55                  | closes with 1 open; #1 off 5 GATE_CLOSED, frees 3,000
    ann    | buy 5 @ 600 id a          | again: ACCEPTED 1
    market | at 13:59:59               |
    ann    | buy 5 @ 600 id a          | again: ACCEPTED 1
    market | at 14:00                  |
    ann    | buy 5 @ 600 id a          | GATE_CLOSED at 13:55
    ann    | buy 5 @ 600 id a          | again: GATE_CLOSED
  `,
  );

  test('IDN-13 a longer window does not bring back what was forgotten; a shorter one forgets at once', () => {
    const { market } = new TradingTable();
    const deposit = (id: string) => {
      const command = {
        type: 'Deposit',
        account: 3,
        command_id: id,
        amount_micro_usd: 1,
        reference: '',
        expires_at_us: 0,
      } as const;
      return market.run(command)[0]!.type;
    };
    const window = (idempotency_window_us: number) =>
      market.run({
        type: 'SetLimits',
        command_id: '',
        open_orders_per_account: 10,
        matches_per_command: 500,
        quotes_per_offer: 20,
        idempotency_window_us,
      });
    deposit('a');
    market.nowUs += 30 * MINUTE_US;
    deposit('b');
    window(20 * MINUTE_US);
    deposit('c');
    window(5 * HOUR_US);
    expect(['a', 'b', 'c'].map(deposit)).toEqual(['CashDeposited', 'CommandRepeated', 'CommandRepeated']);
    expect(deposit('a')).toBe('CommandRepeated');
    window(20 * MINUTE_US);
    market.nowUs += 25 * MINUTE_US;
    expect(['a', 'b', 'c'].map(deposit)).toEqual(['CashDeposited', 'CashDeposited', 'CashDeposited']);
  });

  test('IDN-14 before the market is opened no outcome is kept', () => {
    const state = new MarketState();
    const log = new RecordArray(state);
    const engine = new Engine(state, log);
    const run = (command: Command) => {
      engine.execute(command, START_US + 500_000);
      return log.records.at(-1)!.events;
    };
    const opening = { ...OPEN_MARKET, id_seed: 0, command_id: 'x' };
    const zone = { type: 'AddZone', command_id: 'y', name: 'SUN' } as const;
    expect(run({ ...opening, zones: [] })).toMatchObject([{ code: 'UNKNOWN_ZONE' }]);
    expect(run(zone)).toMatchObject([{ code: 'MARKET_NOT_OPEN' }]);
    expect(run(opening)[0]).toMatchObject({ type: 'MarketOpened' });
    expect(run(zone)).toMatchObject([{ type: 'ZoneAdded' }]);
    expect(run(opening)).toMatchObject([{ type: 'CommandRepeated', outcome: 'ACCEPTED' }]);
  });

  test('IDN-2 a refusal is told again whatever number stands for the account', () => {
    const { market } = new TradingTable();
    const unknown = { ...order, account: 2 ** 32 - 1 };
    expect(market.run(unknown)).toMatchObject([{ code: 'UNKNOWN_ACCOUNT' }]);
    expect(market.run(unknown)).toMatchObject([{ type: 'CommandRepeated', code: 'UNKNOWN_ACCOUNT' }]);
  });

  test('IDN-9 commands without an id are never repetitions', () => {
    const { market } = new TradingTable();
    const command = { ...order, command_id: '' };
    expect(market.run(command)).toMatchObject([{ order: 1 }]);
    expect(market.run(command)).toMatchObject([{ order: 2 }]);
  });

  test('IDN-10 a failure and a refusal by the sequencer are outcomes like any other', () => {
    const { market } = new TradingTable();
    const last = (): readonly MarketEvent[] => market.log.records.at(-1)!.events;
    market.engine.refuse(order, 'INTERNAL', market.nowUs);
    expect(last()).toEqual([{ type: 'CommandFailed', command: 'PlaceOrder', account: 3, code: 'INTERNAL' }]);
    expect(market.run(order)).toMatchObject([{ type: 'CommandRepeated', outcome: 'REJECTED', code: 'INTERNAL' }]);
    const confirm = { type: 'ConfirmClock', command_id: 'c', wall_us: 5 } as const;
    expect(market.run(confirm)).toMatchObject([{ type: 'ClockConfirmed', wall_us: 5 }]);
    market.engine.refuse(confirm, 'CLOCK_NOT_CONFIRMED', market.nowUs);
    expect(last()).toMatchObject([{ type: 'CommandRepeated', outcome: 'ACCEPTED' }]);
    market.engine.refuse({ ...confirm, command_id: 'd' }, 'CLOCK_NOT_CONFIRMED', market.nowUs);
    expect(last()).toMatchObject([{ type: 'CommandRejected', code: 'CLOCK_NOT_CONFIRMED' }]);
  });
});

describe('numbers', () => {
  test('IDN-11 a contract’s events carry its market-data sequence without gaps', () => {
    const table = new TradingTable();
    table.play(`
      mill   | sell 9 @ 600                |
      ann    | buy 4 @ 600                 |
      ann    | sell 2 @ 650                |
      ann    | buy 9 @ 650 DECREMENT       |
      bob    | buy 3 @ 500                 |
      bob    | amend #5 to 2 @ 510         |
      bob    | buy 3 @ 500 until 13:10     |
      cyd    | buy 3 @ 500                 |
      cyd    | cancel all                  |
      market | at 15:00                    |
    `);
    const events = table.market.log.records.flatMap((record) => record.events);
    const sequences = events
      .filter((event) => 'contract_sequence' in event && event.contract === table.contract)
      .map((event) => (event as { contract_sequence: number }).contract_sequence);
    expect(sequences.length).toBeGreaterThan(15);
    expect(sequences).toEqual(sequences.map((_, i) => i + 1));
  });

  test('IDN-12 records are numbered from 1 without gaps, and never go back in time', () => {
    const { market } = new TradingTable();
    market.advance(90 * MINUTE_US);
    const { records } = market.log;
    expect(records.map(({ sequence }) => sequence)).toEqual(records.map((_, i) => i + 1));
    expect(records.every((record, i) => i === 0 || record.at_us >= records[i - 1]!.at_us)).toBe(true);
  });
});
