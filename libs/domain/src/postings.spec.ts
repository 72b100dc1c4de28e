// Postings: double entry. The cash movements of every event add up to zero, and so do the lots of a trade.

import fc from 'fast-check';

import { EVENTS, type EventOf, type MarketEvent } from './events/catalogue';
import { postings, type Bucket } from './postings';
import { runs } from '../../../test/support/runs';

interface Movement {
  account: number;
  bucket: Bucket;
  delta: number;
  contract: number;
}

function movements(event: MarketEvent): Movement[] {
  const all: Movement[] = [];
  postings(event, (account, bucket, delta, contract) => all.push({ account, bucket, delta, contract }));
  return all;
}

const CASH: readonly Bucket[] = ['AVAILABLE', 'HELD', 'ESCROW', 'OUTSIDE'];
const sum = (all: readonly Movement[], buckets: readonly Bucket[]): bigint =>
  all.filter(({ bucket }) => buckets.includes(bucket)).reduce((total, { delta }) => total + BigInt(delta), 0n);

const trade = {
  type: 'TradeExecuted',
  contract: 7,
  trade: 1,
  price_ticks: 600,
  lots: 10,
  amount_micro_usd: 6_000,
  taker_side: 'BUY',
  maker_order: 1,
  taker_order: 2,
  buyer: 3,
  seller: 4,
  buyer_fee_micro_usd: 60,
  seller_fee_micro_usd: 6,
  buyer_hold_released_micro_usd: 6_100,
  maker_open_lots: 0,
  taker_open_lots: 0,
  contract_sequence: 1,
} as const satisfies EventOf<'TradeExecuted'>;

describe('postings', () => {
  test('of a trade: the hold pays amount and fee, what is over is free; the seller is owed amount less fee', () => {
    expect(movements(trade)).toEqual([
      { account: 3, bucket: 'HELD', delta: -6_100, contract: 0 },
      { account: 3, bucket: 'AVAILABLE', delta: 40, contract: 0 },
      { account: 0, bucket: 'ESCROW', delta: 5_994, contract: 7 },
      { account: 0, bucket: 'AVAILABLE', delta: 66, contract: 0 },
      { account: 3, bucket: 'LOTS', delta: 10, contract: 7 },
      { account: 4, bucket: 'LOTS', delta: -10, contract: 7 },
      { account: 3, bucket: 'PAID', delta: 6_060, contract: 7 },
      { account: 4, bucket: 'RECEIVABLE', delta: 5_994, contract: 7 },
    ]);
  });

  test('of any trade add up to zero, cash and lots, and what is owed is what is in escrow', () => {
    const half = 2 ** 52 - 1;
    fc.assert(
      fc.property(fc.nat(half), fc.nat(1_000_000), fc.nat(1_000_000), fc.nat(half), (amount, buys, sells, more) => {
        const fee = (ppm: number) => Number((BigInt(amount) * BigInt(ppm)) / 1_000_000n);
        const paid = amount + fee(buys);
        const all = movements({
          ...trade,
          amount_micro_usd: amount,
          buyer_fee_micro_usd: fee(buys),
          seller_fee_micro_usd: fee(sells),
          buyer_hold_released_micro_usd: Math.min(paid + more, Number.MAX_SAFE_INTEGER),
        });
        expect(sum(all, CASH)).toBe(0n);
        expect(sum(all, ['LOTS'])).toBe(0n);
        expect(sum(all, ['ESCROW'])).toBe(sum(all, ['RECEIVABLE']));
        expect(sum(all, ['PAID'])).toBe(BigInt(paid));
        expect(all.every(({ delta }) => delta !== 0 && Number.isSafeInteger(delta))).toBe(true);
      }),
      {
        numRuns: runs(500),
        // Where nothing is paid, owed, released, or left over, nothing is posted.
        examples: [
          [0, 0, 0, 0],
          [0, 0, 0, 7],
          [100, 0, 0, 0],
          [100, 0, 1_000_000, 0],
          [1, 1_000_000, 1_000_000, 0],
        ],
      },
    );
  });

  test('of a settlement pay out exactly what was receivable, in safe steps, beyond 2^53 too', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (received) => {
        const all = movements({
          type: 'PositionSettled',
          contract: 7,
          account: 3,
          lots: -5,
          paid_micro_usd: 0n,
          received_micro_usd: received,
        });
        expect(sum(all, CASH)).toBe(0n);
        expect(sum(all, ['AVAILABLE'])).toBe(received);
        expect(sum(all, ['RECEIVABLE'])).toBe(-received);
        expect(all.every(({ delta }) => Number.isSafeInteger(delta))).toBe(true);
        expect(all.length === 0).toBe(received === 0n);
      }),
    );
  });

  test.each<[string, MarketEvent, Movement[]]>([
    [
      'a deposit',
      { type: 'CashDeposited', account: 3, amount_micro_usd: 5, reference: '' },
      [
        { account: 0, bucket: 'OUTSIDE', delta: -5, contract: 0 },
        { account: 3, bucket: 'AVAILABLE', delta: 5, contract: 0 },
      ],
    ],
    [
      'a withdrawal',
      { type: 'CashWithdrawn', account: 3, amount_micro_usd: 5, reference: '' },
      [
        { account: 3, bucket: 'AVAILABLE', delta: -5, contract: 0 },
        { account: 0, bucket: 'OUTSIDE', delta: 5, contract: 0 },
      ],
    ],
  ])('of %s', (_, event, expected) => {
    expect(movements(event)).toEqual(expected);
  });

  test('of an order hold, change and release money of its account; a sell moves none', () => {
    const order = { contract: 7, order: 1, account: 3, side: 'BUY', price_ticks: 1, contract_sequence: 1 } as const;
    const accepted: EventOf<'OrderAccepted'> = {
      type: 'OrderAccepted',
      ...order,
      order_type: 'LIMIT',
      time_in_force: 'GTC',
      lots: 1,
      hold_micro_usd: 9,
      fee_schedule: 1,
      self_trade: 'CANCEL_NEWEST',
      post_only: false,
      good_till_us: 0,
      offer: 0,
      rests: true,
    };
    const cancelled: EventOf<'OrderCancelled'> = {
      type: 'OrderCancelled',
      ...order,
      cancelled_lots: 1,
      hold_released_micro_usd: 9,
      reason: 'REQUESTED',
      rested: true,
    };
    const amended: EventOf<'OrderAmended'> = {
      type: 'OrderAmended',
      ...order,
      price_before_ticks: 1,
      open_before_lots: 1,
      open_lots: 1,
      lots: 1,
      hold_before_micro_usd: 9,
      hold_micro_usd: 4,
      keeps_priority: true,
      rests: true,
    };
    const held = (delta: number): Movement[] => [
      { account: 3, bucket: 'AVAILABLE', delta: -delta, contract: 0 },
      { account: 3, bucket: 'HELD', delta, contract: 0 },
    ];
    expect(movements(accepted)).toEqual(held(9));
    expect(movements(cancelled)).toEqual(held(-9));
    expect(movements(amended)).toEqual(held(-5));
    expect(movements({ ...amended, hold_micro_usd: 12 })).toEqual(held(3));
    expect(movements({ ...accepted, side: 'SELL', hold_micro_usd: 0 })).toEqual([]);
    expect(movements({ ...cancelled, side: 'SELL', hold_released_micro_usd: 0 })).toEqual([]);
    expect(movements({ ...amended, side: 'SELL', hold_before_micro_usd: 0, hold_micro_usd: 0 })).toEqual([]);
  });

  test('of all other events: none', () => {
    const moving = [
      'OrderAccepted',
      'TradeExecuted',
      'OrderCancelled',
      'OrderDecremented',
      'OrderAmended',
      'CashDeposited',
      'CashWithdrawn',
      'PositionSettled',
    ];
    const still = Object.keys(EVENTS).filter((type) => !moving.includes(type));
    expect(still.length).toBeGreaterThan(20);
    for (const type of still) expect(movements({ type } as MarketEvent)).toEqual([]);
  });
});
