// Wire decimals and integer units, exactly, both ways.

import { explainDecimal, formatDecimal, formatMwh, parseDecimal } from './decimals';
import { explainInstant, parseInstant } from './instants';

/** Rows of a text table: cells separated by |, header and empty lines left out. */
function rows(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('|').map((cell) => cell.trim()));
}

test.each(
  rows(`
  text                | places | units
  0                   | 3 | 0
  0.000               | 3 | 0
  12.345              | 3 | 12345
  12.3                | 3 | 12300
  12                  | 3 | 12000
  0.001               | 3 | 1
  1.2                 | 6 | 1200000
  7                   | 0 | 7
  9007199254740.991   | 3 | 9007199254740991
  9007199254.740991   | 6 | 9007199254740991
  `),
)('%s with %s places is %s units', (text, places, units) => {
  expect(parseDecimal(text!, Number(places))).toBe(Number(units));
  expect(explainDecimal(text!, Number(places))).toBeUndefined();
});

test.each(
  rows(`
  text               | places | why
  12.3456            | 3 | "12.3456" has more than 3 decimals
  -1                 | 3 | "-1" is negative or has a sign
  -0                 | 3 | "-0" is negative or has a sign
  1e3                | 3 | "1e3" has an exponent
  1E+400             | 3 | has an exponent
  007                | 3 | "007" has leading zeros
  .5                 | 3 | ".5" is no decimal number
  5.                 | 3 | "5." is no decimal number
  1,5                | 3 | "1,5" is no decimal number
  0x10               | 3 | "0x10" is no decimal number
  NaN                | 3 | "NaN" is no decimal number
  Infinity           | 3 | "Infinity" is no decimal number
  １２               | 3 | is no decimal number
  1.5                | 0 | "1.5" has decimals; write a whole number
  9007199254740.992  | 3 | is too large; the largest is 9007199254740.991
  99999999999999999999999999 | 6 | is too large; the largest is 9007199254.740991
  `),
)('%s with %s places is refused: %s', (text, places, why) => {
  expect(parseDecimal(text!, Number(places))).toBeNaN();
  expect(explainDecimal(text!, Number(places))).toContain(why);
});

test('an empty text and a text with spaces around are refused', () => {
  expect(explainDecimal('', 3)).toContain('is empty');
  expect(explainDecimal(' 1', 3)).toContain('is no decimal number');
  expect(explainDecimal('1\n', 3)).toContain('is no decimal number');
});

test.each(
  rows(`
  units | places | text
  0 | 3 | 0.000
  1 | 3 | 0.001
  -1200 | 3 | -1.200
  12345 | 3 | 12.345
  -1 | 6 | -0.000001
  123 | 0 | 123
  9223372036854775807 | 6 | 9223372036854.775807
  -9223372036854775808 | 6 | -9223372036854.775808
  `),
)('%s units with %s places are written %s', (units, places, text) => {
  expect(formatDecimal(BigInt(units!), Number(places))).toBe(text);
});

test('a negative zero is written as zero', () => {
  expect(formatDecimal(-0, 6)).toBe('0.000000');
});

test('energy is shown in MWh', () => {
  expect(formatMwh(3_600_000_000_000)).toBe('1.000000');
  expect(formatMwh(3_600_000_000_000_000n)).toBe('1000.000000');
  expect(formatMwh(1)).toBe('0.000000');
  expect(formatMwh(-1n)).toBe('0.000000');
  expect(formatMwh(-5_400_000_000_000n)).toBe('-1.500000');
});

test.each(
  rows(`
  text                          | microseconds
  1970-01-01T00:00:00Z          | 0
  2026-11-20T14:00:00Z          | 1795183200000000
  2026-11-20T14:00:00.5Z        | 1795183200500000
  2026-11-20T14:00:00.000001Z   | 1795183200000001
  2024-02-29T00:00:00Z          | 1709164800000000
  `),
)('the instant %s is %s', (text, microseconds) => {
  expect(parseInstant(text!)).toBe(Number(microseconds));
  expect(explainInstant(text!)).toBeUndefined();
});

test.each([
  '2026-02-30T00:00:00Z',
  '2025-02-29T00:00:00Z',
  '2026-11-20T24:00:00Z',
  '2026-11-20T14:60:00Z',
  '2026-11-20T14:00:60Z',
  '2026-11-20T14:00:00+01:00',
  '2026-11-20 14:00:00Z',
  '2026-11-20T14:00:00',
  '2026-11-20T14:00:00.1234567Z',
  '1969-12-31T23:59:59Z',
  '2200-01-01T00:00:00Z',
  '1795183200',
  '',
])('%s is no instant', (text) => {
  expect(parseInstant(text)).toBeNaN();
  expect(explainInstant(text)).toContain('RFC 3339');
});
