// Texts in a buffer: UTF-8 behind a length of two bytes, whole or refused, and nothing written beyond them.

import { Bytes } from './bytes';

const ROOM = 300_000;
const TEXTS: readonly [string, string][] = [
  ['nothing', ''],
  ['a letter', 'a'],
  ['the last letter of one byte', '\x7f'],
  ['the first letter of two bytes', '\x80'],
  ['letters of three and four bytes', 'a’b𝄞c'],
  ['40 letters', 'x'.repeat(40)],
  ['41 letters', 'y'.repeat(41)],
  ['39 letters and one of two bytes', `${'x'.repeat(39)}é`],
  ['20 letters of two bytes', 'é'.repeat(20)],
  ['100 letters of two bytes', 'é'.repeat(100)],
  ['65,535 letters', 'z'.repeat(65_535)],
  ['65,535 bytes', '’'.repeat(21_845)],
];

function written(text: string, place: number, size: number): Bytes {
  const bytes = new Bytes(new Uint8Array(size).fill(0xff));
  bytes.at = place;
  bytes.writeText(text);
  return bytes;
}

describe.each(TEXTS)('%s', (_, text) => {
  const utf8 = Buffer.from(text);

  test('is written as UTF-8 behind its length, nothing beside it is touched', () => {
    const { array, at } = written(text, 7, ROOM);
    expect(at).toBe(7 + 2 + utf8.length);
    expect(Buffer.from(array.subarray(9, at)).equals(utf8)).toBe(true);
    expect([array[7]! + 256 * array[8]!, array[6], array[at]]).toEqual([utf8.length, 0xff, 0xff]);
  });

  test('is read back, up to its end', () => {
    const bytes = written(text, 7, ROOM);
    const { at } = bytes;
    bytes.at = 7;
    expect(bytes.readText() === text).toBe(true);
    expect(bytes.at).toBe(at);
  });

  test('fits where there is just room for it, and not in a byte less', () => {
    expect(written(text, 3, 5 + utf8.length).at).toBe(5 + utf8.length);
    if (text !== '') expect(() => written(text, 3, 4 + utf8.length)).toThrow(RangeError);
  });
});

test.each([
  ['65,536 letters', 'z'.repeat(65_536), 'a text of 65536 bytes does not fit'],
  ['65,536 bytes in fewer letters', `a${'’'.repeat(21_845)}`, 'a text does not fit its record'],
  ['more letters than bytes may be, of two bytes', 'é'.repeat(70_000), 'a text of 70000 bytes does not fit'],
])('%s are too many, however much room there is', (_, text, message) => {
  expect(() => written(text, 0, ROOM)).toThrow(new RangeError(message));
});

test('bytes that are no UTF-8 are refused, not guessed at', () => {
  const bytes = written('abc', 0, 10);
  bytes.array[3] = 0xc3;
  bytes.at = 0;
  expect(() => bytes.readText()).toThrow('not valid for encoding utf-8');
});
