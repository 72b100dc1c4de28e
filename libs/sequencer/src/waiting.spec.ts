// Commands that wait are found by what their record says, those that are the same in their order, whatever else bears their id.

import fc from 'fast-check';

import type { CommandIdentity } from '@tokenbourse/domain';

import { Waiting, WaitingByIdentity } from './waiting';

const anyIdentity = fc.record({
  command: fc.constantFrom('PlaceOrder' as const, 'CancelOrder' as const),
  account: fc.nat(1),
  contract: fc.nat(1),
  command_id: fc.constantFrom('a', 'b'),
  fingerprint: fc.nat(1),
});

const text = (identity: CommandIdentity): string => JSON.stringify(Object.entries(identity).sort());

it('gives the first of those that are the same, and forgets the one that is taken out', () => {
  const step = fc.record({ identity: anyIdentity, drawn: fc.nat(), does: fc.constantFrom('add', 'answer', 'give up') });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const kept = new WaitingByIdentity();
      let expected: Waiting[] = [];
      const caller = { resolve: () => undefined, reject: () => undefined };
      for (const { identity, drawn, does } of steps) {
        if (does === 'add') {
          const waiting = new Waiting('', { ...identity }, 0, caller, 0);
          kept.add(waiting);
          expected.push(waiting);
        }
        const first = expected.find((one) => text(one.identity) === text(identity));
        expect(kept.find(identity)).toBe(first);
        const gone = does === 'answer' ? first : does === 'give up' ? expected[drawn % expected.length] : undefined;
        if (gone === undefined) continue;
        kept.remove(gone);
        kept.remove(gone); // once more does nothing
        expected = expected.filter((one) => one !== gone);
      }
      for (const { identity } of expected) expect(kept.find(identity)).toBeDefined();
    }),
  );
});
