// Money: section 3 of docs/rules.md. Every figure here was computed by hand.

import { postings, type MarketEvent } from '@tokenbourse/domain';

import { scenario, TradingTable } from '../../libs/engine/testing/trading-table';

/** Maker 0.1 %, taker 1 %. */
const FEES = { maker_ppm: 1_000, taker_ppm: 10_000 };

describe('fees', () => {
  scenario(
    'MON-1 the fee of a fill is rounded down; it is on top for the buyer, and taken from what the seller receives',
    `
    mill   | sell 7 @ 333              | #1 rests
    ann    | buy 7 @ 333               | #2 taken, holds 2,355; trades 7 @ 333 with #1, fees 23 + 2, frees 2,355
    ann    | has                       | 997,646 free, 0 held, 7 lots
    bob    | buy 7 @ 333               | #3 rests, holds 2,355
    mill   | sell 7 @ 333              | #4 taken; trades 7 @ 333 with #3, fees 2 + 23, frees 2,355
    bob    | has                       | 997,667 free, 0 held, 7 lots
    mill   | sell 1 @ 99               | #5 rests
    ann    | buy 1 @ 99                | #6 taken, holds 100; trades 1 @ 99 with #5, frees 100
    ann    | has                       | 997,547 free, 0 held, 8 lots
  `,
    FEES,
  );

  scenario(
    'MON-2 rates are fixed when the order is accepted: a change reaches later orders only',
    `
    ann    | buy 10 @ 600              | #1 rests, holds 6,060
    market | fees 5,000/20,000         | schedule 2
    mill   | sell 4 @ 600              | #2 taken; trades 4 @ 600 with #1, fees 2 + 48, frees 2,424
    bob    | buy 10 @ 500              | #3 rests, holds 5,100
    mill   | sell 6 @ 500              | #4 taken; trades 6 @ 600 with #1, fees 3 + 72, frees 3,636
    mill   | sell 10 @ 500             | #5 taken; trades 10 @ 500 with #3, fees 25 + 100, frees 5,100
    ann    | has                       | 993,995 free, 0 held, 10 lots
    bob    | has                       | 994,975 free, 0 held, 10 lots
  `,
    FEES,
  );
});

describe('holds', () => {
  scenario(
    'MON-3 a buy holds limit × open lots and the fee at the higher of its two rates, rounded up; a sell holds no money',
    `
    ann    | buy 10 @ 333              | #1 rests, holds 3,364
    ann    | has                       | 996,636 free, 3,364 held, 0 lots
    mill   | sell 3 @ 333              | #2 taken; trades 3 @ 333 with #1, fees 0 + 9, frees 1,009
    ann    | has                       | 996,646 free, 2,355 held, 3 lots
    mill   | sell 4 @ 333              | #3 taken; trades 4 @ 333 with #1, fees 1 + 13, frees 1,346
    mill   | sell 3 @ 333              | #4 taken; trades 3 @ 333 with #1, fees 0 + 9, frees 1,009
    ann    | has                       | 996,669 free, 0 held, 10 lots
    ann    | sell 10 @ 700             | #5 rests
    ann    | has                       | 996,669 free, 0 held, 10 lots
  `,
    FEES,
  );

  scenario(
    'MON-3 the higher of the two rates may be the maker’s',
    `
    mill   | sell 4 @ 500              | #1 rests
    ann    | buy 10 @ 500              | #2 taken, holds 5,100
           |                           | trades 4 @ 500 with #1, fees 10 + 40, frees 2,040
           |                           | #2 rests 6
    ann    | has                       | 994,930 free, 3,060 held, 4 lots
    mill   | sell 6 @ 500              | #3 taken; trades 6 @ 500 with #2, fees 60 + 15, frees 3,060
    ann    | has                       | 994,930 free, 0 held, 10 lots
  `,
    { maker_ppm: 20_000, taker_ppm: 5_000 },
  );

  scenario(
    'MON-4 what a fill at a better price frees is free in the same record',
    `
    mill   | sell 10 @ 400             | #1 rests
    mill   | sell 10 @ 500             | #2 rests
    ann    | buy 1,900 @ 521           | #3 taken, holds 999,799
           |                           | trades 10 @ 400 with #1, fees 40 + 4, frees 5,262
           |                           | trades 10 @ 500 with #2, fees 50 + 5, frees 5,262
           |                           | #3 rests 1,880
    ann    | has                       | 1,635 free, 989,275 held, 20 lots
    ann    | buy 1 @ 521               | #4 rests, holds 527
  `,
    FEES,
  );

  scenario(
    'MON-5 a hold is released exactly once, whichever way the order ends',
    `
    ann    | buy 10 @ 333              | #1 rests, holds 3,364
    ann    | buy 10 @ 333 until 13:10  | #2 rests, holds 3,364
    ann    | buy 10 @ 333              | #3 rests, holds 3,364
    ann    | buy 10 @ 332              | #4 rests, holds 3,354
    mill   | sell 7 @ 333              | #5 taken; trades 7 @ 333 with #1, fees 2 + 23, frees 2,355
    ann    | amend #1 to 9             | #1 2 open @ 333, keeps place, holds 673
    ann    | cancel #1                 | #1 off 2 REQUESTED, frees 673
    market | at 13:10                  | #2 off 10 EXPIRED, frees 3,364
    ann    | cancel all in HIGH        | cancels all
           |                           | #3 off 10 ALL_REQUESTED, frees 3,364
           |                           | #4 off 10 ALL_REQUESTED, frees 3,354
           |                           | 2 cancelled
    ann    | has                       | 997,667 free, 0 held, 7 lots
    ann    | buy 10 @ 333              | #6 rests, holds 3,364
    market | at 13:55                  | closes with 1 open; #6 off 10 GATE_CLOSED, frees 3,364
    ann    | has                       | 997,667 free, 0 held, 7 lots
  `,
    FEES,
  );

  scenario(
    'MON-6 nobody spends what is on hold; the refusal says what is needed and what is free',
    `
    ann    | buy 100 @ 9,900           | #1 rests, holds 999,900
    ann    | buy 1 @ 101               | INSUFFICIENT_FUNDS 103/100
    ann    | buy 1 @ 99                | #2 rests, holds 100
    ann    | withdraw 1                | INSUFFICIENT_FUNDS 1/0
    ann    | amend #2 @ 100            | INSUFFICIENT_FUNDS 1/0
    ann    | deposit 1                 | +1
    ann    | amend #2 @ 100            | #2 1 open @ 100, new place, holds 101
    ann    | cancel #1                 | #1 off 100 REQUESTED, frees 999,900
    ann    | withdraw 999,901          | INSUFFICIENT_FUNDS 999,901/999,900
    ann    | withdraw 999,900          | -999,900
    ann    | has                       | 0 free, 101 held, 0 lots
  `,
    FEES,
  );
});

describe('settlement', () => {
  scenario(
    'MON-7 sellers are paid at settlement, to the micro-USD, what buyers paid into escrow less the sellers’ fees',
    `
    mill   | sell 10 @ 600             | #1 rests
    ann    | buy 10 @ 600              | #2 taken, holds 6,060; trades 10 @ 600 with #1, fees 60 + 6, frees 6,060
    ann    | sell 4 @ 650              | #3 rests
    bob    | buy 4 @ 650               | #4 taken, holds 2,626; trades 4 @ 650 with #3, fees 26 + 2, frees 2,626
    mill   | has                       | 0 free, 0 held, -10 lots
    ann    | has                       | 993,940 free, 0 held, 6 lots
    market | at 13:55                  | closes with 0 open
    mill   | withdraw 1                | INSUFFICIENT_FUNDS 1/0
    market | at 14:59:59               |
    market | at 15:00                  | mill settles -10 lots, receives 5,994
           |                           | ann settles 6 lots, receives 2,598
           |                           | bob settles 4 lots, receives 0
           |                           | settled, 8,592 paid out
    mill   | has                       | 5,994 free, 0 held, 0 lots
    ann    | has                       | 996,538 free, 0 held, 0 lots
    bob    | has                       | 997,374 free, 0 held, 0 lots
  `,
    FEES,
  );

  test('MON-8 fees collect on the house account, which places no orders and can be withdrawn from', () => {
    const table = new TradingTable(FEES);
    table.play(`
      mill   | sell 10 @ 600 |
      ann    | buy 10 @ 600  |
    `);
    const { market } = table;
    expect(market.state.accounts.available.get(0)).toBe(66n);
    expect(market.order(0, 'BUY', 1, 1)).toMatchObject([{ type: 'OrderRejected', code: 'ACCOUNT_NOT_TRADING' }]);
    const withdraw = { type: 'Withdraw', account: 0, command_id: '', reference: 'fees', expires_at_us: 0 } as const;
    expect(market.run({ ...withdraw, amount_micro_usd: 67 })).toMatchObject([
      { code: 'INSUFFICIENT_FUNDS', needed: 67, available: 66 },
    ]);
    expect(market.run({ ...withdraw, amount_micro_usd: 66 })).toMatchObject([{ type: 'CashWithdrawn' }]);
    expect(market.state.accounts.available.get(0)).toBe(0n);
  });

  test('MON-9 the cash movements of every single event add up to zero', () => {
    const table = new TradingTable(FEES);
    table.play(`
      ann    | buy 50 @ 333                     |
      mill   | sell 20 @ 333                    |
      ann    | amend #1 to 40 @ 350             |
      yard   | sell 9 @ 340                     |
      bob    | buy 7 @ market max 9,000 IOC     |
      ann    | sell 5 @ 300 DECREMENT           |
      ann    | cancel all                       |
      cyd    | buy 5 @ 100 until 13:05          |
      cyd    | withdraw 77                      |
      market | at 15:00                         |
    `);
    const seen = new Set<MarketEvent['type']>();
    for (const event of table.market.log.records.flatMap((record) => record.events)) {
      let sum = 0;
      postings(event, (_, bucket, delta) => {
        if (bucket === 'AVAILABLE' || bucket === 'HELD' || bucket === 'ESCROW' || bucket === 'OUTSIDE') {
          sum += delta;
          seen.add(event.type);
        }
      });
      expect([event, sum]).toEqual([event, 0]);
    }
    expect([...seen].sort()).toEqual([
      'CashDeposited',
      'CashWithdrawn',
      'OrderAccepted',
      'OrderAmended',
      'OrderCancelled',
      'OrderDecremented',
      'PositionSettled',
      'TradeExecuted',
    ]);
  });
});

describe('exact amounts', () => {
  scenario(
    'MON-10 figures that leave the exact range are refused by name',
    `
    ann    | buy 0 @ 600                           | INVALID_QUANTITY 9,007,199,254,740,991/0
    ann    | buy 1.5 @ 600                         | INVALID_QUANTITY 9,007,199,254,740,991/0
    ann    | buy -1 @ 600                          | INVALID_QUANTITY 9,007,199,254,740,991/-1
    ann    | buy 9,007,199,254,740,992 @ 0         | INVALID_QUANTITY 9,007,199,254,740,991/0
    ann    | buy 1 @ -1                            | INVALID_PRICE 2,147,483,647/-1
    ann    | buy 1 @ 0.5                           | INVALID_PRICE 2,147,483,647/0
    ann    | buy 1 @ 2,147,483,648                 | INVALID_PRICE 2,147,483,647/2,147,483,648
    ann    | buy 4,503,599,627,370,496 @ 1         | AMOUNT_TOO_LARGE 4,503,599,627,370,495/0
    ann    | buy 9,007,199,254,740,991 @ 1         | AMOUNT_TOO_LARGE 4,503,599,627,370,495/0
    mill   | sell 9,007,199,254,740,991 @ 0        | ENERGY_TOO_LARGE 9,007,199,254,740,991/0
    mill   | offer HIGH 9,007,199,254,740,991 @ 0  | ENERGY_TOO_LARGE 9,007,199,254,740,991/0
    ann    | deposit 0                             | INVALID_AMOUNT 9,007,199,254,740,991/0
    ann    | deposit -5                            | INVALID_AMOUNT 9,007,199,254,740,991/-5
    ann    | withdraw 0.5                          | INVALID_AMOUNT 9,007,199,254,740,991/0
    ann    | deposit 9,007,199,254,740,992         | INVALID_AMOUNT 9,007,199,254,740,991/0
    ann    | buy 1 @ market max -1 IOC             | INVALID_AMOUNT 9,007,199,254,740,991/-1
    ann    | has                                   | 1,000,000 free, 0 held, 0 lots
  `,
  );

  scenario(
    'MON-11 the largest order at the highest fee is exact, and so are balances beyond 2^53',
    `
    ann    | deposit 9,007,199,254,740,991         | +9,007,199,254,740,991
    ann    | deposit 9,007,199,254,740,991         | +9,007,199,254,740,991
    ann    | has                                   | 18,014,398,510,481,982 free, 0 held, 0 lots
    ann    | buy 4,503,599,627,370,495 @ 1         | #1 rests, holds 9,007,199,254,740,990
    ann    | buy 4,503,599,627,370,495 @ 1         | #2 rests, holds 9,007,199,254,740,990
    ann    | has                                   | 1,000,002 free, 18,014,398,509,481,980 held, 0 lots
    mill   | sell 1 @ 1                            | #3 taken; trades 1 @ 1 with #1, fees 1 + 1, frees 2
    ann    | cancel all                            | cancels all
           |                                       | #1 off 4,503,599,627,370,494 ALL_REQUESTED, frees 9,007,199,254,740,988
           |                                       | #2 off 4,503,599,627,370,495 ALL_REQUESTED, frees 9,007,199,254,740,990
           |                                       | 2 cancelled
    ann    | has                                   | 18,014,398,510,481,980 free, 0 held, 1 lots
  `,
    { maker_ppm: 1_000_000, taker_ppm: 1_000_000 },
  );

  test('MON-12 all cash of a market together stays within 2^62 micro-USD: more is refused', () => {
    const { market } = new TradingTable();
    const account = market.account();
    const deposit = {
      type: 'Deposit',
      account,
      command_id: '',
      reference: '',
      amount_micro_usd: 2 ** 53 - 1,
      expires_at_us: 0,
    } as const;
    const before = 4_000_000n;
    let taken = 0n;
    for (; taken + BigInt(deposit.amount_micro_usd) + before <= 2n ** 62n; taken += BigInt(deposit.amount_micro_usd)) {
      expect(market.run(deposit)).toMatchObject([{ type: 'CashDeposited' }]);
    }
    const room = Number(2n ** 62n - before - taken);
    expect(market.run(deposit)).toMatchObject([{ code: 'INVALID_AMOUNT', needed: room }]);
    expect(market.run({ ...deposit, amount_micro_usd: room })).toMatchObject([{ type: 'CashDeposited' }]);
    expect(market.state.accounts.available.get(account)).toBe(2n ** 62n - before);
  });
});
