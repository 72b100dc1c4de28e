// A batch writes the rows that it changed, and no others: also where the owners' rings are full, and each new row drops an old one.

import { DEFAULT_RETENTION, InProcessReadModels } from '@tokenbourse/projections';
import { randomMarket } from '../../projections/src/testing/random-market';
import { RINGS } from './layout';
import { Writes } from './writes';

const RING_ROWS = 3;
const RETENTION = {
  ...DEFAULT_RETENTION,
  trades_per_contract: RING_ROWS,
  trades_of_market: RING_ROWS,
  fills_per_account: RING_ROWS,
  ledger_entries_per_account: 20,
};
const HEAD = 4;

/** Rows that the operations write, by ring; each operation is a name, a key, a number of arguments, and those. */
function rowsIn(args: readonly (string | number)[]): Map<string, number> {
  const rows = new Map<string, number>();
  for (let at = 0; at < args.length; at += 3 + Number(args[at + 2])) {
    if (args[at] !== 'ROWS') continue;
    const ring = String(args[at + 1]).split(':')[0]!;
    rows.set(ring, (rows.get(ring) ?? 0) + Number(args[at + 2]) - HEAD);
  }
  return rows;
}

test('full rings are not written again row by row', () => {
  const models = new InProcessReadModels(RETENTION);
  const { store } = models;
  store.track();
  let full = 0;
  for (const record of randomMarket(3, 400).records) {
    store.takeTouched();
    const base = store.sequence;
    models.apply(record);
    const writes = new Writes(models.folded, store, base);
    const changed = new Map<string, number>();
    for (const [collection, keys] of store.takeTouched()) {
      const there = [...keys].filter((key) => store.document(collection, key) !== undefined);
      if ((RINGS as readonly string[]).includes(collection)) changed.set(collection, there.length);
      if (there.length < [...keys].length) full += 1;
      writes.take(collection, keys);
    }
    for (const [ring, rows] of rowsIn(writes.args())) expect([ring, rows]).toEqual([ring, changed.get(ring)]);
  }
  expect(full).toBeGreaterThan(50); // else nothing was shown
});
