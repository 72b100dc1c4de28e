// The value split: exact parts, largest remainder, resale by margin, buy-back taken back, and nothing counted twice.

import { VALUE_SPLIT_RULE_V1, type LogRecord } from '@tokenbourse/domain';
import fc from 'fast-check';
import { InProcessReadModels } from './in-process';
import { SPLIT_LINKS, type SplitRow, type ValueSplitView } from './queries';
import { randomMarket } from './testing/random-market';
import { DEFAULT_RETENTION } from './retention';
import { MarketScript } from './testing/market-script';
import { decimalParts, integerParts, prepare, type Parts, type ProductionFigures } from './split-parts';
import { runs } from '../../../test/support/runs';

const noParts = (): Parts => ({ power: 0, equipment: 0, facility: 0, cloud_operator: 0, model_licence: 0 });
const sumOf = (parts: Parts): bigint =>
  Object.values(parts).reduce((sum: bigint, part) => sum + BigInt(part as number), 0n);

const figures = fc.record<ProductionFigures>({
  joules_per_mtok: fc.integer({ min: 1, max: 100_000_000 }),
  licence_ppm: fc.integer({ min: 0, max: 1_000_000 }),
  power_micro_usd_per_mwh: fc.oneof(fc.nat(1_000_000_000), fc.nat(1_000_000_000_000)),
  equipment_micro_usd_per_mwh: fc.nat(1_000_000_000_000),
  facility_micro_usd_per_mwh: fc.nat(100_000_000),
});
const lots = fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 80_000_000 }));
const price = fc.oneof(fc.nat(200_000), fc.nat(100_000_000));

/** One MWh makes 9,000 Mtok: a lot takes 1/9,000,000 MWh. */
const ROUND: ProductionFigures = {
  joules_per_mtok: 400_000,
  licence_ppm: 100_000,
  power_micro_usd_per_mwh: 90_000_000,
  equipment_micro_usd_per_mwh: 270_000_000,
  facility_micro_usd_per_mwh: 45_000_000,
};

describe('parts of one payment', () => {
  test('integers give what decimals give, and both add up to the payment', () => {
    fc.assert(
      fc.property(figures, lots, price, (figures, lots, price) => {
        const payment = lots * price;
        const parts = { ...integerParts(payment, lots, prepare(figures), noParts()) };
        expect(parts).toEqual(decimalParts(payment, lots, figures));
        expect(sumOf(parts)).toBe(BigInt(payment));
      }),
      { numRuns: runs(3_000) },
    );
  });

  test('at the edge of the safe integers too', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), figures, (number, few) => {
        const payment = Math.abs(number);
        const large = { ...few, equipment_micro_usd_per_mwh: Number.MAX_SAFE_INTEGER };
        const parts = { ...integerParts(payment, 80_000_000, prepare(large), noParts()) };
        expect(parts).toEqual(decimalParts(payment, 80_000_000, large));
        expect(sumOf(parts)).toBe(BigInt(payment));
      }),
      { numRuns: runs(500) },
    );
  });

  test.each<[string, number, number, ProductionFigures, Parts]>([
    // 9,000 lots at 6,000 ticks: USD 54, a thousandth of a MWh
    ['whole parts', 54_000_000, 9_000, ROUND, parts(90_000, 270_000, 45_000, 48_195_000, 5_400_000)],
    // below cost: the cloud operator pays the rest
    ['a loss', 9_000, 9_000, ROUND, parts(90_000, 270_000, 45_000, -396_900, 900)],
    ['a gift', 0, 9_000, ROUND, parts(90_000, 270_000, 45_000, -405_000, 0)],
    // exactly 1/9 each, and 2/3 for the residual: the one micro-USD goes to the largest remainder
    ['largest remainder', 1, 1, even(1_000_000), parts(0, 0, 0, 1, 0)],
    // exactly 1/3, 1/3, 1/3 and 0: the first link gets it
    ['equal remainders', 1, 3, even(1_000_000), parts(1, 0, 0, 0, 0)],
    // 7/9 each: 21/9 cost, the residual is -12/9 = -2 + 6/9; three units go to the three links of 7/9
    ['borrowed units', 1, 7, even(1_000_000), parts(1, 1, 1, -2, 0)],
    ['all to the model’s owner', 7, 1, { ...even(0), licence_ppm: 1_000_000 }, parts(0, 0, 0, 0, 7)],
  ])('%s', (_, payment, lots, figures, expected) => {
    expect(integerParts(payment, lots, prepare(figures), noParts())).toEqual(expected);
    expect(decimalParts(payment, lots, figures)).toEqual(expected);
  });
});

function parts(
  power: number,
  equipment: number,
  facility: number,
  cloud_operator: number,
  model_licence: number,
): Parts {
  return { power, equipment, facility, cloud_operator, model_licence };
}

/** The three costs alike; a lot takes 1/9,000,000 MWh. */
function even(microUsdPerMwh: number): ProductionFigures {
  return {
    joules_per_mtok: 400_000,
    licence_ppm: 0,
    power_micro_usd_per_mwh: microUsdPerMwh,
    equipment_micro_usd_per_mwh: microUsdPerMwh,
    facility_micro_usd_per_mwh: microUsdPerMwh,
  };
}

// ---- the fold ----

const FACTORY = 1;
const [ANN, BEN, CLEO] = [2, 3, 4];

function market(): { script: MarketScript; contract: number } {
  const script = new MarketScript().open();
  script.factory(FACTORY, { power: 90_000_000, equipment: 270_000_000, facility: 45_000_000 });
  for (const account of [ANN, BEN, CLEO]) script.account(account).deposit(account, 1_000_000_000_000);
  const [contract] = script.window([3]);
  return { script, contract };
}

async function splitOf(records: readonly LogRecord[], retention = DEFAULT_RETENTION): Promise<ValueSplitView> {
  const models = new InProcessReadModels(retention);
  for (const record of records) models.apply(record);
  return (await models.valueSplit({ group_by: 'tier' })).data;
}

/** `seller` sells to `buyer`. */
function sell(
  script: MarketScript,
  contract: number,
  seller: number,
  buyer: number,
  price: number,
  lots: number,
): void {
  script.take([[script.place(contract, buyer, 'BUY', price, lots), lots]], seller, lots);
}

const linksOf = (row: SplitRow): number[] => SPLIT_LINKS.map((link) => Number(row.links[link]));

describe('the value split', () => {
  test('divides a factory’s sale over the chain', async () => {
    const { script, contract } = market();
    sell(script, contract, FACTORY, ANN, 6_000, 9_000);
    const { rows, total, rule_version, rule } = await splitOf(script.records);
    expect(linksOf(total)).toEqual([90_000, 270_000, 45_000, 48_195_000, 5_400_000, 0]);
    expect(total).toMatchObject({ payment_micro_usd: '54000000', produced_lots: '9000', resold_lots: '0', tier: null });
    expect(rows).toEqual([{ ...total, tier: 3, tier_name: 'HIGH' }]);
    expect(rule_version).toBe(1);
    expect(rule).toEqual(VALUE_SPLIT_RULE_V1.links);
  });

  test('books only the margin of a resale, at average cost', async () => {
    const { script, contract } = market();
    sell(script, contract, FACTORY, ANN, 6_000, 9_000);
    sell(script, contract, FACTORY, ANN, 7_000, 3_000); // 12,000 lots for 75,000,000: 6,250 each
    sell(script, contract, ANN, BEN, 8_000, 4_000); // margin 32,000,000 - 25,000,000
    const { total } = await splitOf(script.records);
    expect(total).toMatchObject({ resold_lots: '4000', produced_lots: '12000' });
    expect(total.links.reseller).toBe('7000000');
    expect(total.payment_micro_usd).toBe(String(54_000_000 + 21_000_000 + 7_000_000));
  });

  test('shows a resale at a loss, and a sale below cost, as losses', async () => {
    const { script, contract } = market();
    sell(script, contract, FACTORY, ANN, 1, 9_000);
    sell(script, contract, ANN, BEN, 0, 9_000);
    const { total, sankey } = await splitOf(script.records);
    expect(linksOf(total)).toEqual([90_000, 270_000, 45_000, -396_900, 900, -9_000]);
    expect(total.payment_micro_usd).toBe('0');
    expect(sankey.links.filter(({ is_loss }) => is_loss)).toEqual([
      { source: 'loss:cloud_operator', target: 'tier:HIGH', value_micro_usd: '396900', is_loss: true },
      { source: 'loss:reseller', target: 'tier:HIGH', value_micro_usd: '9000', is_loss: true },
    ]);
    expect(sankey.nodes).toContainEqual({ id: 'loss:cloud_operator', name: 'Loss of Cloud operator', kind: 'loss' });
  });

  test('takes a bought-back production back', async () => {
    const { script, contract } = market();
    sell(script, contract, FACTORY, ANN, 6_000, 9_000);
    sell(script, contract, ANN, FACTORY, 5_000, 9_000);
    const { total } = await splitOf(script.records);
    // The energy is free again; the factory keeps the difference, the model's owner its share of it; Ann lost it.
    expect(linksOf(total)).toEqual([0, 0, 0, 8_100_000, 900_000, -9_000_000]);
    expect(total).toMatchObject({ payment_micro_usd: '0', produced_lots: '0' });
  });

  test('splits one sale that is part resale, part production', async () => {
    const { script, contract } = market();
    sell(script, contract, FACTORY, ANN, 6_000, 9_000);
    sell(script, contract, ANN, FACTORY, 6_000, 1_000); // back to -8,000
    script.factory(5);
    sell(script, contract, ANN, 5, 6_000, 1_000); // factory 5 holds 1,000
    sell(script, contract, 5, BEN, 9_000, 1_500); // 1,000 resold with a margin of 3,000,000; 500 produced
    const { total } = await splitOf(script.records);
    expect(total).toMatchObject({ produced_lots: '8500', resold_lots: String(1_000 + 1_000 + 1_000) });
    expect(total.links.reseller).toBe('3000000');
    expect(total.payment_micro_usd).toBe(String(7_000 * 6_000 + 1_500 * 9_000));
  });

  test('uses the figures in force at the time of the trade', async () => {
    const { script, contract } = market();
    sell(script, contract, FACTORY, ANN, 6_000, 9_000);
    const costs = { power_micro_usd_per_mwh: 0, equipment_micro_usd_per_mwh: 9_000_000, facility_micro_usd_per_mwh: 0 };
    script.write([{ type: 'FactoryCostsSet', account: FACTORY, ...costs }], 'SetFactoryCosts');
    sell(script, contract, FACTORY, ANN, 6_000, 9_000);
    const { total } = await splitOf(script.records);
    expect(linksOf(total).slice(0, 3)).toEqual([90_000, 279_000, 45_000]);
  });

  test('shows the market’s fees beside the payment', async () => {
    const { script, contract } = market();
    const maker = script.place(contract, FACTORY, 'SELL', 6_000, 9_000);
    script.take([[maker, 9_000]], ANN, 9_000, { fee_ppm: 1_000 });
    const { total } = await splitOf(script.records);
    expect(total).toMatchObject({ payment_micro_usd: '54000000', exchange_fee_micro_usd: '54000' });
  });

  test('refuses what it can’t divide, by name', () => {
    const { script, contract } = market();
    sell(script, contract, ANN, BEN, 6_000, 10);
    const models = new InProcessReadModels();
    expect(() => script.records.forEach((record) => models.apply(record))).toThrow(
      `account ${ANN} sold 10 lots of tier 3 that it neither held nor makes`,
    );
  });

  test('what is booked is what the final holders paid, in every market; parts and Sankey flows balance', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 20, max: 300 }), async (seed, steps) => {
        const script = randomMarket(seed, steps);
        const view = await splitOf(script.records);
        expect(view.total.payment_micro_usd).toBe(paidByHolders(script.records).toString());
        const sum = view.rows.reduce((total, row) => total + BigInt(row.payment_micro_usd), 0n);
        expect(sum.toString()).toBe(view.total.payment_micro_usd);
        for (const node of view.sankey.nodes.filter(({ kind }) => kind === 'tier')) {
          const flow = (end: 'source' | 'target'): bigint =>
            view.sankey.links
              .filter((link) => link[end] === node.id)
              .reduce((total, link) => total + BigInt(link.value_micro_usd), 0n);
          expect(flow('source')).toBe(flow('target'));
        }
      }),
      { numRuns: runs(60) },
    );
  });

  test('rolled up beyond its retention, the totals stay', async () => {
    const script = randomMarket(11, 400);
    const kept = await splitOf(script.records);
    const rolled = await splitOf(script.records, { ...DEFAULT_RETENTION, settled_contracts: 1, split_contracts: 3 });
    expect(rolled.total).toEqual(kept.total);
    expect(rolled.rows).toEqual(kept.rows);
  });
});

/** Independently: what all holders' lots cost them, each lot at the average of its holder's purchases, rounded as the rule says. */
function paidByHolders(records: readonly LogRecord[]): bigint {
  const holdings = new Map<string, { lots: bigint; cost: bigint }>();
  const of = (contract: number, account: number) => {
    const key = `${contract}/${account}`;
    if (!holdings.has(key)) holdings.set(key, { lots: 0n, cost: 0n });
    return holdings.get(key)!;
  };
  for (const event of records.flatMap(({ events }) => events)) {
    if (event.type !== 'TradeExecuted') continue;
    const price = BigInt(event.price_ticks);
    const lots = BigInt(event.lots);
    const seller = of(event.contract, event.seller);
    if (seller.lots > 0n) {
      const sold = seller.lots < lots ? seller.lots : lots;
      seller.cost -= (seller.cost * sold) / seller.lots;
    }
    seller.lots -= lots;
    const buyer = of(event.contract, event.buyer);
    const short = buyer.lots < 0n ? -buyer.lots : 0n;
    if (lots > short) buyer.cost += (lots - short) * price;
    buyer.lots += lots;
  }
  return [...holdings.values()].reduce((sum, { cost }) => sum + cost, 0n);
}
