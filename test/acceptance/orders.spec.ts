// Orders as a trader meets them: section 2 of docs/rules.md, row by row.

import { scenario } from '../../libs/engine/testing/trading-table';

describe('price-time priority', () => {
  scenario(
    'ORD-1 the better price is served first, and at one price the earlier order',
    `
    mill   | sell 5 @ 610        | #1 rests
    yard   | sell 5 @ 600        | #2 rests
    mill   | sell 5 @ 600        | #3 rests
    ann    | buy 12 @ 610        | #4 taken, holds 7,320
           |                     | trades 5 @ 600 with #2, frees 3,050
           |                     | trades 5 @ 600 with #3, frees 3,050
           |                     | trades 2 @ 610 with #1, frees 1,220
    bob    | buy 1 @ 500         | #5 rests, holds 500
    cyd    | buy 1 @ 510         | #6 rests, holds 510
    ann    | buy 1 @ 510         | #7 rests, holds 510
    mill   | sell 3 @ 500        | #8 taken
           |                     | trades 1 @ 510 with #6, frees 510
           |                     | trades 1 @ 510 with #7, frees 510
           |                     | trades 1 @ 500 with #5, frees 500
    market | book                | bids none; asks 3 @ 610 #1
  `,
  );

  scenario(
    'ORD-2 a trade is made at the price of the order that rested',
    `
    ann    | buy 4 @ 700         | #1 rests, holds 2,800
    mill   | sell 4 @ 600        | #2 taken; trades 4 @ 700 with #1, frees 2,800
    mill   | sell 4 @ 600        | #3 rests
    bob    | buy 4 @ 900         | #4 taken, holds 3,600; trades 4 @ 600 with #3, frees 3,600
    bob    | has                 | 997,600 free, 0 held, 4 lots
  `,
  );

  scenario(
    'ORD-1 a partly filled order keeps its place',
    `
    mill   | sell 5 @ 600        | #1 rests
    yard   | sell 5 @ 600        | #2 rests
    ann    | buy 2 @ 600         | #3 taken, holds 1,200; trades 2 @ 600 with #1, frees 1,200
    ann    | buy 4 @ 600         | #4 taken, holds 2,400
           |                     | trades 3 @ 600 with #1, frees 1,800
           |                     | trades 1 @ 600 with #2, frees 600
  `,
  );

  scenario(
    'ORD-3 zero is a price',
    `
    mill   | sell 5 @ 0 in FREE  | FREE#1 rests
    ann    | buy 9 @ 0 in FREE   | FREE#2 taken
           |                     | trades 5 @ 0 with FREE#1
           |                     | FREE#2 rests 4
    ann    | has                 | 1,000,000 free, 0 held, 0 lots
  `,
  );
});

describe('time in force', () => {
  scenario(
    'ORD-4 GTC rests until the gate closes',
    `
    ann    | buy 5 @ 600         | #1 rests, holds 3,000
    market | at 13:54:59         |
    market | book                | bids 5 @ 600 #1; asks none
    market | at 13:55            | closes with 1 open; #1 off 5 GATE_CLOSED, frees 3,000
  `,
  );

  scenario(
    'ORD-5 IOC trades what it can at once; the rest is cancelled',
    `
    mill   | sell 3 @ 600        | #1 rests
    mill   | sell 3 @ 610        | #2 rests
    ann    | buy 5 @ 600 IOC     | #3 taken, holds 3,000
           |                     | trades 3 @ 600 with #1, frees 1,800
           |                     | #3 off 2 IMMEDIATE_REMAINDER, frees 1,200
    ann    | buy 5 @ 500 IOC     | #4 taken, holds 2,500; #4 off 5 IMMEDIATE_REMAINDER, frees 2,500
    ann    | has                 | 998,200 free, 0 held, 3 lots
  `,
  );

  scenario(
    'ORD-6 GTD rests until its instant, at the latest until the gate; a later instant is refused, a passed one too',
    `
    ann    | buy 5 @ 600 until 13:30      | #1 rests, holds 3,000
    ann    | buy 5 @ 600 until 13:55      | #2 rests, holds 3,000
    ann    | buy 5 @ 600 until 13:55:01   | GOOD_TILL_AFTER_GATE at 13:55
    ann    | buy 5 @ 600 until 13:00      | GOOD_TILL_PAST at 13:00
    market | at 13:29:59                  |
    market | at 13:30                     | #1 off 5 EXPIRED, frees 3,000
    market | at 13:55                     | #2 off 5 EXPIRED, frees 3,000; closes with 0 open
  `,
  );

  scenario(
    'ORD-6 at its instant an order is off before a command of that instant is looked at',
    `
    mill   | sell 5 @ 600 until 13:30     | #1 rests
    market | at 13:29:59                  |
    market | at 13:30                     | #1 off 5 EXPIRED
    ann    | buy 5 @ 600 IOC              | #2 taken, holds 3,000; #2 off 5 IMMEDIATE_REMAINDER, frees 3,000
  `,
  );
});

describe('fill or kill', () => {
  scenario(
    'ORD-7 FOK fills wholly or is refused, and says how much there was',
    `
    mill   | sell 3 @ 600        | #1 rests
    mill   | sell 3 @ 610        | #2 rests
    ann    | buy 5 @ 600 FOK     | NOT_FILLABLE 5/3
    ann    | buy 7 @ 610 FOK     | NOT_FILLABLE 7/6
    ann    | buy 6 @ 610 FOK     | #3 taken, holds 3,660
           |                     | trades 3 @ 600 with #1, frees 1,830
           |                     | trades 3 @ 610 with #2, frees 1,830
    mill   | sell 1 @ 1 FOK      | NOT_FILLABLE 1/0
  `,
  );

  scenario(
    'ORD-8 FOK counts liquidity without the participant’s own orders',
    `
    mill   | sell 3 @ 600              | #1 rests
    ann    | buy 3 @ 600               | #2 taken, holds 1,800; trades 3 @ 600 with #1, frees 1,800
    ann2   | buy 2 @ 600 FOK           | NOT_FILLABLE 2/0
    ann    | sell 3 @ 600              | #3 rests
    mill   | sell 3 @ 610              | #4 rests
    ann2   | buy 4 @ 610 FOK           | WOULD_SELF_TRADE
    ann2   | buy 4 @ 610 FOK BOTH      | WOULD_SELF_TRADE
    ann2   | buy 4 @ 610 FOK DECREMENT | WOULD_SELF_TRADE
    ann2   | buy 4 @ 610 FOK OLDEST    | NOT_FILLABLE 4/3
    market | book                      | bids none; asks 3 @ 600 #3, 3 @ 610 #4
    ann2   | buy 3 @ 610 FOK OLDEST    | #5 taken, holds 1,830
           |                           | #3 off 3 SELF_TRADE
           |                           | trades 3 @ 610 with #4, frees 1,830
  `,
  );

  scenario(
    'ORD-8 an own order behind the liquidity that fills a FOK is not in its way',
    `
    mill   | sell 3 @ 600              | #1 rests
    ann    | buy 1 @ 600               | #2 taken, holds 600; trades 1 @ 600 with #1, frees 600
    ann    | sell 1 @ 610              | #3 rests
    ann2   | buy 2 @ 610 FOK           | #4 taken, holds 1,220; trades 2 @ 600 with #1, frees 1,220
  `,
  );
});

describe('post-only', () => {
  scenario(
    'ORD-9 post-only is refused if it would trade, also with an own order; the refusal names the price in the way',
    `
    mill   | sell 5 @ 600                 | #1 rests
    ann    | buy 1 @ 600 post             | WOULD_TRADE 0/600
    ann    | buy 1 @ 599 post             | #2 rests, holds 599
    mill   | sell 1 @ 599 post            | WOULD_TRADE 0/599
    ann2   | buy 5 @ 600                  | #3 taken, holds 3,000; trades 5 @ 600 with #1, frees 3,000
    ann2   | sell 5 @ 599 post            | WOULD_TRADE 0/599
    ann2   | sell 5 @ 600 post            | #4 rests
    ann    | buy 1 @ 600 post             | WOULD_TRADE 0/600
  `,
  );
});

describe('market orders', () => {
  scenario(
    'ORD-10 a market order never rests',
    `
    mill   | sell 3 @ 600                     | #1 rests
    ann    | buy 5 @ market max 9,000 IOC     | #2 taken, holds 9,000
           |                                  | trades 3 @ 600 with #1, frees 1,800
           |                                  | #2 off 2 IMMEDIATE_REMAINDER, frees 7,200
    ann    | sell 9 @ market IOC              | INSUFFICIENT_POSITION 9/3
    ann    | sell 3 @ market IOC              | #3 taken; #3 off 3 IMMEDIATE_REMAINDER
    bob    | buy 2 @ 500                      | #4 rests, holds 1,000
    ann    | sell 3 @ market IOC              | #5 taken; trades 2 @ 500 with #4, frees 1,000; #5 off 1 IMMEDIATE_REMAINDER
    ann    | sell 1 @ market                  | INVALID_TIME_IN_FORCE
    ann    | sell 1 @ market until 13:30      | INVALID_TIME_IN_FORCE
    ann    | sell 1 @ market IOC post         | INVALID_TIME_IN_FORCE
    ann    | buy 1 @ 600 IOC post             | INVALID_TIME_IN_FORCE
    ann    | buy 1 @ 600 max 700              | INVALID_AMOUNT 0/700
    ann    | sell 1 @ market max 700 IOC      | INVALID_AMOUNT 0/700
  `,
  );

  scenario(
    'ORD-11 a market buy’s maximum, fee included, is its hold: it buys what that pays for',
    `
    market | fees 1,000/10,000                | schedule 2
    mill   | sell 100 @ 600                   | #1 rests
    mill   | sell 100 @ 700                   | #2 rests
    ann    | buy 150 @ market max 70,000 IOC  | #3 taken, holds 70,000
           |                                  | trades 100 @ 600 with #1, fees 600 + 60, frees 60,600
           |                                  | trades 13 @ 700 with #2, fees 91 + 9, frees 9,191
           |                                  | #3 off 37 MAX_AMOUNT, frees 209
    ann    | has                              | 930,209 free, 0 held, 113 lots
    ann    | buy 1 @ market max 706 IOC       | #4 taken, holds 706; #4 off 1 MAX_AMOUNT, frees 706
    ann    | buy 1 @ market max 707 IOC       | #5 taken, holds 707; trades 1 @ 700 with #2, fees 7 + 0, frees 707
    ann    | buy 2 @ market max 1,413 FOK     | NOT_FILLABLE 2/1
    ann    | buy 2 @ market max 2,000 FOK     | #6 taken, holds 2,000; trades 2 @ 700 with #2, fees 14 + 1, frees 2,000
    bob    | buy 1 @ market max 1,000,001 IOC | INSUFFICIENT_FUNDS 1,000,001/1,000,000
  `,
  );
});

describe('self-trade prevention', () => {
  scenario(
    'ORD-12 CANCEL_NEWEST: the arriving order gives way, what it has traded stands',
    `
    mill   | sell 2 @ 590              | #1 rests
    bob    | buy 2 @ 590               | #2 taken, holds 1,180; trades 2 @ 590 with #1, frees 1,180
    mill   | sell 4 @ 590              | #3 rests
    bob    | sell 2 @ 600              | #4 rests
    bob    | buy 9 @ 600               | #5 taken, holds 5,400
           |                           | trades 4 @ 590 with #3, frees 2,400
           |                           | #5 off 5 SELF_TRADE, frees 3,000
    market | book                      | bids none; asks 2 @ 600 #4
    bob    | buy 1 @ 500               | #6 rests, holds 500
    bob    | sell 1 @ 500              | #7 taken; #7 off 1 SELF_TRADE
  `,
  );

  scenario(
    'ORD-13 CANCEL_OLDEST: the resting order gives way and the arriving one goes on',
    `
    ann    | buy 5 @ 600               | #1 rests, holds 3,000
    bob    | buy 5 @ 590               | #2 rests, holds 2,950
    ann2   | buy 5 @ 590               | #3 rests, holds 2,950
    mill   | sell 5 @ 610              | #4 rests
    ann2   | buy 5 @ 610               | #5 taken, holds 3,050; trades 5 @ 610 with #4, frees 3,050
    ann2   | sell 5 @ 590 OLDEST       | #6 taken
           |                           | #1 off 5 SELF_TRADE, frees 3,000
           |                           | trades 5 @ 590 with #2, frees 2,950
    bob    | sell 2 @ 620              | #7 rests
    bob    | buy 3 @ 620 OLDEST        | #8 taken, holds 1,860; #7 off 2 SELF_TRADE; #8 rests 3
  `,
  );

  scenario(
    'ORD-14 CANCEL_BOTH: both give way',
    `
    ann    | buy 5 @ 600               | #1 rests, holds 3,000
    bob    | buy 5 @ 590               | #2 rests, holds 2,950
    mill   | sell 9 @ 610              | #3 rests
    ann    | buy 9 @ 610               | #4 taken, holds 5,490; trades 9 @ 610 with #3, frees 5,490
    ann    | sell 7 @ 590 BOTH         | #5 taken; #1 off 5 SELF_TRADE, frees 3,000; #5 off 7 SELF_TRADE
    ann    | sell 7 @ 620              | #6 rests
    ann    | buy 2 @ 620 BOTH          | #7 taken, holds 1,240; #6 off 7 SELF_TRADE; #7 off 2 SELF_TRADE, frees 1,240
    market | book                      | bids 5 @ 590 #2; asks none
  `,
  );

  scenario(
    'ORD-15 DECREMENT takes the smaller quantity off both, as cancelled quantity',
    `
    mill   | sell 20 @ 610             | #1 rests
    ann    | buy 20 @ 610              | #2 taken, holds 12,200; trades 20 @ 610 with #1, frees 12,200
    ann    | buy 5 @ 600               | #3 rests, holds 3,000
    ann    | sell 2 @ 600 DECREMENT    | #4 taken; #3 less 2, 3 open, frees 1,200; #4 off 2 SELF_TRADE
    ann    | sell 3 @ 600 DECREMENT    | #5 taken; #3 off 3 SELF_TRADE, frees 1,800; #5 off 3 SELF_TRADE
    ann    | buy 5 @ 600               | #6 rests, holds 3,000
    bob    | buy 5 @ 600               | #7 rests, holds 3,000
    ann    | sell 7 @ 600 DECREMENT    | #8 taken
           |                           | #6 off 5 SELF_TRADE, frees 3,000
           |                           | #8 less 5, 2 open
           |                           | trades 2 @ 600 with #7, frees 1,200
    ann    | sell 4 @ 620              | #9 rests
    ann    | buy 6 @ 620 DECREMENT     | #10 taken, holds 3,720
           |                           | #9 off 4 SELF_TRADE
           |                           | #10 less 4, 2 open, frees 2,480
           |                           | #10 rests 2
    ann    | amend #10 to 4            | #10 off 2 AMENDED, frees 1,240
  `,
  );

  scenario(
    'ORD-15 a market buy keeps its whole maximum for what self-trade prevention leaves of it',
    `
    mill   | sell 4 @ 600                                  | #1 rests
    ann    | buy 4 @ 600                                   | #2 taken, holds 2,400; trades 4 @ 600 with #1, frees 2,400
    ann    | sell 4 @ 600                                  | #3 rests
    mill   | sell 9 @ 700                                  | #4 rests
    ann2   | buy 6 @ market max 4,000 IOC DECREMENT        | #5 taken, holds 4,000
           |                                               | #3 off 4 SELF_TRADE
           |                                               | #5 less 4, 2 open
           |                                               | trades 2 @ 700 with #4, frees 4,000
    ann2   | has                                           | 998,600 free, 0 held, 2 lots
  `,
  );

  scenario(
    'ORD-16 it works per participant, over all its accounts, and the arriving order’s mode decides',
    `
    mill   | sell 3 @ 600              | #1 rests
    ann    | buy 3 @ 600               | #2 taken, holds 1,800; trades 3 @ 600 with #1, frees 1,800
    ann    | sell 3 @ 600 OLDEST       | #3 rests
    ann2   | buy 3 @ 600               | #4 taken, holds 1,800; #4 off 3 SELF_TRADE, frees 1,800
    bob    | buy 3 @ 600               | #5 taken, holds 1,800; trades 3 @ 600 with #3, frees 1,800
  `,
  );
});

describe('cancel', () => {
  scenario(
    'ORD-17 only the account’s own open order is cancelled',
    `
    ann    | buy 5 @ 600               | #1 rests, holds 3,000
    bob    | cancel #1                 | UNKNOWN_ORDER
    ann2   | cancel #1                 | UNKNOWN_ORDER
    ann    | cancel #2                 | UNKNOWN_ORDER
    ann    | cancel #1                 | #1 off 5 REQUESTED, frees 3,000
    ann    | cancel #1                 | UNKNOWN_ORDER
    ann    | has                       | 1,000,000 free, 0 held, 0 lots
  `,
  );

  scenario(
    'ORD-18 cancel-all reaches an account’s orders, or those of a contract, a tier or a side, by contract and order number',
    `
    ann    | buy 1 @ 600               | #1 rests, holds 600
    ann    | buy 2 @ 10 in MEDIUM      | MEDIUM#1 rests, holds 20
    ann    | buy 3 @ 600 in HIGH+1     | HIGH+1#1 rests, holds 1,800
    ann    | buy 4 @ 500               | #2 rests, holds 2,000
    bob    | buy 9 @ 400               | #3 rests, holds 3,600
    ann2   | buy 9 @ 400               | #4 rests, holds 3,600
    ann    | cancel all SELL           | cancels all; 0 cancelled
    ann    | cancel all in MEDIUM      | cancels all; MEDIUM#1 off 2 ALL_REQUESTED, frees 20; 1 cancelled
    ann    | cancel all tier MEDIUM    | cancels all; 0 cancelled
    ann    | cancel all tier HIGH BUY  | cancels all
           |                           | #1 off 1 ALL_REQUESTED, frees 600
           |                           | #2 off 4 ALL_REQUESTED, frees 2,000
           |                           | HIGH+1#1 off 3 ALL_REQUESTED, frees 1,800
           |                           | 3 cancelled
    market | book                      | bids 9 @ 400 #3, 9 @ 400 #4; asks none
    ann2   | cancel all                | cancels all; #4 off 9 ALL_REQUESTED, frees 3,600; 1 cancelled
  `,
  );
});
