// Configuration, participants and keys: what a market depends on enters its log by commands.

import { DEFAULT_TIERS, HOUR_US, SECOND_US, type Command, type CommandOf, type MarketEvent } from '@tokenbourse/domain';
import { Engine, MarketState } from '@tokenbourse/engine';

import { MarketFixture, OPEN_MARKET, RecordArray, START_US } from '../../libs/engine/testing/market-fixture';
import { TradingTable } from '../../libs/engine/testing/trading-table';

const YEAR_US = 366 * 24 * HOUR_US;

/** An engine whose market has not been opened. */
function unopened(): (command: Command) => readonly MarketEvent[] {
  const state = new MarketState();
  const log = new RecordArray(state);
  const engine = new Engine(state, log);
  return (command) => {
    engine.execute(command, START_US);
    return log.records.at(-1)!.events;
  };
}

describe('opening', () => {
  test('CFG-1 all that the market depends on stands in its first record', () => {
    const { log } = new MarketFixture();
    const { split_rule, split_version, ...opening } = OPEN_MARKET;
    expect(log.records[0]).toMatchObject({
      sequence: 1,
      cause: 'COMMAND',
      identity: { command: 'OpenMarket', command_id: 'open' },
    });
    expect(log.records[0]!.events).toEqual([
      {
        type: 'MarketOpened',
        market: 'test',
        currency: 'USD',
        id_seed: 12_345,
        window_us: HOUR_US,
        horizon_us: opening.horizon_us,
        open_lead_us: opening.open_lead_us,
        gate_lead_us: opening.gate_lead_us,
        settlement_lag_us: 0,
      },
      {
        type: 'LimitsSet',
        open_orders_per_account: 2_000,
        matches_per_command: 500,
        quotes_per_offer: 20,
        idempotency_window_us: HOUR_US,
      },
      { type: 'FeesSet', schedule: 1, maker_ppm: 100, taker_ppm: 500 },
      ...DEFAULT_TIERS.map((tier, i) => ({ type: 'TierAdded', tier: i + 1, ...tier })),
      { type: 'ZoneAdded', zone: 1, name: 'USE' },
      { type: 'ZoneAdded', zone: 2, name: 'EUW' },
      { type: 'SplitRuleSet', version: split_version, rule: split_rule },
    ]);
  });

  test('CFG-2 before it every command is refused but a ping and the clock’s confirmation; it happens once', () => {
    const run = unopened();
    expect(run({ type: 'AddZone', command_id: '', name: 'USE' })).toMatchObject([
      { type: 'CommandRejected', command: 'AddZone', code: 'MARKET_NOT_OPEN' },
    ]);
    const order = { ...new TradingTable().market.log.records[0], side: 'BUY' };
    expect(order.side).toBe('BUY');
    expect(run({ type: 'Ping', command_id: '', token: 3 })).toEqual([{ type: 'Pinged', token: 3 }]);
    expect(run({ type: 'ConfirmClock', command_id: '', wall_us: 3 })).toMatchObject([{ type: 'ClockConfirmed' }]);
    expect(run(OPEN_MARKET)[0]).toMatchObject({ type: 'MarketOpened' });
    expect(run({ ...OPEN_MARKET, command_id: 'again' })).toMatchObject([{ code: 'MARKET_ALREADY_OPEN' }]);
  });

  test('CFG-2 the clock’s confirmation tells the stamp of the record before', () => {
    const market = new MarketFixture();
    const before = market.log.records.at(-1)!.at_us;
    market.nowUs += SECOND_US;
    const wall_us = market.nowUs;
    expect(market.run({ type: 'ConfirmClock', command_id: '', wall_us })).toEqual([
      { type: 'ClockConfirmed', last_stamp_us: before, wall_us },
    ]);
  });

  test('CFG-3 a market may have a single tier and a single zone', () => {
    const [tier] = DEFAULT_TIERS;
    const events = unopened()({ ...OPEN_MARKET, tiers: [tier!], zones: [{ name: 'USE' }] });
    expect(events.map(({ type }) => type)).toEqual([
      'MarketOpened',
      'LimitsSet',
      'FeesSet',
      'TierAdded',
      'ZoneAdded',
      'SplitRuleSet',
    ]);
  });

  test.each<[string, Partial<CommandOf<'OpenMarket'>>, object]>([
    ['no zone', { zones: [] }, { code: 'UNKNOWN_ZONE' }],
    ['no tier', { tiers: [] }, { code: 'UNKNOWN_TIER' }],
    ['a zone in small letters', { zones: [{ name: 'use' }] }, { code: 'NAME_INVALID' }],
    ['two zones of one name', { zones: [{ name: 'USE' }, { name: 'USE' }] }, { code: 'DUPLICATE_ZONE' }],
    ['a window of half a second', { window_us: SECOND_US / 2 }, { needed: SECOND_US, available: SECOND_US / 2 }],
    ['a window of 1.5 s', { window_us: 1_500_000 }, { needed: SECOND_US, available: 1_500_000 }],
    ['a window beyond a year', { window_us: YEAR_US + SECOND_US }, { needed: YEAR_US }],
    ['a horizon below a window', { horizon_us: HOUR_US - 1 }, { needed: HOUR_US }],
    ['a horizon beyond 1,000 windows', { horizon_us: 1_000 * HOUR_US + 1 }, { needed: 1_000 * HOUR_US }],
    ['a gate before the listing', { gate_lead_us: 4 * HOUR_US }, { needed: 4 * HOUR_US - 1 }],
    ['an opening at the gate', { open_lead_us: 5 * 60 * SECOND_US }, { needed: 5 * 60 * SECOND_US + 1 }],
    ['an opening before the listing', { open_lead_us: 4 * HOUR_US + 1 }, { needed: 4 * HOUR_US }],
    ['a negative lag', { settlement_lag_us: -1 }, { needed: 0, available: -1 }],
    ['a fee above the amount', { maker_ppm: 1_000_001 }, { needed: 1_000_000 }],
    ['a negative fee', { taker_ppm: -1 }, { needed: 0 }],
    ['more than 500 matches', { matches_per_command: 501 }, { needed: 500 }],
    ['no matches', { matches_per_command: 0 }, { needed: 1 }],
    ['more than 100 quotes', { quotes_per_offer: 101 }, { needed: 100 }],
    ['no orders', { open_orders_per_account: 0 }, { needed: 1 }],
    ['a window of ids below a second', { idempotency_window_us: SECOND_US - 1 }, { needed: SECOND_US }],
    ['half a microsecond', { idempotency_window_us: 0.5 }, { needed: SECOND_US, available: 0 }],
  ])('CFG-3 with %s is refused, and a figure with the nearest that would pass', (_, more, refused) => {
    const run = unopened();
    const code = 'code' in refused ? refused : { code: 'INVALID_FIGURE', ...refused };
    expect(run({ ...OPEN_MARKET, ...more })).toMatchObject([
      { type: 'CommandRejected', command: 'OpenMarket', ...code },
    ]);
    expect(run({ type: 'AddZone', command_id: '', name: 'USE' })).toMatchObject([{ code: 'MARKET_NOT_OPEN' }]);
  });
});

describe('changes', () => {
  test.each<[Command, object]>([
    [
      { type: 'AddZone', command_id: '', name: 'SUN' },
      { type: 'ZoneAdded', zone: 3, name: 'SUN' },
    ],
    [{ type: 'AddZone', command_id: '', name: 'USE' }, { code: 'DUPLICATE_ZONE' }],
    [{ type: 'AddZone', command_id: '', name: 'A' }, { code: 'NAME_INVALID' }],
    [{ type: 'AddZone', command_id: '', name: 'A-B' }, { code: 'NAME_INVALID' }],
    [{ type: 'SetFees', command_id: '', maker_ppm: 0, taker_ppm: 1_000_001 }, { code: 'INVALID_FIGURE' }],
    [
      { type: 'SetFees', command_id: '', maker_ppm: 0, taker_ppm: 9 },
      { type: 'FeesSet', schedule: 2, taker_ppm: 9 },
    ],
    [
      { type: 'SetSplitRule', command_id: '', version: 0, rule: '' },
      { code: 'INVALID_FIGURE', needed: 1 },
    ],
    [
      { type: 'SetSplitRule', command_id: '', version: 2, rule: '{}' },
      { type: 'SplitRuleSet', version: 2, rule: '{}' },
    ],
    [
      { type: 'Ping', command_id: '', token: 9 },
      { type: 'Pinged', token: 9 },
    ],
  ])('CFG-4 %j', (command, event) => {
    const { market } = new TradingTable();
    expect(market.run(command)).toEqual([expect.objectContaining(event)]);
  });

  test.each([
    ['letters of one byte', 'a', 65_535],
    ['letters of two bytes', 'é', 32_767],
    ['letters of three bytes', '’', 21_845],
    ['letters of four bytes', '𝄞', 16_383],
    ['the last letter of one byte', '\u007f', 65_535],
    ['the first letter of two bytes', '\u0080', 32_767],
    ['the last letter of two bytes', '\u07ff', 32_767],
    ['the first letter of three bytes', '\u0800', 21_845],
    ['the last letter of three bytes', '\uffff', 21_845],
    ['the first letter of four bytes', '\u{10000}', 16_383],
  ])('CFG-4 a split rule of %s may be as long as a record can keep', (_, letter, most) => {
    const { market } = new TradingTable();
    const set = (times: number) =>
      market.run({ type: 'SetSplitRule', command_id: '', version: 2, rule: letter.repeat(times) });
    expect(set(most + 1)).toMatchObject([{ code: 'INVALID_FIGURE', needed: 65_535 }]);
    expect(set(most)).toMatchObject([{ type: 'SplitRuleSet' }]);
    expect(() => market.log.bytes()).not.toThrow();
  });

  test('CFG-4 there are no more fee schedules than an order can name', () => {
    const { market } = new TradingTable();
    const { feeSchedules } = market.state;
    while (feeSchedules.length < 65_535) feeSchedules.push({ makerPpm: 0, takerPpm: 0 });
    const set = () => market.run({ type: 'SetFees', command_id: '', maker_ppm: 0, taker_ppm: 9 });
    expect(set()).toMatchObject([{ type: 'FeesSet', schedule: 65_535 }]);
    expect(set()).toMatchObject([{ code: 'INVALID_FIGURE', needed: 65_535, available: 65_536 }]);
  });

  test('CFG-5 a new zone’s windows are listed at once, with contracts for every tier', () => {
    const { market } = new TradingTable();
    market.run({ type: 'AddZone', command_id: '', name: 'SUN' });
    const events = market.advance(0);
    const listed = events.flatMap((event) => (event.type === 'ContractListed' ? [event.contract_id] : []));
    expect(listed).toHaveLength(20);
    expect(listed[0]).toBe('FREE-SUN-20261120T1400Z-PT1H');
    expect(listed.at(-1)).toBe('ULTRA-SUN-20261120T1700Z-PT1H');
  });

  test('CFG-6 lower limits leave open orders as they are', () => {
    const table = new TradingTable();
    table.play(`
      ann    | buy 1 @ 1       |
      ann    | buy 1 @ 1       |
      market | limits orders=1 |
    `);
    expect(table.play('ann | buy 1 @ 1 |')).toContain('TOO_MANY_OPEN_ORDERS 1/2');
    expect(table.play('ann | amend #1 to 5 |')).toContain('5 open @ 1');
  });
});

describe('participants, accounts, keys', () => {
  const key = {
    type: 'CreateApiKey',
    command_id: '',
    name: 'k',
    all_accounts: 'NO',
    scopes: 'read',
    hash: 'ab',
  } as const;

  test('PAR-1 numbers count from 1, each kind by itself', () => {
    const market = new MarketFixture();
    const register = { type: 'RegisterParticipant', command_id: '', name: 'n', role: 'TRADER' } as const;
    expect(market.run(register)).toMatchObject([{ type: 'ParticipantRegistered', participant: 1 }]);
    expect(market.run(register)).toMatchObject([{ type: 'ParticipantRegistered', participant: 2 }]);
    const open = { type: 'OpenAccount', command_id: '', participant: 2, name: 'a' } as const;
    expect(market.run(open)).toMatchObject([{ type: 'AccountOpened', account: 1, participant: 2 }]);
    expect(market.run({ ...key, account: 1 })).toMatchObject([{ type: 'ApiKeyCreated', key: 1, account: 1 }]);
    expect(market.run({ ...key, account: 0 })).toMatchObject([{ type: 'ApiKeyCreated', key: 2, account: 0 }]);
    expect(market.run({ type: 'RevokeApiKey', command_id: '', key: 1 })).toMatchObject([
      { type: 'ApiKeyRevoked', key: 1 },
    ]);
    expect(market.run({ ...key, account: 1 })).toMatchObject([{ type: 'ApiKeyCreated', key: 3 }]);
  });

  test.each<[string, Command, string]>([
    ['participant', { type: 'OpenAccount', command_id: '', participant: 9, name: '' }, 'UNKNOWN_PARTICIPANT'],
    ['participant 0', { type: 'OpenAccount', command_id: '', participant: 0, name: '' }, 'UNKNOWN_PARTICIPANT'],
    ['key’s account', { ...key, account: 99 }, 'UNKNOWN_ACCOUNT'],
    ['key', { type: 'RevokeApiKey', command_id: '', key: 1 }, 'UNKNOWN_KEY'],
    [
      'factory',
      {
        type: 'SetFactoryCosts',
        account: 3,
        command_id: '',
        power_micro_usd_per_mwh: 1,
        equipment_micro_usd_per_mwh: 1,
        facility_micro_usd_per_mwh: 1,
      },
      'UNKNOWN_FACTORY',
    ],
    [
      'depositor',
      { type: 'Deposit', account: 99, command_id: '', amount_micro_usd: 1, reference: '', expires_at_us: 0 },
      'UNKNOWN_ACCOUNT',
    ],
    [
      'canceller',
      { type: 'CancelAllOrders', account: 99, contract: 0, command_id: '', tier: 0, side: 'ANY' },
      'UNKNOWN_ACCOUNT',
    ],
  ])('PAR-2 an unknown %s is refused', (_, command, code) => {
    const { market } = new TradingTable();
    const [event] = market.run(command);
    expect(event).toMatchObject({ type: 'CommandRejected', command: command.type, code });
  });

  test('PAR-3 a factory’s costs can change; nothing else of it does', () => {
    const { market } = new TradingTable();
    const costs = { power_micro_usd_per_mwh: 7, equipment_micro_usd_per_mwh: 8, facility_micro_usd_per_mwh: 9 };
    expect(market.run({ type: 'SetFactoryCosts', account: 1, command_id: '', ...costs })).toEqual([
      { type: 'FactoryCostsSet', account: 1, ...costs },
    ]);
    for (const cost of Object.keys(costs)) {
      expect([
        cost,
        ...market.run({ type: 'SetFactoryCosts', account: 1, command_id: '', ...costs, [cost]: -1 }),
      ]).toMatchObject([cost, { account: 1, code: 'INVALID_FIGURE', needed: 0, available: -1 }]);
    }
    expect(market.run({ type: 'SetFactoryCosts', account: 99, command_id: '', ...costs })).toMatchObject([
      { account: 99, code: 'UNKNOWN_FACTORY' },
    ]);
  });
});

describe('the order of an order’s checks', () => {
  test('ORD-19 expired, account, contract, gate, terms, open orders, backing, post-only, fill-or-kill', () => {
    const table = new TradingTable();
    const { market } = table;
    const poor = market.account();
    market.run({
      type: 'SetLimits',
      command_id: '',
      open_orders_per_account: 1,
      matches_per_command: 500,
      quotes_per_offer: 1,
      idempotency_window_us: SECOND_US,
    });
    market.order(table.account('mill'), 'SELL', 1, 600);
    market.order(poor, 'BUY', 1, 0);
    // Everything is wrong at once; from row to row one thing more is put right.
    const wrong: Partial<CommandOf<'PlaceOrder'>> = {
      account: 99,
      contract: 999,
      lots: 0,
      price_ticks: -1,
      time_in_force: 'IOC',
      post_only: true,
      good_till_us: market.nowUs,
      max_amount_micro_usd: 5,
      expires_at_us: market.nowUs - 1,
    };
    const unopened = market.state.windows.at(-1)!.contracts[0]!.number;
    const rows: [Partial<CommandOf<'PlaceOrder'>>, string][] = [
      [{}, 'COMMAND_EXPIRED'],
      [{ expires_at_us: 0 }, 'UNKNOWN_ACCOUNT'],
      [{ account: 0 }, 'ACCOUNT_NOT_TRADING'],
      [{ account: poor }, 'UNKNOWN_CONTRACT'],
      [{ contract: unopened }, 'CONTRACT_NOT_OPEN'],
      [{ contract: table.contract }, 'INVALID_QUANTITY'],
      [{ lots: 2 ** 52 }, 'INVALID_PRICE'],
      [{ price_ticks: 2_000 }, 'INVALID_TIME_IN_FORCE'],
      [{ time_in_force: 'GTD' }, 'INVALID_AMOUNT'],
      [{ max_amount_micro_usd: 0 }, 'GOOD_TILL_PAST'],
      [{ good_till_us: market.nowUs + 9 * HOUR_US }, 'GOOD_TILL_AFTER_GATE'],
      [{ good_till_us: market.nowUs + 60 * SECOND_US }, 'AMOUNT_TOO_LARGE'],
      [{ lots: 2 }, 'TOO_MANY_OPEN_ORDERS'],
    ];
    let command = { ...wrong };
    for (const [better, code] of rows) {
      command = { ...command, ...better };
      expect([better, market.order(poor, 'BUY', 1, 600, command)]).toEqual([
        better,
        [expect.objectContaining({ code })],
      ]);
    }
    market.cancel(poor, 2);
    expect(market.order(poor, 'BUY', 1, 600, command)).toMatchObject([{ code: 'INSUFFICIENT_FUNDS' }]);
    market.run({
      type: 'Deposit',
      account: poor,
      command_id: '',
      amount_micro_usd: 9_000,
      reference: '',
      expires_at_us: 0,
    });
    expect(market.order(poor, 'BUY', 1, 600, command)).toMatchObject([{ code: 'WOULD_TRADE' }]);
    const kill = { ...command, post_only: false, time_in_force: 'FOK', good_till_us: 0 } as const;
    expect(market.order(poor, 'BUY', 1, 600, kill)).toMatchObject([{ code: 'NOT_FILLABLE' }]);
    expect(market.order(poor, 'BUY', 1, 600, { ...kill, lots: 1 })).toMatchObject([{}, { type: 'TradeExecuted' }]);
  });
});
