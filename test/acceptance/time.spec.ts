// Time: section 5 of docs/rules.md. Windows of one hour, listed four hours ahead, open three hours ahead, gate five
// minutes ahead; the clock starts at 13:00.

import { HOUR_US, MINUTE_US, SECOND_US, type MarketEvent } from '@tokenbourse/domain';

import { MarketFixture, START_US } from '../../libs/engine/testing/market-fixture';
import { scenario, TradingTable } from '../../libs/engine/testing/trading-table';

const at = (hours: number, minutes = 0) => START_US + (hours - 13) * HOUR_US + minutes * MINUTE_US;

/** What became of each contract of a window, with the clock at which it was written. */
function lifecycle(market: MarketFixture, contract: number): [string, number][] {
  return market.log.records.flatMap((record) =>
    record.events
      .filter((event) => /^Contract/.test(event.type) && (event as { contract: number }).contract === contract)
      .map((event): [string, number] => [event.type, record.at_us]),
  );
}

describe('a contract’s life', () => {
  test('TIM-1 listed, open, closed, delivering, settled: each at its instant', () => {
    const market = new MarketFixture();
    // The window 17:00 – 18:00 came within the horizon of four hours at 13:00.
    const last = market.state.windows.filter((window) => window.zone === 1).at(-1)!;
    expect(last.times).toEqual({
      startUs: at(17),
      lengthUs: HOUR_US,
      opensAtUs: at(14),
      gateClosesAtUs: at(16, 55),
      settlesAtUs: at(18),
    });
    const contract = last.contracts[2]!;
    while (market.nowUs < at(18)) market.advance(MINUTE_US);
    expect(lifecycle(market, contract.number)).toEqual([
      ['ContractListed', at(13)],
      ['ContractOpened', at(14)],
      ['ContractClosed', at(16, 55)],
      ['ContractDelivering', at(17)],
      ['ContractSettled', at(18)],
    ]);
    expect(market.log.records[1]!.events.map((event) => event.type)).toEqual([
      'WindowListed',
      ...Array<string>(5).fill('ContractListed'),
    ]);
  });

  test('TIM-1 settlement waits for its lag after the end of the window', () => {
    const market = new MarketFixture({ settlement_lag_us: 30 * MINUTE_US });
    market.advance(2 * HOUR_US);
    expect(market.state.contracts.get(3)!.state).toBe('DELIVERING');
    market.advance(30 * MINUTE_US - 1);
    expect(market.state.contracts.get(3)!.state).toBe('DELIVERING');
    const events = market.advance(1);
    expect(events.filter((event) => event.type === 'WindowEnded')).toHaveLength(2);
  });

  test('TIM-2 a contract trades from its opening until just before its gate', () => {
    const market = new MarketFixture();
    const account = market.account(1_000_000);
    const last = market.state.windows.filter((window) => window.zone === 1).at(-1)!;
    const order = () => market.order(account, 'BUY', 1, 1, { contract: last.contracts[2]!.number })[0];
    market.advance(HOUR_US - 1);
    expect(order()).toMatchObject({ code: 'CONTRACT_NOT_OPEN', at_us: at(14) });
    market.nowUs += 1;
    expect(order()).toMatchObject({ type: 'OrderAccepted', order: 1 });
    market.advance(2 * HOUR_US + 55 * MINUTE_US - 1);
    expect(order()).toMatchObject({ type: 'OrderAccepted', order: 2 });
    market.nowUs += 1;
    expect(order()).toMatchObject({ code: 'GATE_CLOSED', at_us: at(16, 55) });
    expect(market.log.records.at(-1)!.at_us).toBe(at(16, 55));
    market.advance(2 * HOUR_US);
    expect(order()).toMatchObject({ code: 'UNKNOWN_CONTRACT' });
  });

  test('TIM-3 gate closure cancels what is open by order number, and frees it', () => {
    const table = new TradingTable();
    const played = table.play(`
      ann    | buy 5 @ 610  |
      bob    | buy 5 @ 600  |
      mill   | sell 5 @ 620 |
      ann    | buy 5 @ 590  |
      bob    | cancel #2    |
      market | at 13:55     |
    `);
    expect(played.split('\n').slice(-4)).toEqual([
      'market | at 13:55     | closes with 3 open',
      '       |              | #1 off 5 GATE_CLOSED, frees 3,050',
      '       |              | #3 off 5 GATE_CLOSED',
      '       |              | #4 off 5 GATE_CLOSED, frees 2,950',
    ]);
  });

  test('TIM-4 what a settled contract needed leaves the state', () => {
    const table = new TradingTable();
    const { market } = table;
    table.play(`
      mill   | sell 50 @ 600                 |
      mill   | offer HIGH 5 @ 600            |
      ann    | buy 20 @ 600 id a             |
      ann    | buy 20 @ 500 until 13:54      |
      ann    | buy 20 @ 500 until 13:50      |
      ann    | cancel #4                     |
      market | at 15:00                      |
    `);
    const { state } = market;
    expect([...state.contracts].map(({ window }) => window.times.startUs).filter((start) => start < at(15))).toEqual(
      [],
    );
    expect(state.contracts.get(table.contract)).toBeUndefined();
    expect(state.window(1)).toBeUndefined();
    expect([state.offers.size, state.expiries.size]).toEqual([0, 0]);
    expect(state.accounts.openOrders(table.account('ann'))).toBe(0);
    // A second round like the first, an hour later, leaves as much behind as the first: nothing grows.
    const live = () => [[...state.contracts].length, state.windows.length];
    const before = live();
    for (let hour = 0; hour < 5; hour++) market.advance(HOUR_US);
    expect(live()).toEqual(before);
  });
});

describe('due work', () => {
  /** Each due record as `time kind number`, by its first event. */
  function dues(market: MarketFixture, from: number): string[] {
    const name = (event: MarketEvent): string => {
      switch (event.type) {
        case 'OrderCancelled':
          return `EXPIRY ${event.contract}`;
        case 'ContractClosed':
          return `GATE_CLOSURE ${Math.ceil(event.contract / 5)}`;
        case 'ContractDelivering':
          return `DELIVERY ${Math.ceil(event.contract / 5)}`;
        case 'PositionSettled':
        case 'ContractSettled':
          return `SETTLEMENT ${Math.ceil(event.contract / 5)}`;
        case 'WindowListed':
          return `LISTING ${event.zone}`;
        case 'ContractOpened':
          return `OPENING ${Math.ceil(event.contract / 5)}`;
        default:
          return event.type;
      }
    };
    return market.log.records
      .slice(from)
      .filter((record) => record.cause === 'DUE')
      .map((record) => name(record.events[0]!));
  }

  const EXPECTED = [
    // 13:55
    'EXPIRY 1',
    'EXPIRY 3',
    'GATE_CLOSURE 1',
    'GATE_CLOSURE 2',
    // 14:00
    'DELIVERY 1',
    'DELIVERY 2',
    'LISTING 1',
    'LISTING 2',
    'OPENING 7',
    'OPENING 8',
    // 14:55
    'GATE_CLOSURE 3',
    'GATE_CLOSURE 4',
    // 15:00
    'DELIVERY 3',
    'DELIVERY 4',
    'SETTLEMENT 1',
    'SETTLEMENT 2',
    'LISTING 1',
    'LISTING 2',
    'OPENING 9',
    'OPENING 10',
  ];

  test.each([
    ['at once', 120],
    ['minute by minute', 1],
  ])('TIM-5 runs in the order of due time, kind, number, each piece a record: %s', (_, step) => {
    const market = new MarketFixture();
    const account = market.account(1_000_000);
    market.order(account, 'BUY', 1, 1, { time_in_force: 'GTD', good_till_us: at(13, 55) });
    // Its expiry falls due at the same instant; contract 1 comes before contract 3.
    market.order(account, 'BUY', 1, 1, { contract: 1, time_in_force: 'GTD', good_till_us: at(13, 55) });
    const from = market.log.records.length;
    while (market.nowUs < at(15)) market.advance(step * MINUTE_US);
    // One instant's expiries stand in one record, by contract: the second expiry is in the first one's record.
    expect(dues(market, from)).toEqual(EXPECTED.filter((due) => due !== 'EXPIRY 3'));
    const expired = market.log.records[from]!.events as { contract: number }[];
    expect(expired.map(({ contract }) => contract)).toEqual([1, 3]);
  });

  test('TIM-5 expiries that fall due before anything else share a record; what falls due between two stands between them', () => {
    const market = new MarketFixture();
    const account = market.account(1_000_000);
    const contract = market.contract(3, 1);
    for (const good_till_us of [at(14, 10), at(13, 57), at(13, 40)]) {
      market.order(account, 'BUY', 1, 1, { contract, time_in_force: 'GTD', good_till_us });
    }
    market.order(account, 'BUY', 1, 1, { time_in_force: 'GTD', good_till_us: at(13, 50) });
    const from = market.log.records.length;
    market.advance(2 * HOUR_US);
    const told = market.log.records.slice(from).map(({ events }) => {
      const cancelled = events.flatMap((event) => (event.type === 'OrderCancelled' ? [event.order] : []));
      return cancelled.length > 0 ? `${events[0]!.type} ${cancelled.join()}` : events[0]!.type;
    });
    expect(told.slice(0, 10)).toEqual([
      'OrderCancelled 3,1', // 13:40 and 13:50
      'ContractClosed', // 13:55
      'ContractClosed',
      'OrderCancelled 2', // 13:57
      'ContractDelivering', // 14:00
      'ContractDelivering',
      'WindowListed',
      'WindowListed',
      'ContractOpened',
      'ContractOpened',
    ]);
    expect(told[10]).toBe('OrderCancelled 1'); // 14:10
  });

  test('TIM-5 what fell due is written before the command that came later', () => {
    const market = new MarketFixture();
    const account = market.account(1_000_000);
    market.nowUs = at(13, 56);
    expect(market.order(account, 'BUY', 1, 1)).toMatchObject([{ code: 'GATE_CLOSED' }]);
    const causes = market.log.records.slice(-3).map(({ cause, at_us }) => [cause, at_us]);
    expect(causes).toEqual([
      ['DUE', at(13, 56)],
      ['DUE', at(13, 56)],
      ['COMMAND', at(13, 56)],
    ]);
  });

  test('TIM-6 the engine says when it is to be woken', () => {
    const market = new MarketFixture();
    const account = market.account(1_000_000);
    expect(market.engine.nextDueUs()).toBe(at(13, 55));
    market.order(account, 'BUY', 1, 1, { time_in_force: 'GTD', good_till_us: at(13, 20) });
    expect(market.engine.nextDueUs()).toBe(at(13, 20));
    market.cancel(account, 1);
    market.advance(20 * MINUTE_US);
    expect(market.engine.nextDueUs()).toBe(at(13, 55));
    market.run({ type: 'AddZone', command_id: '', name: 'SUN' });
    expect(market.engine.nextDueUs()).toBeLessThanOrEqual(market.nowUs);
    expect(new MarketFixture({ horizon_us: HOUR_US, open_lead_us: 30 * MINUTE_US }).engine.nextDueUs()).toBe(
      at(13, 30),
    );
  });

  test('TIM-7 after a downtime of several windows the old ones run their course and only windows still to trade are listed', () => {
    const market = new MarketFixture();
    const [seller, buyer] = [market.factory(), market.account(1_000_000)];
    market.order(seller, 'SELL', 10, 600);
    market.order(buyer, 'BUY', 4, 600);
    const later = market.contract(3, 2);
    market.order(buyer, 'BUY', 4, 600, { contract: later, time_in_force: 'GTD', good_till_us: at(15, 30) });
    market.order(buyer, 'BUY', 4, 500, { contract: later });
    const events = market.advance(7 * HOUR_US + 30 * MINUTE_US);
    const opened = events.filter((event) => event.type === 'ContractOpened');
    // Until 13:00 windows 1 to 8 were listed, up to 17:00; those of 18:00 to 20:00 are left out at 20:30.
    const listed = events.flatMap((event) => (event.type === 'WindowListed' && event.zone === 1 ? [event] : []));
    expect(listed.map(({ window_start_at_us }) => window_start_at_us)).toEqual([at(21), at(22), at(23), at(24)]);
    expect(events.filter((event) => event.type === 'WindowEnded')).toHaveLength(8);
    expect(opened).toHaveLength(5 * 2 * (1 + 3));
    expect(
      lifecycle(market, later)
        .map(([type]) => type)
        .slice(-4),
    ).toEqual(['ContractOpened', 'ContractClosed', 'ContractDelivering', 'ContractSettled']);
    const cancelled = events.flatMap((event) => (event.type === 'OrderCancelled' ? [event.reason] : []));
    expect(cancelled).toEqual(['GATE_CLOSED', 'EXPIRED', 'GATE_CLOSED']);
    expect(market.state.accounts.available.get(seller)).toBe(2_400n);
    expect(market.state.accounts.held.get(buyer)).toBe(0n);
    expect(market.state.windows.map(({ zone, times }) => [zone, times.startUs])).toEqual(
      [21, 22, 23, 24].flatMap((hour) => [
        [1, at(hour)],
        [2, at(hour)],
      ]),
    );
  });

  test('TIM-7 a window is not listed before it comes within the horizon, also where those before it were left out', () => {
    const market = new MarketFixture({ horizon_us: HOUR_US, open_lead_us: 30 * MINUTE_US });
    // At 14:56 the gate of 15:00 has passed, unlisted; 16:00 comes within the horizon at 15:00.
    const listed = () => market.advance(0).filter(({ type }) => type === 'WindowListed');
    market.nowUs = at(14, 56);
    expect(listed()).toEqual([]);
    expect(market.engine.nextDueUs()).toBe(at(15));
    market.nowUs = at(15);
    expect(listed()).toMatchObject([
      { zone: 1, window_start_at_us: at(16) },
      { zone: 2, window_start_at_us: at(16) },
    ]);
  });

  test('TIM-8 time never goes back: a record before its predecessor is a bug, not a record', () => {
    const market = new MarketFixture();
    market.nowUs -= 1;
    expect(() => market.account()).toThrow('record 16 lies before its predecessor in time');
  });
});

describe('expires_at', () => {
  scenario(
    'TIM-9 a place, an amendment, an offer, a deposit or a withdrawal whose turn comes later than its expires_at is refused; cancels do not expire',
    `
    market | at 13:10                       |
    ann    | buy 5 @ 600 by 13:10           | #1 rests, holds 3,000
    ann    | buy 5 @ 600 by 13:09:59        | COMMAND_EXPIRED at 13:09:59
    ann    | amend #1 to 4 by 13:09:59      | COMMAND_EXPIRED at 13:09:59
    ann    | amend #1 to 4 by 13:10         | #1 4 open @ 600, keeps place, holds 2,400
    mill   | offer HIGH 1 @ 700 by 13:09:59 | COMMAND_EXPIRED at 13:09:59
    mill   | offer HIGH 1 @ 700 by 13:10    | offer 1; #2 rests of offer 1
    ann    | deposit 5 by 13:09:59          | COMMAND_EXPIRED at 13:09:59
    ann    | deposit 5 by 13:10             | +5
    ann    | withdraw 5 by 13:09:59         | COMMAND_EXPIRED at 13:09:59
    ann    | withdraw 5 by 13:10            | -5
    ann    | cancel #1                      | #1 off 4 REQUESTED, frees 2,400
  `,
  );

  test('TIM-9 an instant is late by a microsecond', () => {
    const market = new MarketFixture();
    const account = market.account(1_000_000);
    const expires_at_us = market.nowUs + SECOND_US;
    market.nowUs = expires_at_us + 1;
    expect(market.order(account, 'BUY', 1, 1, { expires_at_us })).toMatchObject([
      { code: 'COMMAND_EXPIRED', at_us: expires_at_us },
    ]);
  });
});
