// Events and records that cannot be, in a log that is none of ours or that a bug wrote: each is named, none is folded in.

import type { EventOf, MarketEvent } from '@tokenbourse/domain';

import { MarketFixture } from '../../testing/market-fixture';
import { RecordOutOfTurn, Replay } from '../replay';
import { MarketState } from '../state/market-state';
import { apply } from './apply';

/** A market with one resting order, and the events that made it. */
function market(): { state: MarketState; accepted: EventOf<'OrderAccepted'> } {
  const fixture = new MarketFixture();
  const buyer = fixture.account(1_000_000);
  const [accepted] = fixture.order(buyer, 'BUY', 5, 600);
  return { state: fixture.state, accepted: accepted as EventOf<'OrderAccepted'> };
}

const cancelled = (accepted: EventOf<'OrderAccepted'>): EventOf<'OrderCancelled'> => ({
  type: 'OrderCancelled',
  contract: accepted.contract,
  order: accepted.order,
  account: accepted.account,
  side: 'BUY',
  price_ticks: 600,
  cancelled_lots: 5,
  hold_released_micro_usd: accepted.hold_micro_usd,
  reason: 'REQUESTED',
  rested: true,
  contract_sequence: accepted.contract_sequence + 1,
});

describe('an event that cannot be', () => {
  test.each<[string, (accepted: EventOf<'OrderAccepted'>) => MarketEvent, string]>([
    ['an order in no contract', (accepted) => ({ ...accepted, contract: 999 }), 'no live contract 999'],
    ['an order out of turn', (accepted) => ({ ...accepted, order: 2 }), 'contract 3: 2 does not follow 2'],
    [
      'a gap in a contract’s numbers',
      (accepted) => ({ ...cancelled(accepted), contract_sequence: 4 }),
      'contract 3: 4 does not follow 2',
    ],
    [
      'the end of an order that is not open',
      (accepted) => ({ ...cancelled(accepted), order: 7 }),
      'no open order 7 in contract 3',
    ],
    ['a kind that there is not', () => ({ type: 'Gift' }) as unknown as MarketEvent, 'no such event: {"type":"Gift"}'],
  ])('%s is a bug', (_, event, message) => {
    const { state, accepted } = market();
    expect(() => apply(state, event(accepted))).toThrow(message);
  });

  test('and one that can be is applied', () => {
    const { state, accepted } = market();
    apply(state, cancelled(accepted));
    expect(state.contracts.get(3)!.book.size).toBe(0);
  });
});

describe('a record', () => {
  test('is folded in its turn alone', () => {
    const replay = new Replay(new MarketState());
    expect(() => replay.begin(2, 0, 'COMMAND', 0, null)).toThrow(RecordOutOfTurn);
    expect(() => replay.begin(2, 0, 'COMMAND', 0, null)).toThrow('record 2 came where 1 was due');
    replay.begin(1, 5, 'COMMAND', 0, null);
    replay.end();
    const again = new RecordOutOfTurn(2, 1);
    expect([again.code, again.expected, again.found]).toEqual(['RECORD_OUT_OF_TURN', 2, 1]);
    expect(() => replay.begin(1, 5, 'COMMAND', 0, null)).toThrow('record 1 came where 2 was due');
    expect(() => replay.begin(2, 4, 'COMMAND', 0, null)).toThrow('record 2 lies before its predecessor in time');
  });
});
