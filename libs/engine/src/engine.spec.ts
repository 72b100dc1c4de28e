// Random histories of a small market: everything is conserved after every record, replay and snapshots give the same
// state, and a restored engine goes on to write the very same bytes.

import fc from 'fast-check';
import { decodeRecords, EVENTS, visitRecords, type RecordVisitor } from '@tokenbourse/domain';

import { assertConserved } from '../testing/conservation';
import { MarketFixture, RecordArray } from '../testing/market-fixture';
import { draw, openedMarket, play, sent } from '../testing/random-history';
import { Engine } from './engine';
import { Replay } from './replay';
import { readSnapshot, writeSnapshot } from './snapshot/snapshot';
import { MarketState } from './state/market-state';
import { runs } from '../../../test/support/runs';

const bytesOf = (state: MarketState): Buffer => Buffer.concat(writeSnapshot(state));

function replayed(bytes: Uint8Array): MarketState {
  const state = new MarketState();
  visitRecords(bytes, 1, new Replay(state) as RecordVisitor);
  return state;
}

describe('engine', () => {
  test('CON-1 conserves everything after every command, and tells the same story replayed', () => {
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
      { numRuns: runs(150) },
    );
  });

  test('CON-2 a snapshot restored at any point goes on to write the very same bytes', () => {
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
      { numRuns: runs(100) },
    );
  });

  test('an engine that starts from a state says when it is to be woken; an empty market never', () => {
    const market = openedMarket();
    play(market, fc.sample(draw, { numRuns: 50, seed: 5 }));
    market.advance(60_000_000);
    const state = readSnapshot(bytesOf(market.state));
    expect(new Engine(state, new RecordArray(state)).nextDueUs()).toBe(market.engine.nextDueUs());
    expect(market.engine.nextDueUs()).toBeGreaterThan(market.nowUs);
    const empty = new MarketState();
    expect(new Engine(empty, new RecordArray(empty)).nextDueUs()).toBe(Infinity);
  });

  test('CON-3 records survive their binary form', () => {
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
