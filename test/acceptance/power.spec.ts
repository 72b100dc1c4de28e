// Power: section 4 of docs/rules.md. For each account and window: Σ over tiers of max(0, open sell lots − position)
// × joules per Mtok ≤ power × window. A factory of 1 W has 3,600,000 mJ for an hour: 1,200 lots of HIGH, 1,800 of
// MEDIUM, 3,600 of FREE.

import { assertConserved } from '../../libs/engine/testing/conservation';
import { scenario, TradingTable } from '../../libs/engine/testing/trading-table';

/** A further account registers as a factory of 1 MW that makes HIGH, but for what `more` says. */
function register(table: TradingTable, more: object) {
  const account = table.market.account();
  return table.market.run({
    type: 'RegisterFactory',
    account,
    command_id: '',
    name: 'plant',
    zone: 1,
    hardware: 'GB300',
    power_watts: 1_000_000,
    yields: [{ tier: 3, joules_per_mtok: 3_000, licence_ppm: 0 }],
    power_micro_usd_per_mwh: 0,
    equipment_micro_usd_per_mwh: 0,
    facility_micro_usd_per_mwh: 0,
    ...more,
  });
}

describe('one rule for capacity, resale and buy-back', () => {
  scenario(
    'POW-1 a factory cannot sell its power twice: all tiers of a window draw on one budget',
    `
    market | factory tiny 1                |
    tiny   | sell 800 @ 600                | #1 rests
    tiny   | energy                        | 1,200,000 mJ free
    tiny   | sell 601 @ 10 in MEDIUM       | INSUFFICIENT_ENERGY 1,202,000/1,200,000
    tiny   | sell 600 @ 10 in MEDIUM       | MEDIUM#1 rests
    tiny   | sell 1 @ 0 in FREE            | INSUFFICIENT_ENERGY 1,000/0
    tiny   | sell 1 @ market IOC           | INSUFFICIENT_ENERGY 3,000/0
    tiny   | energy in HIGH+1              | 3,600,000 mJ free
    tiny   | sell 1,200 @ 600 in HIGH+1    | HIGH+1#1 rests
    tiny   | sell 1 @ 0 in FREE+1          | INSUFFICIENT_ENERGY 1,000/0
  `,
  );

  scenario(
    'POW-2 what is sold stays sold; only what is not sold comes back when an order ends',
    `
    market | factory tiny 1                    |
    tiny   | sell 1,000 @ 90                   | #1 rests
    ann    | buy 400 @ 90                      | #2 taken, holds 36,000; trades 400 @ 90 with #1, frees 36,000
    tiny   | energy                            | 600,000 mJ free
    tiny   | amend #1 to 1,201                 | INSUFFICIENT_ENERGY 603,000/600,000
    tiny   | amend #1 to 1,200                 | #1 800 open @ 90, new place
    tiny   | energy                            | 0 mJ free
    tiny   | amend #1 to 700                   | #1 300 open @ 90, keeps place
    tiny   | energy                            | 1,500,000 mJ free
    tiny   | cancel #1                         | #1 off 300 REQUESTED
    tiny   | energy                            | 2,400,000 mJ free
    tiny   | sell 800 @ 90 until 13:10         | #3 rests
    tiny   | sell 1 @ 90                       | INSUFFICIENT_ENERGY 3,000/0
    market | at 13:10                          | #3 off 800 EXPIRED
    tiny   | sell 801 @ 90                     | INSUFFICIENT_ENERGY 2,403,000/2,400,000
    bob    | buy 100 @ 95                      | #4 rests, holds 9,500
    tiny   | sell 800 @ 95 IOC                 | #5 taken; trades 100 @ 95 with #4, frees 9,500; #5 off 700 IMMEDIATE_REMAINDER
    tiny   | energy                            | 2,100,000 mJ free
    tiny   | sell 700 @ 95                     | #6 rests
    market | at 13:55                          | closes with 1 open; #6 off 700 GATE_CLOSED
    tiny   | energy                            | 2,100,000 mJ free
  `,
  );

  scenario(
    'POW-3 who holds a position may resell it and no more',
    `
    ann    | sell 1 @ 600                  | INSUFFICIENT_POSITION 1/0
    mill   | sell 5 @ 600                  | #1 rests
    ann    | buy 5 @ 600                   | #2 taken, holds 3,000; trades 5 @ 600 with #1, frees 3,000
    ann    | sell 3 @ 700                  | #3 rests
    ann    | sell 3 @ 700                  | INSUFFICIENT_POSITION 6/5
    ann    | sell 9,007,199,254,740,991 @ 0 | INSUFFICIENT_POSITION 9,007,199,254,740,991/5
    ann    | sell 2 @ 700                  | #4 rests
    ann2   | sell 1 @ 700                  | INSUFFICIENT_POSITION 1/0
    bob    | buy 3 @ 700                   | #5 taken, holds 2,100; trades 3 @ 700 with #3, frees 2,100
    ann    | sell 1 @ 700                  | INSUFFICIENT_POSITION 3/2
    ann    | amend #4 to 3                 | INSUFFICIENT_POSITION 3/2
    bob    | buy 1 @ 700                   | #6 taken, holds 700; trades 1 @ 700 with #4, frees 700
    ann    | amend #4 to 3                 | INSUFFICIENT_POSITION 2/1
    ann    | amend #4 to 1                 | #4 off 1 AMENDED
    ann    | sell 1 @ 700 in HIGH+1        | INSUFFICIENT_POSITION 1/0
    ann    | sell 1 @ 10 in MEDIUM         | INSUFFICIENT_POSITION 1/0
  `,
  );

  scenario(
    'POW-4 a factory that buys back regains the energy, and no more than its budget',
    `
    market | factory tiny 1                |
    tiny   | sell 1,200 @ 90               | #1 rests
    ann    | buy 1,200 @ 90                | #2 taken, holds 108,000; trades 1,200 @ 90 with #1, frees 108,000
    tiny   | deposit 500,000               | +500,000
    tiny   | sell 1 @ 90                   | INSUFFICIENT_ENERGY 3,000/0
    ann    | sell 200 @ 95                 | #3 rests
    tiny   | buy 200 @ 95                  | #4 taken, holds 19,000; trades 200 @ 95 with #3, frees 19,000
    tiny   | energy                        | 600,000 mJ free
    tiny   | sell 600 @ 0 in FREE          | FREE#1 rests
    tiny   | cancel #1 in FREE             | FREE#1 off 600 REQUESTED
    mill   | sell 1,500 @ 95               | #5 rests
    tiny   | buy 1,500 @ 95                | #6 taken, holds 142,500; trades 1,500 @ 95 with #5, frees 142,500
    tiny   | has                           | 338,500 free, 0 held, 500 lots
    tiny   | energy                        | 3,600,000 mJ free
    tiny   | sell 1,700 @ 99               | #7 rests
    tiny   | energy                        | 0 mJ free
    tiny   | sell 1 @ 99                   | INSUFFICIENT_ENERGY 3,000/0
  `,
  );

  scenario(
    'POW-5 a tier that a factory does not make it can only resell, alone or in an offer',
    `
    market | factory plain 10 FREE MEDIUM  |
    plain  | sell 1 @ 600                  | TIER_NOT_MADE 1/0
    plain  | offer HIGH 1 @ 600            | TIER_NOT_MADE 1/0
    plain  | deposit 10,000                | +10,000
    mill   | sell 5 @ 600                  | #1 rests
    plain  | buy 5 @ 600                   | #2 taken, holds 3,000; trades 5 @ 600 with #1, frees 3,000
    plain  | sell 2 @ 700                  | #3 rests
    plain  | offer HIGH 4 @ 700            | TIER_NOT_MADE 6/5
    plain  | offer HIGH 3 @ 700            | offer 1; #4 rests of offer 1
    plain  | sell 1 @ 700                  | TIER_NOT_MADE 6/5
    plain  | energy                        | 36,000,000 mJ free
  `,
  );

  test('POW-6 power of one zone makes nothing in another', () => {
    const { market } = new TradingTable();
    const account = market.account();
    const [zone1, zone2] = [1, 2].map((zone) => market.state.windows.find((window) => window.zone === zone)!);
    market.run({
      type: 'RegisterFactory',
      account,
      command_id: '',
      name: 'western plant',
      zone: 2,
      hardware: 'GB300',
      power_watts: 1_000_000,
      yields: [{ tier: 3, joules_per_mtok: 3_000, licence_ppm: 0 }],
      power_micro_usd_per_mwh: 0,
      equipment_micro_usd_per_mwh: 0,
      facility_micro_usd_per_mwh: 0,
    });
    expect(market.order(account, 'SELL', 5, 600)).toMatchObject([
      { type: 'OrderRejected', code: 'INSUFFICIENT_POSITION', needed: 5, available: 0 },
    ]);
    const west = zone2!.contracts.find((contract) => contract.tier === 3)!.number;
    expect(market.order(account, 'SELL', 5, 600, { contract: west })).toMatchObject([{ type: 'OrderAccepted' }]);
    expect(zone1!.times.startUs).toBe(zone2!.times.startUs);
    const index = market.state.accounts.factory(account);
    expect(zone2!.energy.freeOf(index, market.state.factories)).toBe(3_600_000_000_000n - 15_000n);
    // An offer goes to the factory's own zone.
    const offer = { type: 'PostOffer', account, command_id: '', energy_policy: 'SEPARATE', expires_at_us: 0 } as const;
    const quotes = [{ tier: 3, price_ticks: 600, lots: 5 }];
    const posted = market.run({ ...offer, window_start_at_us: zone1!.times.startUs, quotes });
    expect(posted).toMatchObject([{ type: 'OfferPosted', window: zone2!.number }, { contract: west }]);
  });

  test('POW-7 at settlement it is recorded what of each factory’s budget was sold and what has perished', () => {
    const table = new TradingTable();
    table.play(`
      market | factory tiny 1      |
      market | factory idle 2      |
      tiny   | sell 1,000 @ 90     |
      ann    | buy 700 @ 90        |
      market | at 13:55            |
    `);
    const events = table.market.advance(65 * 60_000_000);
    const perished = events.filter((event) => event.type === 'CapacityPerished');
    const hour = 3_600_000n;
    expect(perished).toMatchObject([
      { account: 1, budget_millijoules: 1_000_000n * hour, sold_millijoules: 0n },
      { account: 2, sold_millijoules: 0n, perished_millijoules: 1_000_000n * hour },
      { account: 7, budget_millijoules: hour, sold_millijoules: 2_100_000n, perished_millijoules: 1_500_000n },
      { account: 8, budget_millijoules: 2n * hour, sold_millijoules: 0n, perished_millijoules: 2n * hour },
    ]);
  });

  test('POW-8 energy stays exact where one trade or cancellation moves more than 2^53 mJ', () => {
    const table = new TradingTable();
    const { market } = table;
    // 10 GW: 3.6·10^16 mJ for an hour. Each order stays below 2^53 mJ, together they are 27,008,999,999,990,997 mJ:
    // beyond 2^53 and odd, so no double holds it.
    register(table, { power_watts: 10_000_000_000, yields: [{ tier: 3, joules_per_mtok: 3_001, licence_ppm: 0 }] });
    const plant = market.state.accounts.last;
    const buyer = market.account(1_000);
    const window = market.state.windows[0]!;
    const free = () => window.energy.freeOf(market.state.accounts.factory(plant), market.state.factories);
    const budget = 36_000_000_000_000_000n;
    const lots = 2_999_999_999_999;
    for (let i = 0; i < 3; i++) market.order(plant, 'SELL', lots, 0);
    expect(free()).toBe(budget - 27_008_999_999_990_997n);
    for (let i = 0; i < 3; i++) market.order(buyer, 'BUY', lots, 0);
    market.order(buyer, 'SELL', 3 * lots, 0);
    expect(market.order(plant, 'BUY', 3 * lots, 0)).toMatchObject([
      { type: 'OrderAccepted' },
      { type: 'TradeExecuted', lots: 3 * lots },
    ]);
    expect(free()).toBe(budget);
  });
});

describe('capacity offers', () => {
  scenario(
    'OFR-1 an offer’s quotes follow as orders, in their order; each may trade at once',
    `
    ann    | buy 5 @ 600                               | #1 rests, holds 3,000
    mill   | offer MEDIUM 7 @ 10, HIGH 8 @ 590         | offer 1
           |                                           | MEDIUM#1 rests of offer 1
           |                                           | #2 taken of offer 1
           |                                           | trades 5 @ 600 with #1, frees 3,000
           |                                           | #2 rests 3
    mill   | offer HIGH 2 @ 600 window 1               | offer 2; HIGH+1#1 rests of offer 2
  `,
  );

  scenario(
    'OFR-2 an offer is taken whole or refused; SEPARATE sets the energy of every quote aside',
    `
    market | factory tiny 1                            |
    tiny   | offer HIGH 800 @ 600, MEDIUM 601 @ 10     | INSUFFICIENT_ENERGY 3,602,000/3,600,000
    tiny   | offer HIGH 700 @ 600, HIGH 501 @ 610      | INSUFFICIENT_ENERGY 3,603,000/3,600,000
    tiny   | offer HIGH 800 @ 600, MEDIUM 0 @ 10       | INVALID_QUANTITY 9,007,199,254,740,991/0
    tiny   | offer HIGH 800 @ 600, MEDIUM 1 @ -1       | INVALID_PRICE 2,147,483,647/-1
    tiny   | offer HIGH 800 @ 600, NONE 1 @ 10         | UNKNOWN_TIER
    tiny   | offer HIGH 1 @ 600 by 12:59               | COMMAND_EXPIRED at 12:59
    ann    | offer HIGH 1 @ 600                        | UNKNOWN_FACTORY
    tiny   | energy                                    | 3,600,000 mJ free
    tiny   | offer HIGH 800 @ 600, MEDIUM 600 @ 10     | offer 1; #1 rests of offer 1; MEDIUM#1 rests of offer 1
    tiny   | energy                                    | 0 mJ free
    market | limits quotes=1                           | limits set
    mill   | offer HIGH 8 @ 600, MEDIUM 6 @ 10         | TOO_MANY_QUOTES 1/2
    market | limits orders=3                           | limits set
    mill   | offer HIGH 1 @ 600, HIGH 1 @ 601          | offer 2; #2 rests of offer 2; #3 rests of offer 2
    mill   | offer HIGH 1 @ 600, HIGH 1 @ 601          | TOO_MANY_OPEN_ORDERS 3/2
  `,
  );

  scenario(
    'OFR-3 withdrawing an offer cancels what is open of its quotes and nothing else',
    `
    mill   | sell 9 @ 650                              | #1 rests
    mill   | offer HIGH 5 @ 600, HIGH 5 @ 620          | offer 1; #2 rests of offer 1; #3 rests of offer 1
    ann    | buy 6 @ 620                               | #4 taken, holds 3,720
           |                                           | trades 5 @ 600 with #2, frees 3,100
           |                                           | trades 1 @ 620 with #3, frees 620
    yard   | withdraw offer 1                          | UNKNOWN_OFFER
    mill   | withdraw offer 1                          | #3 off 4 OFFER_WITHDRAWN; offer 1 ends, 1 cancelled
    mill   | withdraw offer 1                          | UNKNOWN_OFFER
    market | book                                      | bids none; asks 9 @ 650 #1
    mill   | offer HIGH 5 @ 600                        | offer 2; #5 rests of offer 2
    market | at 13:55                                  | closes with 2 open; #1 off 9 GATE_CLOSED; #5 off 5 GATE_CLOSED
    mill   | withdraw offer 2                          | UNKNOWN_OFFER
  `,
  );

  scenario(
    'OFR-4 the step limit holds for an offer as a whole; a quote never trades with its own participant',
    `
    market | limits matches=3                          | limits set
    mill   | deposit 5,000                             | +5,000
    ann    | buy 1 @ 600                               | #1 rests, holds 600
    ann    | buy 1 @ 600                               | #2 rests, holds 600
    ann    | buy 1 @ 10 in MEDIUM                      | MEDIUM#1 rests, holds 10
    ann    | buy 1 @ 10 in MEDIUM                      | MEDIUM#2 rests, holds 10
    mill   | offer HIGH 2 @ 600, MEDIUM 2 @ 10         | offer 1
           |                                           | #3 taken of offer 1
           |                                           | trades 1 @ 600 with #1, frees 600
           |                                           | trades 1 @ 600 with #2, frees 600
           |                                           | MEDIUM#3 taken of offer 1
           |                                           | trades 1 @ 10 with MEDIUM#1, frees 10
           |                                           | MEDIUM#3 off 1 MATCH_LIMIT
    mill   | buy 1 @ 700                               | #4 rests, holds 700
    mill   | offer HIGH 2 @ 600                        | offer 2; #5 taken of offer 2; #5 off 2 SELF_TRADE
  `,
  );

  test('OFR-5 an offer for a window that is not listed, or whose gate has closed, is refused', () => {
    const { market } = new TradingTable();
    const offer = {
      type: 'PostOffer',
      account: 1,
      command_id: '',
      energy_policy: 'SEPARATE',
      expires_at_us: 0,
    } as const;
    const quotes = [{ tier: 3, price_ticks: 600, lots: 5 }];
    const { times } = market.state.windows[0]!;
    const post = (window_start_at_us: number) => market.run({ ...offer, window_start_at_us, quotes });
    expect(post(times.startUs + 1)).toMatchObject([{ code: 'WINDOW_NOT_LISTED' }]);
    expect(market.run({ ...offer, window_start_at_us: times.startUs, quotes: [] })).toMatchObject([
      { code: 'TOO_MANY_QUOTES', needed: 20, available: 0 },
    ]);
    const unopened = market.state.windows.filter((window) => window.zone === 1).at(-1)!;
    expect(unopened.stage).toBe('LISTED');
    expect(post(unopened.times.startUs)).toMatchObject([
      { code: 'CONTRACT_NOT_OPEN', at_us: unopened.times.opensAtUs },
    ]);
    market.advance(55 * 60_000_000);
    expect(post(times.startUs)).toMatchObject([{ code: 'GATE_CLOSED', at_us: times.gateClosesAtUs }]);
  });
});

describe('factories', () => {
  test.each([
    ['no power', { power_watts: 0 }, { code: 'INVALID_FIGURE', needed: 1, available: 0 }],
    ['half a watt', { power_watts: 0.5 }, { code: 'INVALID_FIGURE', needed: 1, available: 0 }],
    ['more than 1 TW', { power_watts: 1e12 + 1 }, { code: 'INVALID_FIGURE', needed: 1e12, available: 1e12 + 1 }],
    ['a zone that is none', { zone: 3 }, { code: 'UNKNOWN_ZONE' }],
    ['an account that is none', { account: 99 }, { code: 'UNKNOWN_ACCOUNT' }],
    ['the house account', { account: 0 }, { code: 'ACCOUNT_NOT_TRADING' }],
    ['an account that is one already', { account: 1 }, { code: 'ALREADY_FACTORY' }],
    ['a negative cost', { power_micro_usd_per_mwh: -1 }, { code: 'INVALID_FIGURE', needed: 0, available: -1 }],
    ['no energy', { yields: [{ tier: 3, joules_per_mtok: 0, licence_ppm: 0 }] }, { code: 'INVALID_FIGURE', needed: 1 }],
    [
      'a licence above the price',
      { yields: [{ tier: 3, joules_per_mtok: 1, licence_ppm: 1_000_001 }] },
      { code: 'INVALID_FIGURE', needed: 1_000_000 },
    ],
    ['tier 0', { yields: [{ tier: 0, joules_per_mtok: 1_000, licence_ppm: 0 }] }, { code: 'UNKNOWN_TIER' }],
    ['a tier that is none', { yields: [{ tier: 6, joules_per_mtok: 1, licence_ppm: 0 }] }, { code: 'UNKNOWN_TIER' }],
    // 1 TW for an hour is 3.6·10^18 mJ; over 2^53 − 1 lots that is 399.7 mJ a lot.
    [
      'more lots in a window than can be counted',
      { power_watts: 1e12, yields: [{ tier: 3, joules_per_mtok: 399, licence_ppm: 0 }] },
      { code: 'INVALID_FIGURE', needed: 400, available: 399 },
    ],
  ])('FAC-1 a factory with %s is refused', (_, more, refused) => {
    expect(register(new TradingTable(), more)).toMatchObject([{ type: 'CommandRejected', ...refused }]);
  });

  test('FAC-1 all lots of a tier that the zone’s factories can make in a window can be counted exactly', () => {
    const table = new TradingTable();
    const { market } = table;
    // 2.5 GW for an hour are 9·10^15 mJ: at 1 J per Mtok so many lots, of which there are fewer than 2^53 = 9.007·10^15.
    const plant = (power_watts: number, joules_per_mtok: number, more = {}) =>
      register(table, { power_watts, yields: [{ tier: 5, joules_per_mtok, licence_ppm: 0 }], ...more });
    expect(plant(2_500_000_000, 1)).toMatchObject([{ type: 'FactoryRegistered' }]);
    const left = 2n ** 53n - 1n - 9_000_000_000_000_000n - 2n * 720_000_000n;
    const least = Number((9_000_000_000_000_000n + left - 1n) / left);
    expect(plant(2_500_000_000, 1)).toMatchObject([{ code: 'INVALID_FIGURE', needed: least, available: 1 }]);
    expect(plant(2_500_000_000, least)).toMatchObject([{ type: 'FactoryRegistered' }]);
    // Elsewhere there is room.
    expect(plant(2_500_000_000, 1, { zone: 2 })).toMatchObject([{ type: 'FactoryRegistered' }]);
    const contract = market.contract(5);
    const buyer = market.account(1);
    const seller = market.state.factories.find(({ joulesPerMtok }) => joulesPerMtok[5] === 1)!.account;
    market.order(seller, 'SELL', 9_000_000_000_000_000, 0, { contract });
    market.order(buyer, 'BUY', 9_000_000_000_000_000, 0, { contract });
    market.order(buyer, 'SELL', 9_000_000_000_000_000, 0, { contract });
    market.order(seller, 'BUY', 9_000_000_000_000_000, 0, { contract });
    assertConserved(market.state);
    const settled = market.advance(3 * 3_600_000_000).filter((event) => event.type === 'ContractSettled');
    expect(settled.find((event) => event.contract === contract)!.lots).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('FAC-1 when no further lot can be counted, a further factory must not make a single one', () => {
    const table = new TradingTable();
    const most = Number.MAX_SAFE_INTEGER;
    const plant = (power_watts: number, joules_per_mtok: number) =>
      register(table, { power_watts, yields: [{ tier: 5, joules_per_mtok, licence_ppm: 0 }] });
    // A watt for an hour are 3,600,000 mJ. Two factories make 720,000,000 lots each; these make all others up to 2^53 − 1.
    for (let n = 0; n < 9; n++) expect(plant(1e12, 3_600)).toMatchObject([{ type: 'FactoryRegistered' }]);
    expect(plant(719_781_474_099, 360_000)).toMatchObject([{ type: 'FactoryRegistered' }]);
    expect(plant(1, 3_600_000)).toMatchObject([{ type: 'FactoryRegistered' }]);
    // 3.6·10^18 mJ make 399 lots even where a lot takes 2^53 − 1; 3,600,000 mJ make none.
    expect(plant(1e12, most)).toMatchObject([{ code: 'INVALID_FIGURE', needed: most, available: most }]);
    expect(plant(1, 3_600_000)).toMatchObject([{ code: 'INVALID_FIGURE', needed: most, available: 3_600_000 }]);
    expect(plant(1, most)).toMatchObject([{ type: 'FactoryRegistered' }]);
  });

  test('FAC-2 power × window must be a signed 64-bit number of millijoules', () => {
    const day = 24 * 3_600_000_000;
    const table = new TradingTable({ window_us: day, horizon_us: 4 * day, open_lead_us: 3 * day });
    // ⌊(2^63 − 1) · 1,000 / 86,400,000,000⌋ W
    const most = 106_751_991_167;
    expect(register(table, { power_watts: most + 1 })).toMatchObject([{ code: 'INVALID_FIGURE', needed: most }]);
    expect(register(table, { power_watts: most })).toMatchObject([{ type: 'FactoryRegistered' }]);
  });

  test('FAC-3 a factory registered after delivery began has nothing to perish in that window', () => {
    const { market } = new TradingTable();
    market.advance(60 * 60_000_000);
    const inTime = market.factory();
    market.nowUs += 1;
    const late = market.factory();
    const perished = market.advance(3_600_000_000).filter((event) => event.type === 'CapacityPerished');
    expect(perished.filter(({ window }) => window === 1).map(({ account }) => account)).toEqual([1, 2, inTime]);
    const later = market.advance(3_600_000_000).filter((event) => event.type === 'CapacityPerished');
    expect(later.map(({ account }) => account)).toContain(late);
  });
});
