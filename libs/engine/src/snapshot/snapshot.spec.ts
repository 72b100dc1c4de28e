// Snapshots that cannot be read are named as such, and never give a wrong state.

import { createHash } from 'node:crypto';

import fc from 'fast-check';

import { MarketFixture } from '../../testing/market-fixture';
import { MarketState } from '../state/market-state';
import { readSnapshot, SNAPSHOT_VERSION, SnapshotUnreadable, writeSnapshot } from './snapshot';

const bytesOf = (state: MarketState): Buffer => Buffer.concat(writeSnapshot(state));

/** A state with something in each of its parts. */
function fullState(): MarketState {
  const market = new MarketFixture();
  const [plant, buyer] = [market.factory(), market.account(1_000_000)];
  market.order(plant, 'SELL', 10, 600);
  market.order(buyer, 'BUY', 4, 600, { command_id: 'a' });
  market.order(buyer, 'BUY', 4, 500, { time_in_force: 'GTD', good_till_us: market.nowUs + 60_000_000 });
  for (let i = 0; i < 300; i++) market.order(buyer, 'BUY', 1, 100);
  market.run({
    type: 'PostOffer',
    account: plant,
    command_id: 'b',
    window_start_at_us: market.state.windows[2]!.times.startUs,
    quotes: [{ tier: 2, price_ticks: 9, lots: 3 }],
    energy_policy: 'SEPARATE',
    expires_at_us: 0,
  });
  const key = { name: 'k', account: buyer, all_accounts: 'NO', scopes: 'read', hash: 'ab' } as const;
  market.run({ type: 'CreateApiKey', command_id: 'c', ...key });
  market.run({ type: 'CancelAllOrders', account: buyer, contract: 0, command_id: '', tier: 0, side: 'ANY' });
  return market.state;
}

describe('a snapshot', () => {
  test('of an empty state is read back', () => {
    const bytes = bytesOf(new MarketState());
    expect(bytesOf(readSnapshot(bytes)).equals(bytes)).toBe(true);
  });

  test('of an empty state is the same in every release', () => {
    const hash = createHash('sha256').update(bytesOf(new MarketState())).digest('hex');
    expect(hash).toBe('b09255e92e4606f2944eddc9a38971cea1e9075ef5b90ed3f9e8dd22b3b92d93');
  });

  test('does not tell in which order the active keys lie in memory', () => {
    const withKeys = (...keys: number[]): Buffer => {
      const state = new MarketState();
      for (const key of keys) state.activeKeys.add(key);
      return bytesOf(state);
    };
    expect(withKeys(10, 9, 300).equals(withKeys(9, 10, 300))).toBe(true);
    expect(withKeys(9, 10).equals(withKeys(9, 11))).toBe(false);
  });

  test('gives back what stands in the state, and what follows from it', () => {
    const state = fullState();
    const restored = readSnapshot(bytesOf(state));
    expect(bytesOf(restored).equals(bytesOf(state))).toBe(true);
    const buyer = state.accounts.last;
    expect(restored.accounts.openOrders(buyer)).toBe(state.accounts.openOrders(buyer));
    expect(restored.cancelAlls).toEqual(state.cancelAlls);
    expect([...restored.offers.values()]).toEqual([...state.offers.values()]);
    expect([...restored.activeKeys]).toEqual([1]);
    const contract = restored.contracts.get(3)!;
    expect(contract.holdings.selling(contract.holdings.find(1))).toBe(6);
    expect(contract.escrow()).toBe(state.contracts.get(3)!.escrow());
    expect(restored.digest).toBe(state.digest);
  });

  test('of an open purchase puts nothing on sale', () => {
    const market = new MarketFixture();
    const [plant, buyer] = [market.factory(), market.account(1_000_000)];
    market.order(plant, 'SELL', 10, 600);
    market.order(buyer, 'BUY', 4, 600);
    market.order(buyer, 'BUY', 3, 100);
    const { holdings } = readSnapshot(bytesOf(market.state)).contracts.get(3)!;
    expect([plant, buyer].map((account) => holdings.selling(holdings.find(account)))).toEqual([6, 0]);
  });

  test('of another version is refused by its version', () => {
    const bytes = bytesOf(fullState());
    bytes.writeUInt32LE(SNAPSHOT_VERSION + 1, 0);
    expect(() => readSnapshot(bytes)).toThrow(SnapshotUnreadable);
    expect(() => readSnapshot(bytes)).toThrow(
      `the snapshot cannot be read: it has version ${SNAPSHOT_VERSION + 1}, this program reads version ${SNAPSHOT_VERSION}`,
    );
    expect(new SnapshotUnreadable('x').code).toBe('SNAPSHOT_UNREADABLE');
  });

  test('that is cut short anywhere is refused', () => {
    const bytes = bytesOf(fullState());
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        expect(() => readSnapshot(bytes.subarray(0, length))).toThrow(SnapshotUnreadable);
      }),
      { numRuns: 300, examples: [[0], [3], [4], [bytes.length - 1]] },
    );
  });

  test('with bytes left over is refused', () => {
    const bytes = bytesOf(fullState());
    expect(() => readSnapshot(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow('bytes are left over');
  });

  test('beyond a megabyte is written in several chunks and read as one', () => {
    const market = new MarketFixture({ open_orders_per_account: 100_000 });
    const buyer = market.account(1_000_000_000);
    for (let i = 0; i < 25_000; i++) market.order(buyer, 'BUY', 1, i % 300);
    const chunks = writeSnapshot(market.state);
    expect(chunks.length).toBeGreaterThan(1);
    const bytes = Buffer.concat(chunks);
    expect(bytesOf(readSnapshot(bytes)).equals(bytes)).toBe(true);
  });
});
