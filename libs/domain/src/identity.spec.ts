// Ids on the wire: what is written is read back, and nothing else is read.

import fc from 'fast-check';

import {
  contractId,
  formatId,
  formatInstant,
  formatOrderId,
  formatTradeId,
  parseId,
  parseOrderId,
  parseTradeId,
} from './identity';

const u32 = fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(0, 1, 0xffff_ffff));

describe('ids', () => {
  test('are read back as they were written', () => {
    fc.assert(
      fc.property(u32, u32, (a, b) => {
        for (const kind of ['participant', 'account', 'factory', 'offer', 'key', 'zone'] as const) {
          expect(parseId(kind, formatId(kind, a))).toBe(a);
        }
        expect(parseOrderId(formatOrderId(a, b))).toEqual({ contract: a, number: b });
        expect(parseTradeId(formatTradeId(a, b))).toEqual({ contract: a, number: b });
        expect(parseTradeId(formatOrderId(a, b))).toBeUndefined();
        expect(parseOrderId(formatTradeId(a, b))).toBeUndefined();
      }),
    );
  });

  test.each([
    ['another kind', 'par_7'],
    ['no number', 'acc_'],
    ['no kind', '7'],
    ['a leading zero', 'acc_07'],
    ['a sign', 'acc_-7'],
    ['a plus', 'acc_+7'],
    ['a fraction', 'acc_7.0'],
    ['an exponent', 'acc_7e1'],
    ['hexadecimal', 'acc_0x7'],
    ['a space', 'acc_7 '],
    ['a line end', 'acc_7\n'],
    ['capitals', 'ACC_7'],
    ['more than 32 bits', 'acc_4294967296'],
    ['many digits', 'acc_99999999999'],
    ['nothing', ''],
    ['other digits', 'acc_٧'],
  ])('%s is no account’s id', (_, text) => {
    expect(parseId('account', text)).toBeUndefined();
  });

  test.each(['ord_1', 'ord_1_', 'ord__1', 'ord_1_2_3', 'ord_1_02', 'ord_1_4294967296', 'ord_1_2 ', '_1_2', ''])(
    '"%s" is no order’s id',
    (text) => {
      expect(parseOrderId(text)).toBeUndefined();
    },
  );

  test('any text is an id only if it is written like one', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'acord_0123456789-. ') }), (text) => {
        const account = parseId('account', text);
        expect(account === undefined || formatId('account', account) === text).toBe(true);
        const order = parseOrderId(text);
        expect(order === undefined || formatOrderId(order.contract, order.number) === text).toBe(true);
      }),
    );
  });
});

describe('contract ids and instants', () => {
  const at = (iso: string): number => Date.parse(iso) * 1_000;

  test.each([
    ['HIGH', 'USE', '2026-11-20T14:00:00Z', 3_600, 'HIGH-USE-20261120T1400Z-PT1H'],
    ['FREE', 'EUW', '2026-11-20T00:00:00Z', 86_400, 'FREE-EUW-20261120T0000Z-PT24H'],
    ['FREE', 'EUW', '2026-11-20T14:45:00Z', 900, 'FREE-EUW-20261120T1445Z-PT15M'],
    ['FREE', 'EUW', '2026-11-20T14:45:30Z', 30, 'FREE-EUW-20261120T144530Z-PT30S'],
    ['FREE', 'EUW', '2026-11-20T14:45:00Z', 90, 'FREE-EUW-20261120T1445Z-PT90S'],
  ])('%s in %s at %s for %i s is %s', (tier, zone, start, seconds, id) => {
    expect(contractId(tier, zone, at(start), seconds * 1_000_000)).toBe(id);
  });

  test('windows of one length never share a name', () => {
    fc.assert(
      fc.property(fc.nat(3_000_000), fc.nat(3_000_000), fc.constantFrom(1, 30, 60, 900, 3_600), (a, b, seconds) => {
        const name = (n: number) => contractId('HIGH', 'USE', n * seconds * 1_000_000, seconds * 1_000_000);
        expect(name(a) === name(b)).toBe(a === b);
      }),
    );
  });

  test('an instant is written to the microsecond where it has any', () => {
    expect(formatInstant(at('2026-11-20T14:00:00.120Z'))).toBe('2026-11-20T14:00:00.120Z');
    expect(formatInstant(at('2026-11-20T14:00:00Z') + 1)).toBe('2026-11-20T14:00:00.000001Z');
    expect(formatInstant(at('2026-11-20T14:00:00.999Z') + 999)).toBe('2026-11-20T14:00:00.999999Z');
    expect(formatInstant(0)).toBe('1970-01-01T00:00:00.000Z');
  });
});
