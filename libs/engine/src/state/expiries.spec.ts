// The heap of expiries against a sorted list.

import fc from 'fast-check';

import { Expiries, type Expiry } from './expiries';

const naively = (a: Expiry, b: Expiry): number => a.atUs - b.atUs || a.contract - b.contract || a.order - b.order;

describe('Expiries', () => {
  test('come up by time, contract, order; those of closed orders are passed over', () => {
    const entry = fc.record({ atUs: fc.nat(20), contract: fc.nat(3), closed: fc.boolean() });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 80 }), (entries) => {
        const closed = new Set<number>();
        const expiries = new Expiries((_, order) => !closed.has(order));
        const waiting: Expiry[] = [];
        for (const [order, { atUs, contract, closed: closes }] of entries.entries()) {
          expiries.add({ atUs, contract, order });
          if (closes) closed.add(order);
          else waiting.push({ atUs, contract, order });
        }
        waiting.sort(naively);
        for (let nowUs = 0; nowUs <= 20; nowUs++) {
          expiries.dropPassed(nowUs);
          for (let first = expiries.first(); first !== undefined && first.atUs <= nowUs; first = expiries.first()) {
            expect(first).toEqual(waiting.shift());
            closed.add(first.order);
            expiries.dropPassed(nowUs);
          }
        }
        expect(waiting).toEqual([]);
        expect([expiries.first(), expiries.size]).toEqual([undefined, 0]);
      }),
    );
  });

  test('an entry that has not come up yet stays, also of a closed order', () => {
    const expiries = new Expiries(() => false);
    expiries.add({ atUs: 5, contract: 1, order: 1 });
    expiries.dropPassed(4);
    expect(expiries.size).toBe(1);
    expiries.dropPassed(5);
    expect(expiries.size).toBe(0);
  });

  test('of one instant in one contract come up by order, however they were added', () => {
    const open = new Set<number>();
    const expiries = new Expiries((_, order) => open.has(order));
    for (let n = 0; n < 64; n++) {
      const order = (n * 37) % 64;
      open.add(order);
      expiries.add({ atUs: 5, contract: 1, order });
    }
    for (let order = 0; order < 64; order++) {
      expect(expiries.first()).toEqual({ atUs: 5, contract: 1, order });
      open.delete(order);
      expiries.dropPassed(5);
    }
    expect(expiries.size).toBe(0);
  });

  test('stay in order when those of closed orders are cleared out', () => {
    const open = new Set<number>();
    const expiries = new Expiries((_, order) => open.has(order));
    const atUs = (order: number): number => (order * 7_919) % 5_000;
    for (let order = 0; order < 5_000; order++) {
      expiries.add({ atUs: atUs(order), contract: 1, order });
      // Two out of three close at once.
      if (order % 3 === 0) open.add(order);
    }
    expect(expiries.size).toBeLessThan(4_000);
    const waiting = [...open].sort((a, b) => atUs(a) - atUs(b));
    for (const order of waiting) {
      expiries.dropPassed(5_000);
      expect(expiries.first()?.order).toBe(order);
      open.delete(order);
    }
  });

  test('are cleared out seldom: all looks at orders together are a few for each', () => {
    let looks = 0;
    const expiries = new Expiries(() => {
      looks += 1;
      return true;
    });
    for (let order = 0; order < 20_000; order++) expiries.add({ atUs: order, contract: 1, order });
    expect(looks).toBeLessThan(3 * 20_000);
  });

  test('do not grow with orders that have closed', () => {
    const open = new Set([7, 70_000]);
    const expiries = new Expiries((_, order) => open.has(order) || order > 99_990);
    for (let order = 1; order <= 100_000; order++) expiries.add({ atUs: 200_000 - order, contract: 1, order });
    expect(expiries.size).toBeLessThan(2_048);
    const left: number[] = [];
    for (let first = expiries.first(); first !== undefined; first = expiries.first()) {
      if (open.delete(first.order) || first.order > 99_990) left.push(first.order);
      const { order } = first;
      const isOpen = expiries['isOpen'];
      Object.assign(expiries, { isOpen: (_: number, number: number) => number !== order && isOpen(1, number) });
      expiries.dropPassed(first.atUs);
    }
    expect(left).toEqual([100_000, 99_999, 99_998, 99_997, 99_996, 99_995, 99_994, 99_993, 99_992, 99_991, 70_000, 7]);
  });
});
