// The engine and its naive twin must tell the same story of every history: the same records, event by event, and the
// same balances, positions and books after each. A disagreement shrinks to the few commands that it takes.

import fc from 'fast-check';
import { Auditor, type AuditFinding } from '@tokenbourse/audit';
import {
  CANCEL_REASONS,
  EVENT_TYPES,
  HOUR_US,
  MINUTE_US,
  REJECTION_CODES,
  visitRecords,
  type MarketEvent,
} from '@tokenbourse/domain';

import { draw, drawWithFloods, furnish, openedPair, OPENING, openingDraw, play, type Draw } from '../testing/draws';
import { Pair } from '../testing/pair';
import { runs } from '../../../test/support/runs';

// Hundreds of histories, on a machine that may be busy.
jest.setTimeout(180_000);

const DAY_US = 24 * HOUR_US;
const ORDER = {
  type: 'PlaceOrder',
  command_id: '',
  order_type: 'LIMIT',
  time_in_force: 'GTC',
  price_ticks: 1,
  max_amount_micro_usd: 0,
  post_only: false,
  self_trade: 'CANCEL_NEWEST',
  good_till_us: 0,
  expires_at_us: 0,
} as const;

/** To the end of all windows; the auditor, who knows neither engine nor twin, must find nothing in the log either. */
function playOut(pair: Pair, draws: readonly Draw[]): void {
  play(pair, draws);
  pair.advance(6 * HOUR_US);
  const findings: AuditFinding[] = [];
  const auditor = new Auditor((finding) => findings.push(finding));
  visitRecords(pair.bytes(), 1, auditor);
  auditor.finish();
  expect(findings).toEqual([]);
}

describe('engine and twin agree', () => {
  test('in random histories', () => {
    const property = fc.property(fc.array(draw, { maxLength: 150, size: 'max' }), (draws) =>
      playOut(openedPair(), draws),
    );
    fc.assert(property, { numRuns: runs(300) });
  });

  test('before, while and after a market is opened', () => {
    const draws = fc.tuple(fc.array(openingDraw, { maxLength: 12 }), fc.array(draw, { maxLength: 30 }));
    const property = fc.property(draws, ([opening, after]) => {
      const pair = new Pair();
      play(pair, opening);
      pair.advance(0);
      furnish(pair);
      playOut(pair, after);
    });
    fc.assert(property, { numRuns: runs(200) });
  });

  test('where work goes in slices: floods of orders, cancelled, expired, closed', () => {
    const property = fc.property(fc.array(drawWithFloods, { maxLength: 40, size: 'max' }), (draws) =>
      playOut(openedPair(), draws),
    );
    fc.assert(property, { numRuns: runs(40) });
  });

  test.each([250, 251])('at the edge of a slice: %d orders cancelled, expired and closed', (orders) => {
    const pair = openedPair();
    const [contract] = pair.twin.market.contracts;
    const buy = { ...ORDER, contract: contract!.number, account: 3, side: 'BUY', lots: 1 } as const;
    const place = (more: object): void => {
      for (let i = 0; i < orders; i++) pair.execute({ ...buy, ...more });
    };
    place({});
    pair.execute({ type: 'CancelAllOrders', account: 3, contract: 0, command_id: '', tier: 0, side: 'ANY' });
    pair.advance(0);
    place({ time_in_force: 'GTD', good_till_us: pair.nowUs + MINUTE_US });
    pair.advance(MINUTE_US);
    place({});
    pair.advance(2 * HOUR_US);
  });

  test.each([1, 2, 3, 4, 5])('at the edge of %d match steps, of which a decrement takes two', (matches_per_command) => {
    for (const mode of ['CANCEL_OLDEST', 'DECREMENT'] as const) {
      const pair = openedPair();
      const [contract] = pair.twin.market.contracts;
      const limits = { open_orders_per_account: 100, quotes_per_offer: 5, idempotency_window_us: HOUR_US };
      pair.execute({ type: 'SetLimits', command_id: '', matches_per_command, ...limits });
      const order = { ...ORDER, contract: contract!.number, lots: 1 };
      // Accounts 2 and 3 are of one participant.
      for (let i = 0; i < 4; i++) pair.execute({ ...order, account: i % 2 === 0 ? 3 : 4, side: 'BUY', lots: 1 });
      pair.execute({ ...order, account: 2, side: 'SELL', lots: 9, self_trade: mode });
      pair.execute({ ...order, account: 2, side: 'SELL', lots: 1, self_trade: mode, time_in_force: 'FOK' });
    }
  });

  test('where more accounts hold a position than one record settles', () => {
    const pair = openedPair();
    const { market } = pair.twin;
    const [contract] = market.contracts;
    const order = { ...ORDER, contract: contract!.number };
    pair.execute({ ...order, account: 2, side: 'SELL', lots: 300 });
    for (let i = 0; i < 300; i++) {
      pair.execute({ type: 'OpenAccount', command_id: '', participant: 5, name: '' });
      const account = market.accounts.length - 1;
      pair.execute({ type: 'Deposit', account, command_id: '', amount_micro_usd: 5, reference: '', expires_at_us: 0 });
      pair.execute({ ...order, account, side: 'BUY', lots: 1 });
    }
    pair.nowUs += 2 * HOUR_US;
    pair.runDue();
    // Others go on between the slices.
    pair.execute({ type: 'Ping', command_id: '', token: 1 });
    pair.advance(0);
    const slices = pair.records.filter(({ events }) => events.some(({ type }) => type === 'PositionSettled'));
    expect(slices.map(({ cause, events }) => [cause, events.length > 250])).toEqual([
      ['DUE', false],
      ['CONTINUATION', false],
    ]);
  });

  test('after days in which nobody came', () => {
    const pair = openedPair();
    play(pair, fc.sample(draw, { numRuns: 60, seed: 3 }));
    pair.advance(2 * DAY_US + 37 * MINUTE_US);
    play(pair, fc.sample(draw, { numRuns: 60, seed: 4 }));
  });
});

describe('the histories', () => {
  /** What an event tells besides its type, where that matters: the reason of a refusal or a cancellation. */
  const detail = (event: MarketEvent): string => ('code' in event ? event.code : 'reason' in event ? event.reason : '');

  test('reach every event, every reason to refuse and every reason to cancel', () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 30; seed++) {
      const pair = seed % 3 === 0 ? new Pair() : openedPair();
      if (seed % 3 === 0) {
        play(pair, [...fc.sample(openingDraw, { numRuns: 8, seed }), OPENING]);
        furnish(pair);
      }
      playOut(pair, fc.sample(draw, { numRuns: 400, seed }));
      for (const event of pair.records.flatMap(({ events }) => events)) seen.add(event.type).add(detail(event));
    }
    expect(EVENT_TYPES.filter((type) => !seen.has(type))).toEqual([]);
    expect(REJECTION_CODES.filter((code) => !seen.has(code))).toEqual([]);
    expect(CANCEL_REASONS.filter((reason) => !seen.has(reason))).toEqual([]);
  });
});
