// The pace: frames follow what deciding and writing take.

import { Pace } from './pace';

/** @param commandUs what deciding a command took, again and again; `writeUs` a write */
function paced(frameCommands: number, commandUs: number, writeUs: number): Pace {
  const pace = new Pace(frameCommands);
  for (let i = 0; i < 100; i++) {
    pace.decided(1_000, 1_000 * commandUs);
    pace.written(writeUs);
  }
  return pace;
}

test('where nothing is known yet, what waits goes as one frame, and the next one waits', () => {
  const pace = new Pace(1_024);
  expect(pace.firstOf(1_000)).toBe(1_000);
  expect(pace.decidesEarly(1_000, 1)).toBe(false);
});

test('a full frame is decided at once, whatever is on its way', () => {
  const pace = new Pace(64);
  expect(pace.firstOf(1_000)).toBe(64);
  expect(pace.decidesEarly(64, 64)).toBe(true);
  expect(pace.decidesEarly(63, 64)).toBe(false);
});

test('a disk that is quicker than deciding gets halves, one written while the other is decided', () => {
  const pace = paced(1_024, 1, 400);
  expect(pace.firstOf(1_000)).toBe(500);
  expect(pace.decidesEarly(500, 500)).toBe(true);
  expect(pace.firstOf(10_000)).toBe(1_024);
});

test('a disk that is slower gets all at once', () => {
  const pace = paced(1_024, 1, 4_000);
  expect(pace.firstOf(1_000)).toBe(1_000);
  expect(pace.decidesEarly(500, 500)).toBe(false);
});

test('few commands are never halved or sent early, and what they took says nothing', () => {
  const pace = paced(1_024, 1, 10);
  expect(pace.firstOf(200)).toBe(200);
  expect(pace.decidesEarly(100, 900)).toBe(false);
  const unknown = new Pace(1_024);
  unknown.written(10);
  for (let i = 0; i < 100; i++) unknown.decided(1, 1_000);
  expect(unknown.firstOf(1_000)).toBe(1_000);
});
