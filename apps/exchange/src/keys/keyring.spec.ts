// The keyring lets in who has a key, for what its scopes allow.

import { Keyring, keyDigest, newKey } from './keyring';

const allowance = { rate: 1, burst: 1 };
const facts = (key: number, text: string) => ({
  key,
  account: 7,
  all_accounts: false,
  scopes: ['trade', 'read', 'nonsense'],
  hash: keyDigest(text),
});

function keyring(): Keyring {
  return new Keyring({ reads: allowance, writes: allowance, cancels: allowance });
}

test('a key is found by its text alone, whatever that is', () => {
  const ring = keyring();
  const texts = [newKey(), 'any text', 'ünïcode-key', 'x'.repeat(200)];
  texts.forEach((text, i) => ring.hold(facts(i + 1, text)));
  texts.forEach((text, i) => expect(ring.find(text)?.key).toBe(i + 1));
  for (const wrong of ['', texts[0]!.slice(0, -1), `${texts[0]} `, keyDigest(texts[0]!)])
    expect(ring.find(wrong)).toBeUndefined();
});

test('only scopes that exist count, in no particular order', () => {
  const ring = keyring();
  ring.hold(facts(1, 'one'));
  expect([...ring.find('one')!.scopes]).toEqual(['read', 'trade']);
});

test('a dropped key is gone; dropping it again or an unknown one does nothing', () => {
  const ring = keyring();
  ring.hold(facts(1, 'one'));
  ring.hold(facts(2, 'two'));
  ring.drop(1);
  ring.drop(1);
  ring.drop(99);
  expect(ring.has('one')).toBe(false);
  expect(ring.has('two')).toBe(true);
});

test('who remembers a key sees that it is not in force any more', () => {
  const ring = keyring();
  ring.hold(facts(1, 'one'));
  const first = ring.find('one')!;
  ring.hold(facts(1, 'one'));
  const again = ring.find('one')!;
  expect([first.isInForce, again.isInForce]).toEqual([false, true]);
  ring.drop(1);
  expect(again.isInForce).toBe(false);
});

test('keys are made of 256 random bits', () => {
  const keys = new Set(Array.from({ length: 100 }, newKey));
  expect(keys.size).toBe(100);
  for (const key of keys) expect(key).toMatch(/^tbk_[\w-]{43}$/);
});
