// Amending orders: section 2.3 of docs/rules.md.

import { scenario, TradingTable } from '../../libs/engine/testing/trading-table';

const FEES = { maker_ppm: 1_000, taker_ppm: 10_000 };

describe('amend', () => {
  scenario(
    'AMD-1 less quantity at the same price keeps the place in the queue',
    `
    ann    | buy 5 @ 600               | #1 rests, holds 3,000
    bob    | buy 5 @ 600               | #2 rests, holds 3,000
    ann    | amend #1 to 3             | #1 3 open @ 600, keeps place, holds 1,800
    ann    | amend #1 to 2 @ 600       | #1 2 open @ 600, keeps place, holds 1,200
    ann    | has                       | 998,800 free, 1,200 held, 0 lots
    mill   | sell 3 @ 600              | #3 taken
           |                           | trades 2 @ 600 with #1, frees 1,200
           |                           | trades 1 @ 600 with #2, frees 600
  `,
  );

  scenario(
    'AMD-2 more quantity or another price means a new place, also at a price where the order stood before',
    `
    ann    | buy 5 @ 600               | #1 rests, holds 3,000
    bob    | buy 5 @ 600               | #2 rests, holds 3,000
    cyd    | buy 5 @ 600               | #3 rests, holds 3,000
    ann    | amend #1 to 6             | #1 6 open @ 600, new place, holds 3,600
    market | book                      | bids 5 @ 600 #2, 5 @ 600 #3, 6 @ 600 #1; asks none
    bob    | amend #2 @ 610            | #2 5 open @ 610, new place, holds 3,050
    bob    | amend #2 to 4 @ 600       | #2 4 open @ 600, new place, holds 2,400
    market | book                      | bids 5 @ 600 #3, 6 @ 600 #1, 4 @ 600 #2; asks none
    cyd    | amend #3 to 4 @ 590       | #3 4 open @ 590, new place, holds 2,360
    market | book                      | bids 6 @ 600 #1, 4 @ 600 #2, 4 @ 590 #3; asks none
  `,
  );

  scenario(
    'AMD-3 the new quantity is the total, filled lots included; not above what is filled it closes the order',
    `
    ann    | buy 10 @ 600              | #1 rests, holds 6,000
    mill   | sell 4 @ 600              | #2 taken; trades 4 @ 600 with #1, frees 2,400
    ann    | amend #1 to 9             | #1 5 open @ 600, keeps place, holds 3,000
    ann    | amend #1 to 12            | #1 8 open @ 600, new place, holds 4,800
    ann    | amend #1 to 4             | #1 off 8 AMENDED, frees 4,800
    ann    | amend #1 to 9             | UNKNOWN_ORDER
    ann    | has                       | 997,600 free, 0 held, 4 lots
    bob    | buy 10 @ 600              | #3 rests, holds 6,000
    mill   | sell 4 @ 600              | #4 taken; trades 4 @ 600 with #3, frees 2,400
    bob    | amend #3 to 3             | #3 off 6 AMENDED, frees 3,600
    bob    | buy 1 @ 600               | #5 rests, holds 600
    bob    | amend #5 to 0 @ 700       | #5 off 1 AMENDED, frees 600
  `,
  );

  scenario(
    'AMD-4 what self-trade prevention has cancelled stays cancelled: quantity = filled + open + cancelled',
    `
    mill   | sell 3 @ 600              | #1 rests
    ann    | buy 10 @ 600              | #2 taken, holds 6,000
           |                           | trades 3 @ 600 with #1, frees 1,800
           |                           | #2 rests 7
    ann    | sell 2 @ 600 DECREMENT    | #3 taken; #2 less 2, 5 open, frees 1,200; #3 off 2 SELF_TRADE
    ann    | amend #2 to 9             | #2 4 open @ 600, keeps place, holds 2,400
    ann    | amend #2 to 11            | #2 6 open @ 600, new place, holds 3,600
    ann    | amend #2 to 5             | #2 off 6 AMENDED, frees 3,600
  `,
  );

  scenario(
    'AMD-5 an amended order that crosses trades as an arriving order, at the fees it was accepted with',
    `
    mill   | sell 2 @ 620              | #1 rests
    mill   | sell 2 @ 630              | #2 rests
    ann    | buy 5 @ 600               | #3 rests, holds 3,030
    market | fees 0/0                  | schedule 2
    ann    | amend #3 @ 625            | #3 5 open @ 625, taken, holds 3,157
           |                           | trades 2 @ 620 with #1, fees 12 + 1, frees 1,263
           |                           | #3 rests 3
    ann    | amend #3 to 4 @ 630       | #3 2 open @ 630, taken, holds 1,273
           |                           | trades 2 @ 630 with #2, fees 12 + 1, frees 1,273
    ann    | has                       | 997,476 free, 0 held, 4 lots
  `,
    FEES,
  );

  scenario(
    'AMD-6 an amended order meets self-trade prevention and the step limit like an arriving one',
    `
    market | limits matches=2          | limits set
    mill   | sell 6 @ 600              | #1 rests
    ann    | buy 6 @ 600               | #2 taken, holds 3,600; trades 6 @ 600 with #1, frees 3,600
    ann    | sell 1 @ 620              | #3 rests
    ann    | buy 1 @ 600               | #4 rests, holds 600
    ann    | amend #4 @ 620            | #4 1 open @ 620, taken, holds 620; #4 off 1 SELF_TRADE, frees 620
    mill   | sell 1 @ 610              | #5 rests
    mill   | sell 1 @ 611              | #6 rests
    mill   | sell 1 @ 612              | #7 rests
    bob    | buy 4 @ 600               | #8 rests, holds 2,400
    bob    | amend #8 @ 615            | #8 4 open @ 615, taken, holds 2,460
           |                           | trades 1 @ 610 with #5, frees 615
           |                           | trades 1 @ 611 with #6, frees 615
           |                           | #8 off 2 MATCH_LIMIT, frees 1,230
  `,
  );

  scenario(
    'AMD-7 a post-only order stays post-only: an amendment that would cross is refused',
    `
    mill   | sell 5 @ 610              | #1 rests
    ann    | buy 5 @ 600 post          | #2 rests, holds 3,000
    ann    | amend #2 @ 610            | WOULD_TRADE 0/610
    ann    | amend #2 @ 609            | #2 5 open @ 609, new place, holds 3,045
    market | book                      | bids 5 @ 609 #2; asks 5 @ 610 #1
  `,
  );

  scenario(
    'AMD-8 a passed order and a closed gate cannot be amended; neither can another account’s order',
    `
    ann    | buy 5 @ 600               | #1 rests, holds 3,000
    bob    | amend #1 to 4             | UNKNOWN_ORDER
    ann2   | amend #1 to 4             | UNKNOWN_ORDER
    ann    | amend #1 to 4 by 12:59    | COMMAND_EXPIRED at 12:59
    market | at 13:55                  | closes with 1 open; #1 off 5 GATE_CLOSED, frees 3,000
    ann    | amend #1 to 4             | GATE_CLOSED at 13:55
  `,
  );
});

describe('a refused amendment', () => {
  let table: TradingTable;
  beforeEach(() => {
    table = new TradingTable(FEES);
    table.play(`
      mill   | sell 20 @ 650             |
      ann    | buy 10 @ 650              |
      ann    | buy 10 @ 600 post         |
      ann    | sell 6 @ 700              |
      bob    | buy 5 @ 600               |
    `);
  });
  const stateBefore = () => {
    const { state } = table.market;
    const { book } = state.contracts.get(table.contract)!;
    const orders = [3, 4].map((order) => {
      const slot = book.slotOf(order);
      return [book.price(slot), book.total(slot), book.open(slot), book.postOnly(slot)];
    });
    const ann = table.account('ann');
    return { orders, free: state.accounts.available.get(ann), held: state.accounts.held.get(ann), queue: queue() };
  };
  const queue = () => {
    const { book } = table.market.state.contracts.get(table.contract)!;
    const bids: number[] = [];
    for (let slot = book.best('BUY'); slot >= 0; slot = book.after(slot)) bids.push(book.number(slot));
    return bids;
  };

  test.each([
    ['money that is not there', 'amend #3 to 99,999', 'INSUFFICIENT_FUNDS'],
    ['a price that would cross', 'amend #3 @ 650', 'WOULD_TRADE'],
    ['a position that is not held', 'amend #4 to 11', 'INSUFFICIENT_POSITION'],
    ['no change', 'amend #3 to 10 @ 600', 'NO_CHANGE'],
    ['no figure at all', 'amend #3', 'NO_CHANGE'],
    ['a price out of range', 'amend #3 @ 2,147,483,648', 'INVALID_PRICE'],
    ['a negative price', 'amend #3 @ -2', 'INVALID_PRICE'],
    ['half a lot', 'amend #3 to 4.5', 'INVALID_QUANTITY'],
    ['a negative quantity', 'amend #3 to -2', 'INVALID_QUANTITY'],
    ['an amount beyond the exact range', 'amend #3 to 9,007,199,254,740,991 @ 601', 'AMOUNT_TOO_LARGE'],
  ])('AMD-9 for %s leaves the order as it was', (_, command, code) => {
    const before = stateBefore();
    expect(before.orders).toEqual([
      [600, 10, 10, true],
      [700, 6, 6, false],
    ]);
    expect(table.play(`ann | ${command} |`)).toMatch(new RegExp(`\\| ${code}( |$)`));
    expect(stateBefore()).toEqual(before);
  });

  test('AMD-9 for energy that is not there leaves the order as it was', () => {
    const { market } = table;
    const plant = market.factory(1);
    // 1 W for an hour: 3,600,000 mJ; HIGH takes 3,000 mJ a lot: 1,200 lots.
    const [accepted] = market.order(plant, 'SELL', 1_000, 900);
    const order = (accepted as { order: number }).order;
    expect(market.amend(plant, order, -1, 1_201)).toMatchObject([
      { code: 'INSUFFICIENT_ENERGY', needed: 201 * 3_000, available: 200 * 3_000 },
    ]);
    expect(market.amend(plant, order, -1, 1_200)).toMatchObject([{ type: 'OrderAmended', open_lots: 1_200 }]);
  });
});
