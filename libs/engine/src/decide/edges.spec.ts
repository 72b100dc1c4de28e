// Edges of orders that no other spec stands on: fill-or-kill with money that is just enough, what a decrement says of its taker.

import type { Command } from '@tokenbourse/domain';

import { scenario, TradingTable } from '../../testing/trading-table';

const FEES = { maker_ppm: 0, taker_ppm: 10_000 };

describe('a market buy that is filled wholly or not at all', () => {
  scenario(
    'counts its money over all prices that it meets, fees included',
    `
    mill | sell 5 @ 600                     | #1 rests
    mill | sell 5 @ 700                     | #2 rests
    ann  | buy 10 @ market FOK max 6,564    | NOT_FILLABLE 10/9
    ann  | buy 10 @ market FOK max 3,030    | NOT_FILLABLE 10/5
    ann  | buy 11 @ market FOK max 99,999   | NOT_FILLABLE 11/10
    ann  | buy 10 @ market FOK max 6,565    | #3 taken, holds 6,565
         |                                  | trades 5 @ 600 with #1, fees 30 + 0, frees 3,030
         |                                  | trades 5 @ 700 with #2, fees 35 + 0, frees 3,535
    ann  | has                              | 993,435 free, 0 held, 10 lots
    `,
    FEES,
  );
});

describe('a decremented order', () => {
  test.each([
    ['600', 600],
    ['market', 0],
  ])('that arrives @ %s is told with its limit, and as one that has not rested', (price, price_ticks) => {
    const table = new TradingTable();
    table.play(`
      mill | sell 5 @ 600                   | #1 rests
      ann  | buy 5 @ 600                    | #2 taken, holds 3,000; trades 5 @ 600 with #1, frees 3,000
      ann  | sell 2 @ 600                   | #3 rests
      ann2 | buy 5 @ ${price} DECREMENT ${price === 'market' ? 'IOC max 9,000' : ''} | x
    `);
    const events = table.market.log.records.at(-1)!.events;
    expect(events.filter(({ type }) => type === 'OrderDecremented')).toEqual([
      expect.objectContaining({ order: 4, cancelled_lots: 2, open_lots: 3, price_ticks, rested: false }),
    ]);
  });

  test('that rests is told with its price, and as one that has rested', () => {
    const table = new TradingTable();
    table.play(`
      mill | sell 5 @ 600           | #1 rests
      ann2 | buy 5 @ 600            | #2 taken, holds 3,000; trades 5 @ 600 with #1, frees 3,000
      ann  | buy 5 @ 600            | #3 rests, holds 3,000
      ann2 | sell 2 @ 600 DECREMENT | x
    `);
    const events = table.market.log.records.at(-1)!.events;
    expect(events.filter(({ type }) => type === 'OrderDecremented')).toEqual([
      expect.objectContaining({ cancelled_lots: 2, price_ticks: 600, rested: true }),
    ]);
  });
});

test('a command that there is not is a bug', () => {
  const { market } = new TradingTable();
  const gift = { type: 'Gift', command_id: '' } as unknown as Command;
  expect(() => market.run(gift)).toThrow(/Gift/);
});
