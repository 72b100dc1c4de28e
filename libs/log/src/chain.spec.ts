// The chain rule: all readers hear the same history, whatever writers do.

import { Chain, judgeFrame, positionAfter } from './chain';
import { Frame, lastSequence, sealFrame } from './frame';
import { originPosition, positionFromJson, positionToJson } from './position';
import { sampleChain } from './sample-chain';

/** A small generator of its own, so that a failing schedule can be named by its seed. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('the chain rule', () => {
  const chain = sampleChain({ frames: 4 });
  const last = positionAfter(chain[1], 2);

  it.each<[string, Frame, string]>([
    ['the next frame', chain[2], 'counts'],
    ['the last frame once more', chain[1], 'counted already'],
    ['an earlier frame', chain[0], 'foreign predecessor'],
    ['the frame after next', chain[3], 'foreign predecessor'],
    ['a gap', sealFrame({ ...chain[2], firstSequence: chain[2].firstSequence + 1 }, chain[2].payload), 'sequence gap'],
  ])('%s', (_case, frame, verdict) => {
    expect(judgeFrame(frame, last)).toBe(verdict);
  });

  it('moves the position for what counts and for nothing else', () => {
    const reader = new Chain();
    const offers = [chain[0], chain[0], chain[2], chain[1], chain[0], chain[2]];
    expect(offers.map((frame, index) => reader.offer(frame, index + 1))).toEqual([
      'counts',
      'counted already',
      'foreign predecessor',
      'counts',
      'foreign predecessor',
      'counts',
    ]);
    expect(positionToJson(reader.position)).toEqual(positionToJson(positionAfter(chain[2], 6)));
  });

  it('lets every reader hear the same history of two writers whose appends are delayed, doubled and reordered', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = generator(seed);
      const writers = [2, 3].map((writer) => sampleChain({ frames: 6, seed: writer * 1000 + seed }));
      const shared = sampleChain({ frames: 1, seed })[0];
      const rivals = writers.map((frames, writer) =>
        sampleChain({ frames: frames.length, after: shared, seed: writer + 10 * seed }),
      );
      const medium = [shared];
      const pending = rivals.map((frames) => [...frames]);
      while (pending.some((frames) => frames.length > 0)) {
        const frames = pending[random(2)];
        if (frames.length === 0) continue;
        const at = random(Math.min(2, frames.length));
        medium.push(frames[at]);
        if (random(3) > 0) frames.splice(at, 1); // else it lands once more
        if (medium.length > 200) break;
      }
      const histories = [0, 1].map(() => {
        const reader = new Chain();
        return medium.filter((frame, index) => reader.offer(frame, index + 1) === 'counts');
      });
      expect(histories[0]).toEqual(histories[1]);
      let sequence = 0;
      for (const frame of histories[0]) {
        expect(frame.firstSequence).toBe(sequence + 1);
        sequence = lastSequence(frame);
      }
      const heard = rivals.map((frames) => histories[0].some((frame) => frames.includes(frame)));
      expect(heard.filter(Boolean).length).toBeLessThanOrEqual(1);
    }
  });
});

describe('positions as JSON', () => {
  it('come back', () => {
    const position = positionAfter(sampleChain({ frames: 1 })[0], 1);
    expect(positionFromJson(JSON.parse(JSON.stringify(positionToJson(position))))).toEqual(position);
    expect(positionFromJson(positionToJson(originPosition()))).toEqual(originPosition());
  });

  it.each<[string, unknown]>([
    ['object', null],
    ['object', 'tip'],
    ['id', { place: 0, sequence: 0 }],
    ['id', { place: 0, sequence: 0, id: 'AB'.repeat(32) }],
    ['place', { place: -1, sequence: 0, id: '00'.repeat(32) }],
    ['sequence', { place: 1, sequence: '7', id: '00'.repeat(32) }],
  ])('say which part is wrong: %s', (part, json) => {
    expect(() => positionFromJson(json)).toThrow(part);
  });
});
