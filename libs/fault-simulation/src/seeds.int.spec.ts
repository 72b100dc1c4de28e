// A fixed set of seeds, 1 to 100: nothing is found in any, and together they meet every kind of fault.

import { runSeeds } from '../testing/fixed-seeds';

describe('seeds 1 to 100', () => {
  it('find nothing, and meet every kind of fault', async () => {
    const total = await runSeeds(1, 100);
    expect(total.missing()).toEqual([]);
    expect(total.seeds).toBe(100);
    expect(total.trades).toBeGreaterThan(1_000);
    expect(total.windowsSettled).toBeGreaterThan(100);
  }, 600_000);
});
