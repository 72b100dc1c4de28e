// Turns: as many requests as fit into one, the rest in the next ones, connection by connection; who waits is not read.

import { Socket } from 'node:net';
import { Turns } from './turns';

const nextTurn = () => new Promise<void>((turned) => setImmediate(turned));

test('what fits passes at once, the rest waits its turn in order, and too much is refused', async () => {
  const turns = new Turns(3, 5, 100);
  const socket = new Socket();
  const passed: number[] = [];
  const entered = Array.from({ length: 10 }, (_, i) => turns.enter(socket, () => passed.push(i)));
  expect(entered).toEqual([true, true, true, true, true, true, true, true, false, false]);
  expect(passed).toEqual([0, 1, 2]);
  expect(socket.isPaused()).toBe(true);
  await nextTurn();
  expect(passed).toEqual([0, 1, 2, 3, 4, 5]);
  expect(turns.enter(socket, () => passed.push(10))).toBe(true);
  expect(passed).toHaveLength(6);
  await nextTurn();
  expect(passed).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 10]);
  expect([turns.waiting, socket.isPaused()]).toEqual([0, false]);
  await nextTurn();
  expect(turns.enter(socket, () => passed.push(11))).toBe(true);
  expect(passed.at(-1)).toBe(11);
});

test('a connection that asks once does not wait for all that another has asked', async () => {
  const turns = new Turns(2, 10, 100);
  const [many, one] = [new Socket(), new Socket()];
  const passed: string[] = [];
  for (let i = 0; i < 8; i++) turns.enter(many, () => passed.push(`many ${i}`));
  turns.enter(one, () => passed.push('one'));
  await nextTurn();
  expect(passed).toEqual(['many 0', 'many 1', 'many 2', 'one']);
  expect([many.isPaused(), one.isPaused()]).toEqual([true, false]);
  await nextTurn();
  await nextTurn();
  await nextTurn();
  expect(passed).toHaveLength(9);
  expect(many.isPaused()).toBe(false);
});

test('in all no more wait than may', async () => {
  const turns = new Turns(1, 10, 3);
  const entered = Array.from({ length: 6 }, () => turns.enter(new Socket(), () => undefined));
  expect(entered).toEqual([true, true, true, true, false, false]);
  for (let i = 0; i < 4; i++) await nextTurn();
  expect(turns.waiting).toBe(0);
});
