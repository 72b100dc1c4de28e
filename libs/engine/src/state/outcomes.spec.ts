// The outcome table against a plain map: what is known of an id, and when it is forgotten.

import fc from 'fast-check';
import { hashId, idHash, SECOND_US } from '@tokenbourse/domain';

import { OutcomeShard } from './outcome-shard';
import { OutcomeTable, SHARDS } from './outcomes';
import { runs } from '../../../../test/support/runs';

const WINDOW_US = 100 * SECOND_US;
const START_US = 1_800_000_000 * SECOND_US;

interface Known {
  sequence: number;
  order: number;
  code: number;
  contract: number;
  fingerprint: number;
  madeUs: number;
}

type Step =
  | { do: 'remember'; id: number; account: number; contract: number; code: number }
  | { do: 'close'; pick: number }
  | { do: 'wait'; us: number }
  | { do: 'window'; us: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('remember' as const),
      id: fc.nat(30),
      account: fc.nat(2),
      contract: fc.nat(2),
      code: fc.constantFrom(0, 0, 0, 5),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('close' as const), pick: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), us: fc.nat(60 * SECOND_US) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('window' as const),
      us: fc.integer({ min: SECOND_US, max: 2 * WINDOW_US }),
    }),
  },
);

describe('OutcomeTable', () => {
  test('agrees with a map: known for the window from the next full second, and while its order is open', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const open = new Set<string>();
        const table = new OutcomeTable(WINDOW_US, (contract, order) => open.has(`${contract}/${order}`));
        const naive = new Map<string, Known>();
        // A window is kept with each entry as long as the entry has not outlived one of the windows that held.
        let windowUs = WINDOW_US;
        const outlived = new Set<Known>();
        const isRecent = (known: Known, nowUs: number): boolean =>
          !outlived.has(known) && nowUs < Math.ceil(known.madeUs / SECOND_US) * SECOND_US + windowUs;
        const isKnown = (known: Known, nowUs: number): boolean =>
          isRecent(known, nowUs) ||
          (known.code === 0 && known.contract !== 0 && open.has(`${known.contract}/${known.order}`));
        let nowUs = START_US;
        let sequence = 0;
        const agree = (): void => {
          const told: unknown[] = [];
          const expected: unknown[] = [];
          for (let place = 0; place < 3 * 3 * 31; place++) {
            const [account, contract, id] = [place % 3, Math.floor(place / 3) % 3, Math.floor(place / 9)];
            const known = naive.get(`${account}/${contract}/${id}`);
            hashId(77, account, contract, `id ${id}`);
            told.push(table.find(account, nowUs));
            if (known === undefined || !isKnown(known, nowUs)) expected.push(undefined);
            else {
              const { sequence: first, order, code, fingerprint } = known;
              expected.push({ sequence: first, contract, result: order, code, fingerprint });
            }
          }
          expect(told).toEqual(expected);
        };
        for (const s of steps) {
          if (s.do === 'wait') nowUs += s.us;
          else if (s.do === 'window') {
            for (const known of naive.values()) if (!isRecent(known, nowUs)) outlived.add(known);
            windowUs = s.us;
            table.setWindow(windowUs, nowUs);
          } else if (s.do === 'close') {
            const orders = [...open];
            if (orders.length > 0) open.delete(orders[s.pick % orders.length]!);
          } else {
            const { account, contract, code, id } = s;
            const key = `${account}/${contract}/${id}`;
            const known = naive.get(key);
            // Only an id that is not known gets a new outcome.
            if (known !== undefined && isKnown(known, nowUs)) continue;
            sequence += 1;
            const fingerprint = (sequence * 2_654_435_761) % 2 ** 32;
            hashId(77, account, contract, `id ${id}`);
            const outcome = { fingerprint, sequence, contract, result: sequence, code };
            table.remember(account, outcome, nowUs);
            naive.set(key, { sequence, order: sequence, code, contract, fingerprint, madeUs: nowUs });
            // Also for a refusal and outside of contracts: an order with that number is none of theirs.
            open.add(`${contract}/${sequence}`);
          }
        }
        agree();
      }),
      { numRuns: runs(150) },
    );
  });

  test('shrinks to what is known: old entries go as new ones come, those of open orders stay', () => {
    const table = new OutcomeTable(WINDOW_US, (_, order) => order <= 100);
    const remember = (id: number, atUs: number): void => {
      hashId(1, 1, 1, `id ${id}`);
      table.remember(1, { fingerprint: id, sequence: id, contract: 1, result: id, code: 0 }, atUs);
    };
    const entries = (): number => table.shards.reduce((sum, shard) => sum + shard.size, 0);
    for (let id = 1; id <= 20_000; id++) remember(id, START_US);
    expect(entries()).toBe(20_000);
    const later = START_US + WINDOW_US + SECOND_US;
    for (let id = 20_001; id <= 42_000; id++) remember(id, later);
    expect(entries()).toBeLessThan(22_000 + 100 + 10 * SHARDS);
    for (let id = 1; id <= 42_000; id += 17) {
      hashId(1, 1, 1, `id ${id}`);
      expect(table.find(1, later)?.sequence).toBe(id <= 100 || id > 20_000 ? id : undefined);
    }
  });

  test('what is over in the instant in which the window becomes longer stays forgotten', () => {
    const table = new OutcomeTable(WINDOW_US, () => false);
    hashId(1, 1, 1, 'id');
    table.remember(1, { fingerprint: 1, sequence: 1, contract: 1, result: 1, code: 0 }, START_US);
    expect(table.find(1, START_US + WINDOW_US - 1)?.sequence).toBe(1);
    table.setWindow(2 * WINDOW_US, START_US + WINDOW_US);
    expect(table.find(1, START_US + WINDOW_US)).toBeUndefined();
  });

  test('the same id of another account is another id, even where the hash is the same', () => {
    const table = new OutcomeTable(WINDOW_US, () => false);
    Object.assign(idHash, { high: 5, low: 9 });
    table.remember(1, { fingerprint: 1, sequence: 1, contract: 0, result: 0, code: 0 }, START_US);
    expect([table.find(1, START_US)?.sequence, table.find(2, START_US)]).toEqual([1, undefined]);
  });
});

describe('OutcomeShard', () => {
  const outcome = { fingerprint: 2 ** 32 - 1, sequence: 0, contract: 2 ** 32 - 2, result: 2 ** 32 - 3, code: 200 };

  test('keeps every entry findable through growth, removal and requeueing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('append', 'append', 'append', 'drop', 'requeue'), { maxLength: 400 }),
        (acts) => {
          const shard = new OutcomeShard();
          const queue: number[] = [];
          let made = 0;
          for (const act of acts) {
            if (act === 'append') {
              // Few different low halves: long runs of probes.
              shard.set(shard.append(made, made % 5, 1), { ...outcome, sequence: made }, made);
              queue.push(made);
              made += 1;
            } else if (queue.length > 0) {
              const oldest = queue.shift()!;
              expect(shard.get(shard.oldest()).sequence).toBe(oldest);
              if (act === 'drop') shard.dropOldest();
              else {
                shard.requeueOldest();
                queue.push(oldest);
              }
            }
          }
          expect(shard.oldest() === -1).toBe(queue.length === 0);
          expect(shard.size).toBe(queue.length);
          expect(queue.map((_, rank) => shard.get(shard.placeAt(rank)).sequence)).toEqual(queue);
          for (let n = 0; n < made; n++) {
            const place = shard.find(n, n % 5, 1);
            expect(place < 0 ? undefined : shard.get(place)).toEqual(
              queue.includes(n) ? { ...outcome, sequence: n } : undefined,
            );
            if (place >= 0)
              expect([shard.key(place), shard.seconds(place)]).toEqual([{ high: n, low: n % 5, account: 1 }, n]);
          }
        },
      ),
    );
  });

  test('tells ids apart that have half of their hash or their account in common', () => {
    const shard = new OutcomeShard();
    const keys = [7, 7 + 1_024, 7 + 2_048].flatMap((high) =>
      [5, 5 + 64, 5 + 4_096].flatMap((low) => [1, 2].map((account) => [high, low, account] as const)),
    );
    const places = keys.map((key) => shard.append(...key));
    expect(keys.map((key) => shard.find(...key))).toEqual(places);
    const others = [shard.find(7 + 3_072, 5, 1), shard.find(7, 5 + 8_192, 1), shard.find(7, 5, 3)];
    expect(others).toEqual([-1, -1, -1]);
  });

  test('takes as much memory as it has rows: it begins small, grows by a page, and gives pages back', () => {
    const shard = new OutcomeShard();
    const rows = (): number[] => shard['pages'].map((page) => page.byteLength / 36);
    const append = (many: number): void => {
      for (let n = 0; n < many; n++) shard.append(n, n, 1);
    };
    append(1);
    expect(rows()).toEqual([32]);
    append(32);
    expect(rows()).toEqual([64]);
    append(1_024);
    expect(rows()).toEqual([1_024, 1_024]);
    for (let n = 0; n < 1_023; n++) shard.dropOldest();
    expect(rows()).toEqual([1_024, 1_024]);
    shard.dropOldest();
    expect(rows()).toEqual([1_024]);
    append(1_024);
    for (let n = 0; n < 2_048; n++) shard.requeueOldest();
    expect(rows().length).toBeLessThanOrEqual(3);
  });

  test('keeps every entry findable over many pages, and when places are counted round', () => {
    const shard = new OutcomeShard();
    const live: number[] = [];
    let made = 0;
    const append = (): void => {
      const outcomeMade = { ...outcome, sequence: 2 ** 41 + made };
      shard.set(shard.append(Math.imul(made, 77_777), Math.imul(made, 99_999), 3), outcomeMade, made);
      live.push(made++);
    };
    const drop = (): void => {
      shard.dropOldest();
      live.shift();
    };
    const check = (): void => {
      expect(live.map((_, rank) => shard.get(shard.placeAt(rank)).sequence - 2 ** 41)).toEqual(live);
      const found = live.map((n) => shard.find(Math.imul(n, 77_777), Math.imul(n, 99_999), 3));
      expect(found).toEqual(live.map((_, rank) => shard.placeAt(rank)));
      expect(shard.find(Math.imul(made, 77_777), Math.imul(made, 99_999), 3)).toBe(-1);
    };
    while (made < 5_000) append();
    check();
    while (live.length > 1_500) drop();
    for (let times = 0; times < 3_000; times++) {
      shard.requeueOldest();
      live.push(live.shift()!);
    }
    check();
    while (live.length > 0) drop();
    // Round: more rows than there are places, few of them live at a time.
    while (made < 2_200_000) {
      append();
      if (made % 2_048 === 0) while (live.length > 1_000) drop();
    }
    check();
  });

  test('that is full says so, and loses nothing', () => {
    const shard = new OutcomeShard();
    const key = (n: number) => [Math.imul(n, 77_777), Math.imul(n, 99_999), 3] as const;
    const most = 2 ** 21 - 1 - 1_024;
    for (let n = 0; n < most; n++) shard.append(...key(n));
    expect(() => shard.append(...key(most))).toThrow(new RangeError(`more than ${most} outcomes in one shard`));
    expect([shard.size, shard.find(...key(0)), shard.find(...key(most - 1))]).toEqual([most, 0, most - 1]);
    shard.dropOldest();
    expect(shard.append(...key(most))).toBe(most);
  });
});
