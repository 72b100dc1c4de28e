// Bodies: what is taken as JSON, and how deep.

import { ProblemError } from '@tokenbourse/protocol';
import { JSON_DEPTH_MAX, jsonDepth, parseJsonBody } from './json-body';

const bytes = (text: string) => Buffer.from(text, 'utf8');

test.each([
  ['{}', 1],
  ['[[{"a":[]}]]', 4],
  ['"[[[["', 0],
  ['{"a":"\\"[[["}', 1],
  ['{"a":"\\\\","b":[]}', 2],
  ['12', 0],
  [']]]][[', 0],
])('%s nests %i deep', (text, depth) => {
  expect(Math.max(0, jsonDepth(bytes(text), 100))).toBe(depth);
});

test('counting ends just beyond the limit', () => {
  expect(jsonDepth(bytes('['.repeat(10_000)), 5)).toBe(6);
});

test('what is JSON is read as it stands', () => {
  const read = parseJsonBody(bytes('{"__proto__":{"a":1},"b":"ü👍"}')) as Record<string, unknown>;
  expect(Object.keys(read)).toEqual(['__proto__', 'b']);
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  expect(read.b).toBe('ü👍');
});

test.each([
  ['', 'empty'],
  ['{', 'no JSON'],
  ['{"a":1}x', 'no JSON'],
  ['['.repeat(JSON_DEPTH_MAX + 1) + ']'.repeat(JSON_DEPTH_MAX + 1), 'nests deeper'],
])('%.10s is refused', (text, reason) => {
  expect(() => parseJsonBody(bytes(text))).toThrow(ProblemError);
  expect(() => parseJsonBody(bytes(text))).toThrow(reason);
});

test('what is not UTF-8 is refused', () => {
  expect(() => parseJsonBody(Buffer.from([0x22, 0xc3, 0x28, 0x22]))).toThrow('not UTF-8');
});
