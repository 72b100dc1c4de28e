// How each kind of agent acts on a picture of the market, as text tables.

import type { Command } from '@tokenbourse/domain';

import type { Agent, Picture } from './agent';
import { affordable, Buyer, cheapness, type BuyerTerms } from './buyer';
import { CloudOperator, resaleTicks } from './cloud-operator';
import { Factory } from './factory';
import { costTicks, floorTicks, freeMillijoules, powerShares, SHARE_FLOOR, type Plant } from './factory-economics';
import { MarketMaker } from './market-maker';
import { OwnBook } from './own-book';
import { streamFor } from './stream';
import type { OpenContract, OwnOrder, OwnPosition } from './view';

const HOUR = 3_600_000_000;
const GATE = 10 * HOUR;
const NAMES: Record<number, string> = { 1: 'FREE', 2: 'MEDIUM', 3: 'HIGH' };

/** 1 MW that makes 1,000 Mtok of MEDIUM or 500 of HIGH per MWh, at USD 50 of power and 950 fixed per MWh. */
const PLANT: Plant = {
  powerWatts: 1_000_000,
  recipes: [
    { tier: 2, joulesPerMtok: 3_600_000 },
    { tier: 3, joulesPerMtok: 7_200_000 },
  ],
  powerMicroUsdPerMwh: 50_000_000,
  fixedMicroUsdPerMwh: 950_000_000,
};

type Row = [tier: number, bid: number | null, ask: number | null, last: number | null];

/** A picture with one contract per row, numbered by its tier; `hoursLeft` before the gate. */
function picture(
  hoursLeft: number,
  rows: readonly Row[],
  own: { orders?: OwnOrder[]; positions?: OwnPosition[]; cash?: number } = {},
): Picture {
  const window = { zone: 1, startUs: GATE, lengthUs: HOUR, gateClosesAtUs: GATE };
  const contracts = rows.map(([tier, bid, ask, last]): OpenContract => ({
    contract: tier,
    tier,
    zone: 1,
    windowStartUs: GATE,
    windowUs: HOUR,
    gateClosesAtUs: GATE,
    bestBidTicks: bid,
    bestAskTicks: ask,
    lastTicks: last,
    vwapTicks: last,
  }));
  return {
    nowUs: GATE - hoursLeft * HOUR,
    window,
    contracts,
    tierTicks: new Map([
      [1, 300],
      [2, 3_000],
      [3, 6_000],
    ]),
    own: {
      availableMicroUsd: own.cash ?? 1e15,
      positions: own.positions ?? [],
      orders: own.orders ?? [],
    },
  };
}

/** Commands as a text table: what, which tier, side, price rounded to hundreds, lots. */
function told(commands: readonly Command[]): string[] {
  const about = (ticks: number): string => `~${Math.round(ticks / 100) * 100}`;
  return commands.flatMap((command) => {
    switch (command.type) {
      case 'PlaceOrder': {
        const price = command.order_type === 'MARKET' ? 'market' : about(command.price_ticks);
        const more = command.post_only
          ? ' post-only'
          : command.time_in_force === 'GTC'
            ? ''
            : ` ${command.time_in_force}`;
        return `${command.side} ${NAMES[command.contract]} ${command.lots} at ${price}${more}`;
      }
      case 'AmendOrder':
        return `amend ${command.order} to ${about(command.price_ticks)}`;
      case 'CancelOrder':
        return `cancel ${command.order}`;
      case 'PostOffer':
        return command.quotes.map(
          ({ tier, price_ticks, lots }) => `offer ${NAMES[tier]} ${lots} at ${about(price_ticks)}`,
        );
      default:
        return command.type;
    }
  });
}

const sell = (order: number, contract: number, priceTicks: number, openLots: number): OwnOrder => {
  return { contract, order, side: 'SELL', priceTicks, openLots, lots: openLots };
};
const buy = (order: number, contract: number, priceTicks: number, openLots: number): OwnOrder => {
  return { ...sell(order, contract, priceTicks, openLots), side: 'BUY' };
};
const held = (contract: number, lots: number, paidMicroUsd = 0): OwnPosition => {
  return { contract, lots, paidMicroUsd, receivableMicroUsd: 0 };
};

const patience = { patienceUs: 4 * HOUR, commandLifeUs: 30_000_000 };
const place = { account: 7, zone: 1, ...patience };
const flat = { lotsFor: () => 1_000_000 };

const newFactory = (): Factory => new Factory({ name: 'plant', plant: PLANT, ...place }, streamFor(1, 'plant'));
const newBuyer = (more: Partial<BuyerTerms> = {}): Buyer => {
  const terms: BuyerTerms = {
    name: 'app',
    ...place,
    appetites: [{ tier: 2, worthTicks: 3_000 }],
    demand: flat,
    share: 0.5,
    spread: 0,
    feePpm: 300,
    tiersPerAct: 1,
    marketOrders: 0,
    ...more,
  };
  return new Buyer(terms, streamFor(1, 'app'));
};
const operatorTerms = {
  name: 'cloud',
  ...place,
  tiers: [2],
  demand: flat,
  share: 0.2,
  margin: 0.2,
  feePpm: 300,
  tiersPerAct: 1,
};
const makerTerms = {
  name: 'maker',
  ...place,
  tiers: [2],
  demand: flat,
  share: 0.01,
  halfSpread: 0.02,
  feePpm: 300,
  tiersPerAct: 1,
};

describe('a factory’s economics', () => {
  it('costs in ticks follow from energy and money per MWh', () => {
    // 1 MWh = 1,000 Mtok: USD 50 of power is USD 0.05 per Mtok.
    expect(costTicks(50_000_000, 3_600_000)).toBeCloseTo(50, 9);
    expect(costTicks(1_000_000_000, 7_200_000)).toBeCloseTo(2_000, 9);
  });

  it.each([
    [0, 1_000],
    [0.5, 1_000],
    [0.75, 525],
    [1, 50],
  ])('at urgency %d the floor of MEDIUM is %d ticks', (urgency, ticks) => {
    expect(floorTicks(PLANT, PLANT.recipes[0]!, urgency)).toBeCloseTo(ticks, 6);
  });

  it('free energy is the budget less what is sold and on offer', () => {
    const contracts = picture(1, [
      [2, null, null, null],
      [3, null, null, null],
    ]).contracts;
    const byTier = new Map(contracts.map(({ tier, contract }) => [tier, contract]));
    const free = (orders: OwnOrder[], positions: OwnPosition[]): number =>
      freeMillijoules(PLANT, HOUR, byTier, new OwnBook({ availableMicroUsd: 0, orders, positions }, contracts)) /
      3_600_000;
    expect(free([], [])).toBe(1_000_000);
    expect(free([sell(1, 2, 1, 100_000)], [held(2, -300_000)])).toBe(600_000);
    expect(free([sell(1, 3, 1, 100_000)], [])).toBe(800_000);
    // Bought back beyond what was sold: a position backs an offer without energy.
    expect(free([sell(1, 2, 1, 100_000)], [held(2, 40_000)])).toBe(940_000);
  });

  it('power goes where a joule earns more, and to every tier a little', () => {
    const shares = powerShares([
      { ticks: 3_000, joulesPerMtok: 3_600_000, sellThrough: 1 },
      { ticks: 24_000, joulesPerMtok: 7_200_000, sellThrough: 1 },
    ]);
    // Revenue per joule 1 : 4, to the power of 1.5 is 1 : 8, of what the floors leave.
    expect(shares[0]).toBeCloseTo(SHARE_FLOOR + (1 - 2 * SHARE_FLOOR) / 9, 9);
    expect(shares[0]! + shares[1]!).toBeCloseTo(1, 9);
    expect(powerShares([{ ticks: 0, joulesPerMtok: 1, sellThrough: 1 }])).toEqual([1]);
  });
});

describe('a factory', () => {
  it('posts part of its energy over all tiers, then no more than is free', () => {
    const first = newFactory().act(
      picture(4, [
        [2, null, null, null],
        [3, null, null, null],
      ]),
    );
    expect(first).toHaveLength(1);
    const [offer] = first;
    if (offer?.type !== 'PostOffer') throw new Error('no offer');
    expect(offer.quotes.map(({ tier }) => tier)).toEqual([2, 3]);
    const energy = offer.quotes.reduce((sum, { tier, lots }) => sum + lots * (tier === 2 ? 1 : 2), 0);
    expect(energy).toBeGreaterThan(250_000);
    expect(energy).toBeLessThanOrEqual(600_000);
    const full = newFactory().act(picture(4, [[2, null, null, null]], { positions: [held(2, -995_000)] }));
    expect(told(full)).toEqual([]);
  });

  it.each<[number, string, RegExp]>([
    [4, 'with time left it asks the market’s price or a little more', / at ~(3000|3100)$/],
    [0.01, 'with the gate near it takes less', / at ~2900$/],
  ])('%d h before the gate: %s', (hours, _why, price) => {
    const commands = newFactory().act(picture(hours, [[2, null, null, 3_000]]));
    expect(told(commands)).toEqual([expect.stringMatching(price)]);
  });

  it('never asks less than its cost with time left, nor less than its power near the gate', () => {
    expect(told(newFactory().act(picture(4, [[2, null, null, 200]])))[0]).toMatch(/at ~1000$/);
    expect(told(newFactory().act(picture(0, [[2, null, null, 0]])))[0]).toMatch(/at ~100$|at ~0$/);
  });

  it('reprices open quotes that are off the market, leaves those that are not', () => {
    const orders = [sell(1, 2, 4_000, 500_000), sell(2, 2, 2_990, 500_000)];
    expect(told(newFactory().act(picture(2, [[2, null, null, 3_000]], { orders })))).toEqual(['amend 1 to ~3000']);
  });

  it('takes a quote back when another tier’s bid pays more for its joules', () => {
    const orders = [sell(1, 2, 3_000, 900_000)];
    const commands = newFactory().act(
      picture(
        2,
        [
          [2, null, null, 3_000],
          [3, 7_000, null, 6_000],
        ],
        { orders },
      ),
    );
    expect(told(commands)).toContain('cancel 1');
  });

  it('buys back what the market offers for less than the energy fetches elsewhere', () => {
    const positions = [held(2, -1_000_000)];
    const rows: Row[] = [
      [2, null, 2_000, 2_000],
      [3, 6_000, null, 6_000],
    ];
    expect(told(newFactory().act(picture(2, rows, { positions })))).toEqual(['BUY MEDIUM 100000 at ~2700 IOC']);
    expect(told(newFactory().act(picture(2, [rows[0]!, [3, 4_000, null, 6_000]], { positions })))).toEqual([]);
  });

  it('at the last call takes its quotes back and offers all that is left to whoever bids', () => {
    const orders = [sell(1, 2, 3_000, 400_000)];
    const positions = [held(2, -500_000)];
    const rows: Row[] = [
      [2, 1_000, null, 3_000],
      [3, null, null, 6_000],
    ];
    expect(told(newFactory().act(picture(0.1, rows, { orders, positions })))).toEqual([
      'cancel 1',
      'offer MEDIUM 490000 at ~1000',
    ]);
    // A bid below the cost of the power is none.
    const low = told(newFactory().act(picture(0.1, [[2, 10, null, 3_000], rows[1]!], { orders, positions })));
    expect(low).not.toContain('cancel 1');
  });

  it('looks at all windows in turn', () => {
    const windows = [1, 2, 3].map((startUs) => ({ zone: 1, startUs, lengthUs: 1, gateClosesAtUs: startUs }));
    const factory = newFactory();
    expect([0, 0, 0, 0].map(() => factory.choose(windows).startUs)).toEqual([1, 2, 3, 1]);
  });
});

describe('a buyer', () => {
  it('buys a part of its need early and bids below what it is worth', () => {
    const [line] = told(newBuyer().act(picture(4, [[2, null, null, 3_000]])));
    const match = /^BUY MEDIUM (\d+) at ~(2900|3000)$/.exec(line!);
    expect(match).not.toBeNull();
    // At most a fifth of its half of the forecast, with its own error and price elasticity.
    expect(Number(match![1])).toBeLessThan(500_000 * 0.2 * 1.4);
  });

  it('pays up to its limit near the gate, and no more', () => {
    expect(told(newBuyer().act(picture(0.1, [[2, null, 9_000, 9_000]])))[0]).toMatch(/ at ~3000$/);
  });

  it('moves one resting bid instead of piling up orders', () => {
    const orders = [buy(5, 2, 2_000, 10)];
    expect(told(newBuyer().act(picture(2, [[2, 2_000, null, 3_000]], { orders })))).toEqual(['amend 5 to ~3000']);
  });

  it('sells again what it bought too much', () => {
    const commands = newBuyer().act(picture(0.5, [[2, null, null, 3_000]], { positions: [held(2, 2_000_000)] }));
    expect(told(commands)[0]).toMatch(/^SELL MEDIUM \d+ at ~(2800|2900|3000)$/);
  });

  it('sends a market order with a bound on its cost when somebody offers within its limit', () => {
    const [command] = newBuyer({ marketOrders: 1 }).act(picture(0.1, [[2, null, 2_500, 2_500]]));
    if (command?.type !== 'PlaceOrder') throw new Error('no order');
    expect([command.order_type, command.time_in_force, command.price_ticks]).toEqual(['MARKET', 'IOC', 0]);
    expect(command.max_amount_micro_usd).toBeGreaterThanOrEqual(3_000 * command.lots);
  });

  it('needs nothing without demand or without cash', () => {
    expect(told(newBuyer({ demand: { lotsFor: () => 0 } }).act(picture(1, [[2, null, null, 3_000]])))).toEqual([]);
    expect(told(newBuyer().act(picture(1, [[2, null, null, 3_000]], { cash: 100 })))).toEqual([]);
    expect(affordable(3_000_000, 3_000, 0)).toBe(990);
  });

  it('buys in proportion to the demand', () => {
    const lots = (demand: number): number => {
      const [command] = newBuyer({ demand: { lotsFor: () => demand } }).act(picture(0.1, [[2, null, null, 3_000]]));
      return command?.type === 'PlaceOrder' ? command.lots : 0;
    };
    expect(lots(4_000_000) / lots(1_000_000)).toBeCloseTo(4, 3);
  });

  it.each([
    [3_000, 1],
    [12_000, 0.7],
    [1_000, 1.6],
    [0, 1.6],
    [4_000, Math.sqrt(0.75)],
  ])('worth 3,000 and priced %d, uses %d of its need', (ticks, factor) => {
    expect(cheapness(3_000, ticks)).toBeCloseTo(factor, 9);
  });
});

describe('a cloud operator', () => {
  it('stocks up below the market while there is time', () => {
    const [line] = told(
      new CloudOperator(operatorTerms, streamFor(1, 'cloud')).act(picture(4, [[2, null, null, 3_000]])),
    );
    expect(line).toMatch(/^BUY MEDIUM \d+ at ~(2800|2900|3000)$/);
  });

  it('resells with its margin on what it paid', () => {
    const positions = [held(2, 200_000, 200_000 * 3_000)];
    const commands = new CloudOperator(operatorTerms, streamFor(1, 'cloud')).act(
      picture(4, [[2, null, null, 3_000]], { positions }),
    );
    expect(told(commands)).toEqual(['SELL MEDIUM 200000 at ~3600']);
  });

  it('left with stock before a gate, bids less for the next window', () => {
    const bid = (left: number): number => {
      const operator = new CloudOperator(operatorTerms, streamFor(1, 'cloud'));
      operator.act(picture(0.1, [[2, null, null, 3_000]], { positions: [held(2, left, left * 3_000)] }));
      const [command] = operator.act(picture(4, [[2, null, null, 3_000]]));
      return command?.type === 'PlaceOrder' ? command.price_ticks : 0;
    };
    expect(bid(500) / bid(0)).toBeCloseTo(0.96, 3);
  });

  it.each([
    [0.5, 3_600],
    [0.6, 3_600],
    [0.8, 3_150],
    [1, 2_700],
  ])('bought at 3,000 with a fifth of margin, at urgency %d it asks %d', (urgency, ticks) => {
    expect(resaleTicks(3_000, 0.2, 3_000, urgency)).toBe(ticks);
  });

  it('lets go at a loss when the market fell', () => {
    expect(resaleTicks(3_000, 0.2, 1_000, 1)).toBe(900);
  });
});

describe('a market maker', () => {
  const make = (shown: Picture): string[] => told(new MarketMaker(makerTerms, streamFor(1, 'maker')).act(shown));

  it('quotes both sides once it has stock, one without', () => {
    expect(make(picture(3, [[2, null, null, 3_000]]))).toEqual(['BUY MEDIUM 10000 at ~2900 post-only']);
    expect(make(picture(3, [[2, null, null, 3_000]], { positions: [held(2, 10_000)] }))).toEqual([
      'SELL MEDIUM 10000 at ~3000 post-only',
      'BUY MEDIUM 10000 at ~2900 post-only',
    ]);
  });

  it('near the gate it buys no more and sells its stock for less', () => {
    const shown = picture(0.2, [[2, null, null, 3_000]], { orders: [buy(3, 2, 2_940, 10)], positions: [held(2, 100)] });
    expect(make(shown)).toEqual(['SELL MEDIUM 100 at ~2800', 'cancel 3']);
  });
});

describe('every agent', () => {
  const kinds: [string, (seed: number) => Agent][] = [
    ['factory', (seed) => new Factory({ name: 'plant', plant: PLANT, ...place }, streamFor(seed, 'plant'))],
    ['buyer', (seed) => newBuyerOf(seed)],
    ['cloud operator', (seed) => new CloudOperator(operatorTerms, streamFor(seed, 'cloud'))],
    ['market maker', (seed) => new MarketMaker({ ...makerTerms, tiers: [2, 3] }, streamFor(seed, 'maker'))],
  ];
  const newBuyerOf = (seed: number): Buyer =>
    new Buyer(
      {
        name: 'app',
        ...place,
        appetites: [{ tier: 2, worthTicks: 3_000 }],
        demand: flat,
        share: 0.5,
        spread: 0.3,
        feePpm: 300,
        tiersPerAct: 1,
        marketOrders: 0.3,
      },
      streamFor(seed, 'app'),
    );
  const run = (agent: Agent): string => {
    const commands: Command[] = [];
    for (let hours = 4; hours > 0; hours -= 0.25) {
      commands.push(
        ...agent.act(
          picture(hours, [
            [2, 2_900, 3_050, 3_000],
            [3, 5_900, 6_100, 6_000],
          ]),
        ),
      );
    }
    return JSON.stringify(commands);
  };

  it.each(kinds)('(%s) does the same with the same seed and pictures', (_kind, make) => {
    expect(run(make(5))).toBe(run(make(5)));
  });

  it.each(kinds.slice(0, 3))('(%s) does otherwise with another seed', (_kind, make) => {
    expect(run(make(5))).not.toBe(run(make(6)));
  });

  it.each(kinds)('(%s) names whole lots and prices, and its own account', (_kind, make) => {
    for (const command of JSON.parse(run(make(3))) as Command[]) {
      if (command.type === 'PostOffer') {
        for (const { lots, price_ticks } of command.quotes)
          expect([lots, price_ticks].every(Number.isSafeInteger)).toBe(true);
      }
      if (command.type === 'PlaceOrder') {
        expect(
          Number.isSafeInteger(command.lots) && command.lots > 0 && Number.isSafeInteger(command.price_ticks),
        ).toBe(true);
      }
      expect('account' in command && command.account).toBe(7);
    }
  });
});

describe('a stream', () => {
  it('belongs to seed and name', () => {
    const draws = (seed: number, name: string): number[] => {
      const stream = streamFor(seed, name);
      return [stream.uniform(), stream.noise(), stream.index(1_000)];
    };
    expect(draws(1, 'a')).toEqual(draws(1, 'a'));
    expect(draws(1, 'a')).not.toEqual(draws(1, 'b'));
    expect(draws(1, 'a')).not.toEqual(draws(2, 'a'));
  });

  it('draws evenly, and noise with mean 0 and deviation 1', () => {
    const stream = streamFor(3, 'many');
    const count = 20_000;
    const uniform = Array.from({ length: count }, () => stream.uniform());
    const noise = Array.from({ length: count }, () => stream.noise());
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(uniform)).toBeCloseTo(0.5, 1);
    expect(mean(noise)).toBeCloseTo(0, 1);
    expect(mean(noise.map((value) => value * value))).toBeCloseTo(1, 1);
  });
});
