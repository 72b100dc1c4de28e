// A fixed set of seeds, 101 to 200: nothing is found in any, and together they meet every kind of fault.

import { runSeeds } from '../testing/fixed-seeds';

describe('seeds 101 to 200', () => {
  it('find nothing, and meet every kind of fault', async () => {
    const total = await runSeeds(101, 200);
    expect(total.missing()).toEqual([]);
    expect(total.seeds).toBe(100);
    expect(total.trades).toBeGreaterThan(1_000);
    expect(total.windowsSettled).toBeGreaterThan(100);
  }, 600_000);
});
