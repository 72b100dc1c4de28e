// The comparison of log and answers finds what it is there for: losses, doubles, inventions, other outcomes.

import type { CommandIdentity, LogRecord, MarketEvent } from '@tokenbourse/domain';
import { Comparison } from './comparison';
import { Told, type Outcome } from './told';

const accepted = (sequence: number, about = '', detail?: string): Outcome => ({
  sequence,
  code: 'ACCEPTED',
  about,
  detail,
});

function record(sequence: number, command_id: string, events: object[], command = 'PlaceOrder'): LogRecord {
  const identity = { command, account: 3, contract: 9, command_id, fingerprint: 1 } as CommandIdentity;
  return {
    sequence,
    at_us: sequence,
    cause: 'COMMAND',
    cause_sequence: 0,
    identity,
    events: events as unknown as MarketEvent[],
  };
}

const placed = (sequence: number, id: string, order: number, trades: object[] = []) =>
  record(sequence, id, [{ type: 'OrderAccepted', contract: 9, order, account: 3 }, ...trades]);
const trade = (taker_order: number, amount_micro_usd: number) => ({
  type: 'TradeExecuted',
  contract: 9,
  trade: 4,
  taker_order,
  amount_micro_usd,
});
const repeated = (sequence: number, id: string, first_sequence: number, outcome = 'ACCEPTED', code = 'NONE') =>
  record(sequence, id, [{ type: 'CommandRepeated', first_sequence, outcome, code, result: 1 }]);
const rejected = (sequence: number, id: string, code: string) =>
  record(sequence, id, [{ type: 'OrderRejected', contract: 9, account: 3, code }]);

/** The faults after what was told in `tell`, and the log of `records`. */
function faultsOf(tell: (told: Told) => void, records: readonly LogRecord[]): readonly string[] {
  const told = new Told();
  tell(told);
  const comparison = new Comparison(told);
  for (const one of records) comparison.take(one);
  comparison.finish();
  return comparison.faults;
}

const ack = (id: string, outcome: Outcome) => (told: Told) => {
  told.sending(id);
  told.acknowledged(id, outcome);
};

describe('nothing is found', () => {
  it.each<[string, (told: Told) => void, LogRecord[]]>([
    ['in an order that is there as it was told', ack('a', accepted(1, 'ord_9_1', '')), [placed(1, 'a', 1)]],
    [
      'in one with its trades',
      ack('a', accepted(1, 'ord_9_1', 'trd_9_4 of 700')),
      [placed(1, 'a', 1, [trade(1, 700), trade(8, 5)])],
    ],
    ['in a later answer that tells no trades', ack('a', accepted(1, 'ord_9_1')), [placed(1, 'a', 1, [trade(1, 700)])]],
    ['in a repetition', ack('a', accepted(1, 'ord_9_1')), [placed(1, 'a', 1), repeated(2, 'a', 1)]],
    [
      'in a refusal by the market, and its repetition',
      ack('a', { sequence: 1, code: 'GATE_CLOSED', about: '' }),
      [rejected(1, 'a', 'GATE_CLOSED'), repeated(2, 'a', 1, 'REJECTED', 'GATE_CLOSED')],
    ],
    [
      'in doubts, whether they are there or not',
      (told) => {
        for (const id of ['a', 'b']) {
          told.sending(id);
          told.inDoubt(id);
        }
      },
      [placed(1, 'b', 1)],
    ],
    [
      'in one that was not taken, sent again and taken',
      (told) => {
        told.sending('a');
        told.notTaken('a');
        told.sending('a');
        told.acknowledged('a', accepted(1, 'ord_9_1'));
      },
      [placed(1, 'a', 1)],
    ],
    [
      'in one in doubt whose second sending was not taken',
      (told) => {
        told.sending('a');
        told.inDoubt('a');
        told.sending('a');
        told.notTaken('a');
      },
      [placed(1, 'a', 1)],
    ],
  ])('%s', (_case, tell, records) => expect(faultsOf(tell, records)).toEqual([]));
});

describe('it finds', () => {
  it.each<[string, (told: Told) => void, LogRecord[], RegExp]>([
    [
      'an acknowledged order that is lost',
      ack('a', accepted(1, 'ord_9_1')),
      [],
      /a was acknowledged .* not in the log/,
    ],
    [
      'an order that is there twice',
      ack('a', accepted(1, 'ord_9_1')),
      [placed(1, 'a', 1), placed(2, 'a', 2)],
      /a has two outcomes/,
    ],
    ['another order', ack('a', accepted(1, 'ord_9_1')), [placed(1, 'a', 2)], /the log has ACCEPTED ord_9_2/],
    [
      'another record',
      ack('a', accepted(2, 'ord_9_1')),
      [placed(1, 'a', 1), placed(2, 'set-up-x', 2)],
      /in record 2, the log has .* in record 1/,
    ],
    [
      'another trade',
      ack('a', accepted(1, 'ord_9_1', 'trd_9_4 of 700')),
      [placed(1, 'a', 1, [trade(1, 701)])],
      /trd_9_4 of 701/,
    ],
    ['a trade that nobody was told', ack('a', accepted(1, 'ord_9_1', '')), [placed(1, 'a', 1, [trade(1, 7)])], /of 7/],
    [
      'a refusal where an acceptance was told',
      ack('a', accepted(1, 'ord_9_1')),
      [rejected(1, 'a', 'GATE_CLOSED')],
      /the log has GATE_CLOSED/,
    ],
    [
      'what was surely not taken',
      (told) => {
        told.sending('a');
        told.notTaken('a');
      },
      [placed(1, 'a', 1)],
      /a was surely not taken, and has record 1/,
    ],
    [
      'a doubt that is there twice',
      (told) => {
        told.sending('a');
        told.inDoubt('a');
      },
      [placed(1, 'a', 1), placed(2, 'a', 2)],
      /two outcomes/,
    ],
    ['a command that nobody sent', () => undefined, [placed(1, 'x', 1)], /x, which nobody sent/],
    ['a nameless command that nobody sent', () => undefined, [placed(1, '', 1)], /PlaceOrder that nobody sent/],
    ['a gap', ack('a', accepted(2, 'ord_9_1')), [placed(2, 'a', 1)], /record 2 stands where 1 belongs/],
    [
      'a repetition of what never was',
      ack('a', accepted(1, 'ord_9_1')),
      [placed(1, 'a', 1), repeated(2, 'a', 7)],
      /repeats ACCEPTED of record 7 for a/,
    ],
    [
      'a repetition that tells another outcome',
      ack('a', accepted(1, 'ord_9_1')),
      [placed(1, 'a', 1), repeated(2, 'a', 1, 'REJECTED', 'GATE_CLOSED')],
      /repeats GATE_CLOSED/,
    ],
    [
      'two answers that contradict each other',
      (told) => {
        ack('a', accepted(1, 'ord_9_1'))(told);
        ack('a', accepted(1, 'ord_9_2'))(told);
      },
      [placed(1, 'a', 1)],
      /a was answered with .*ord_9_1.* again with .*ord_9_2/,
    ],
    [
      'a command that made the engine fail',
      ack('a', { sequence: 1, code: 'INTERNAL', about: '' }),
      [record(1, 'a', [{ type: 'CommandFailed', code: 'INTERNAL' }])],
      /made the engine fail/,
    ],
  ])('%s', (_case, tell, records, fault) => {
    const faults = faultsOf(tell, records);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(fault);
  });

  it('what was lost between two looks, and counts each doubt once', () => {
    const told = new Told();
    const comparison = new Comparison(told);
    told.sending('a');
    told.inDoubt('a');
    comparison.take(placed(1, 'a', 1));
    comparison.finish();
    ack('b', accepted(2, 'ord_9_2'))(told);
    told.sending('a');
    told.acknowledged('a', accepted(1, 'ord_9_1'));
    comparison.finish();
    expect(comparison.faults).toEqual([expect.stringMatching(/^b was acknowledged/)]);
    expect([comparison.doubted, comparison.doubtedInLog]).toEqual([1, 1]);
  });
});
