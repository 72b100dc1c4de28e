// Random histories of a small market: everything is conserved after every record, replay and snapshots give the same
// state, and a restored engine goes on to write the very same bytes.

import fc from 'fast-check';
import { decodeRecords, EVENTS, visitRecords, type Command, type RecordVisitor } from '@tokenbourse/domain';

import { assertConserved } from '../testing/conservation';
import { MarketFixture, RecordArray } from '../testing/market-fixture';
import { Engine } from './engine';
import { Replay } from './replay';
import { readSnapshot, writeSnapshot } from './snapshot/snapshot';
import { MarketState } from './state/market-state';

const bytesOf = (state: MarketState): Buffer => Buffer.concat(writeSnapshot(state));

type Draw = { kind: string; a: number; b: number; c: number; d: number; e: number; id: number };
const draw: fc.Arbitrary<Draw> = fc.record({
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant('place') },
    { weight: 4, arbitrary: fc.constant('amend') },
    { weight: 3, arbitrary: fc.constant('cancel') },
    { weight: 1, arbitrary: fc.constantFrom('all', 'offer', 'withdrawOffer', 'cash', 'time', 'fees', 'limits') },
    { weight: 2, arbitrary: fc.constant('again') },
  ),
  a: fc.nat(1_000),
  b: fc.nat(1_000),
  c: fc.nat(1_000),
  d: fc.nat(1_000),
  e: fc.nat(1_000),
  id: fc.nat(40),
});

const pick = <T>(values: readonly T[], n: number): T => values[n % values.length]!;

function commandOf(market: MarketFixture, { kind, a, b, c, d, e, id }: Draw): Command | undefined {
  const account = 1 + (a % market.state.accounts.last);
  const contract = market.contract(1 + (b % 3), c % 2);
  const command_id = id < 20 ? `id-${id}` : '';
  const lastOrder = market.state.contracts.get(contract)!.lastOrder;
  switch (kind) {
    case 'place': {
      const market_order = d % 9 === 0;
      const side = pick(['BUY', 'SELL'] as const, e);
      const time_in_force = market_order
        ? pick(['IOC', 'FOK'] as const, c)
        : pick(['GTC', 'GTC', 'GTC', 'GTD', 'IOC', 'FOK'] as const, b);
      return {
        type: 'PlaceOrder',
        account,
        contract,
        command_id,
        side,
        order_type: market_order ? 'MARKET' : 'LIMIT',
        time_in_force,
        price_ticks: market_order ? 0 : (d % 7) * 100,
        lots: 1 + (c % 40),
        max_amount_micro_usd: market_order && side === 'BUY' ? d * 50 : 0,
        post_only: time_in_force === 'GTC' && e % 5 === 0,
        self_trade: pick(['CANCEL_NEWEST', 'CANCEL_OLDEST', 'CANCEL_BOTH', 'DECREMENT'] as const, a + e),
        good_till_us: time_in_force === 'GTD' ? market.nowUs + d * 3_000_000 : 0,
        expires_at_us: d % 50 === 1 ? market.nowUs - 1 : 0,
      };
    }
    case 'amend': {
      const order = 1 + (d % Math.max(1, lastOrder));
      const price_ticks = e % 3 === 0 ? -1 : (e % 7) * 100;
      return {
        type: 'AmendOrder',
        account,
        contract,
        command_id,
        order,
        price_ticks,
        lots: (d % 45) - 1,
        expires_at_us: 0,
      };
    }
    case 'cancel':
      return { type: 'CancelOrder', account, contract, command_id, order: 1 + (d % Math.max(1, lastOrder)) };
    case 'all':
      return {
        type: 'CancelAllOrders',
        account,
        contract: b % 2 ? contract : 0,
        command_id,
        tier: c % 3,
        side: pick(['ANY', 'BUY', 'SELL'] as const, d),
      };
    case 'offer':
      return {
        type: 'PostOffer',
        account: 1 + (a % 2),
        command_id,
        window_start_at_us: market.state.windows[b % 4]!.times.startUs,
        quotes: [
          { tier: 1 + (c % 3), price_ticks: (d % 7) * 100, lots: 1 + e },
          { tier: 1 + (d % 5), price_ticks: (c % 7) * 100, lots: 1 + d },
        ],
        energy_policy: 'SEPARATE',
        expires_at_us: 0,
      };
    case 'withdrawOffer':
      return {
        type: 'WithdrawOffer',
        account: 1 + (a % 2),
        command_id,
        offer: 1 + (b % Math.max(1, market.state.lastOffer)),
      };
    case 'cash':
      return { type: d % 2 ? 'Deposit' : 'Withdraw', account, command_id, amount_micro_usd: 1 + e * 20, reference: '' };
    case 'fees':
      return { type: 'SetFees', command_id: '', maker_ppm: d * 100, taker_ppm: e * 200 };
    case 'limits':
      return {
        type: 'SetLimits',
        command_id: '',
        open_orders_per_account: 3 + (d % 30),
        matches_per_command: 1 + (e % 12),
        quotes_per_offer: 2,
        idempotency_window_us: 1_800_000_000,
      };
    default:
      return undefined;
  }
}

function openedMarket(): MarketFixture {
  const market = new MarketFixture();
  // The first factory's energy is scarce: 2,000 J·lots a window.
  market.factory(1);
  market.factory(1_000);
  const participant = market.state.accounts.participant(market.account(400_000));
  market.account(50_000, participant);
  market.account(300_000);
  return market;
}

/** Commands sent so far, to be sent again. */
const sent = new WeakMap<MarketFixture, Command[]>();

function play(market: MarketFixture, draws: readonly Draw[], each: () => void = () => undefined): void {
  const earlier = sent.get(market) ?? [];
  sent.set(market, earlier);
  for (const step of draws) {
    if (step.kind === 'time') market.nowUs += step.d * 9_000_000;
    else {
      market.engine.runDue(market.nowUs);
      const command = step.kind === 'again' ? earlier[step.a % Math.max(1, earlier.length)] : commandOf(market, step);
      if (command !== undefined) {
        market.run(command);
        if (command.command_id !== '') earlier.push(command);
      }
      if (step.e % 4 === 0) market.engine.work(market.nowUs);
    }
    each();
  }
}

function replayed(bytes: Uint8Array): MarketState {
  const state = new MarketState();
  visitRecords(bytes, 1, new Replay(state) as RecordVisitor);
  return state;
}

describe('engine', () => {
  test('conserves everything after every command, and tells the same story replayed', () => {
    fc.assert(
      fc.property(fc.array(draw, { minLength: 5, maxLength: 120 }), (draws) => {
        const market = openedMarket();
        play(market, draws, () => assertConserved(market.state));
        market.advance(8 * 3_600_000_000);
        assertConserved(market.state);
        const again = replayed(market.log.bytes());
        expect(again.digest).toBe(market.state.digest);
        expect(bytesOf(again).equals(bytesOf(market.state))).toBe(true);
        for (const record of market.log.records) {
          expect(record.events.length).toBeGreaterThan(0);
          expect(record.events.length).toBeLessThanOrEqual(1_000);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a snapshot restored at any point goes on to write the very same bytes', () => {
    fc.assert(
      fc.property(fc.array(draw, { minLength: 5, maxLength: 80 }), fc.nat(79), (draws, cut) => {
        const market = openedMarket();
        play(market, draws.slice(0, cut));
        const bytes = bytesOf(market.state);
        const restored = new MarketFixture();
        const state = readSnapshot(bytes);
        expect(bytesOf(state).equals(bytes)).toBe(true);
        const log = new RecordArray(state);
        Object.assign(restored, { state, log, engine: new Engine(state, log), nowUs: market.nowUs });
        sent.set(restored, [...(sent.get(market) ?? [])]);
        const before = market.log.records.length;
        for (const part of [market, restored]) {
          play(part, draws.slice(cut));
          part.advance(6 * 3_600_000_000);
        }
        expect(restored.log.records).toEqual(market.log.records.slice(before));
        expect(bytesOf(restored.state).equals(bytesOf(market.state))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('records survive their binary form', () => {
    const market = openedMarket();
    play(market, fc.sample(draw, { numRuns: 300, seed: 11 }));
    expect(decodeRecords(market.log.bytes(), 1)).toEqual(market.log.records);
  });
});

describe('the random histories', () => {
  test('reach every kind of order event and most refusals', () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 40; seed++) {
      const market = openedMarket();
      play(market, fc.sample(draw, { numRuns: 200, seed }));
      market.advance(8 * 3_600_000_000);
      for (const event of market.log.records.flatMap((record) => record.events)) {
        const detail = 'code' in event ? event.code : 'reason' in event ? event.reason : '';
        seen.add(`${event.type} ${detail}`.trim());
      }
    }
    const reasons =
      'REQUESTED ALL_REQUESTED IMMEDIATE_REMAINDER MAX_AMOUNT MATCH_LIMIT SELF_TRADE AMENDED EXPIRED GATE_CLOSED OFFER_WITHDRAWN';
    const codes =
      'INSUFFICIENT_FUNDS INSUFFICIENT_POSITION NOT_FILLABLE COMMAND_ID_REUSED COMMAND_EXPIRED WOULD_TRADE WOULD_SELF_TRADE ' +
      'TOO_MANY_OPEN_ORDERS GATE_CLOSED GOOD_TILL_AFTER_GATE';
    for (const type of Object.keys(EVENTS).filter((name) =>
      /^(Order|Trade|Offer|CancelAll|Position|Capacity|Window)/.test(name),
    )) {
      expect([...seen].some((key) => key.startsWith(type))).toBe(true);
    }
    for (const reason of reasons.split(' ')) expect(seen).toContain(`OrderCancelled ${reason}`);
    for (const code of codes.split(' ')) expect(seen).toContain(`OrderRejected ${code}`);
    expect(seen).toContain('CommandRejected INSUFFICIENT_ENERGY');
    expect(seen).toContain('CommandRepeated NONE');
  });
});
