// Digests of requests and of ids: the same request has the same digest, another request another one.

import fc from 'fast-check';

import { COMMANDS, type Command, type CommandOf } from '../commands/catalogue';
import type { Field, Fields } from '../fields';
import { ORDER_TYPES, SELF_TRADE_MODES, SIDES, TIMES_IN_FORCE } from '../vocabulary';
import { fingerprintOf, hashId, idHash, mixNumber } from './fingerprint';
import { runs } from '../../../../test/support/runs';

function valueOf(field: Field<unknown>): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case 'count':
      return fc.nat(0xffff_ffff);
    case 'integer':
      return fc.oneof(fc.maxSafeInteger(), fc.nat(1_000));
    case 'wide':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case 'flag':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...(field.values ?? []));
    case 'text':
      return fc.string({ maxLength: 20 });
    case 'list':
      return fc.array(fc.record(arbitraries(field.of ?? {})), { maxLength: 3 });
  }
}

function arbitraries(fields: Fields): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, valueOf(field)]));
}

/** Fields that are no part of what is asked for: the id itself, its scope, and how long the sender waits. */
const PLACE_ORDER_SCOPE = ['account', 'contract'];
const UNMIXED = ['command_id', 'expires_at_us'];

describe('fingerprintOf', () => {
  test.each(Object.entries(COMMANDS) as [Command['type'], Fields][])(
    '%s: equal for the same request, whatever its id and expiry; another for any field that differs',
    (type, fields) => {
      const requests = fc.record(arbitraries(fields));
      fc.assert(
        fc.property(requests, requests, (one, other) => {
          const command = { type, ...one } as unknown as Command;
          const digest = fingerprintOf(command);
          expect(Number.isInteger(digest) && digest >= 0 && digest <= 0xffff_ffff).toBe(true);
          expect(fingerprintOf({ ...command })).toBe(digest);
          for (const name of Object.keys(fields)) {
            const changed = fingerprintOf({ ...command, [name]: other[name] } as unknown as Command);
            const scope = type === 'PlaceOrder' && PLACE_ORDER_SCOPE.includes(name);
            const same = JSON.stringify(one[name], big) === JSON.stringify(other[name], big);
            if (same || scope || UNMIXED.includes(name)) expect([name, changed]).toEqual([name, digest]);
            else expect([name, changed === digest]).toEqual([name, false]);
          }
        }),
        { numRuns: runs(40) },
      );
    },
  );

  test('the frequent request: quantities and prices that differ a little differ in their digest', () => {
    const command: CommandOf<'PlaceOrder'> = {
      type: 'PlaceOrder',
      account: 1,
      contract: 1,
      command_id: '',
      side: 'BUY',
      order_type: 'LIMIT',
      time_in_force: 'GTC',
      price_ticks: 0,
      lots: 0,
      max_amount_micro_usd: 0,
      post_only: false,
      self_trade: 'CANCEL_NEWEST',
      good_till_us: 0,
      expires_at_us: 0,
    };
    const digests = new Set<number>();
    for (let price_ticks = 0; price_ticks < 200; price_ticks++) {
      for (let lots = 1; lots <= 200; lots++) digests.add(fingerprintOf({ ...command, price_ticks, lots }));
    }
    // 40,000 digests of 32 bits: one in five such sets has a collision by chance.
    expect(digests.size).toBeGreaterThan(39_990);
  });
});

describe('fingerprints of different commands', () => {
  test('differ, also where their first figures make up for each other', () => {
    const participants = Array.from({ length: 32 }, (_, i) => ({
      type: 'OpenAccount' as const,
      command_id: '',
      participant: i,
      name: '',
    }));
    const pings = Array.from({ length: 32 }, (_, i) => ({ type: 'Ping' as const, command_id: '', token: i }));
    const keys = Array.from({ length: 32 }, (_, i) => ({ type: 'RevokeApiKey' as const, command_id: '', key: i }));
    const digests = [...participants, ...pings, ...keys].map((command) => fingerprintOf(command));
    expect(new Set(digests).size).toBe(96);
  });
});

describe('hashId', () => {
  test('spreads ids, accounts, contracts and seeds over 64 bits without a collision', () => {
    const seen = new Set<string>();
    const add = (seed: number, account: number, contract: number, id: string) => {
      hashId(seed, account, contract, id);
      seen.add(`${idHash.high}/${idHash.low}`);
    };
    for (let i = 0; i < 20_000; i++) add(1, 1, 1, `order-${i}`);
    for (let i = 0; i < 20_000; i++) add(1, 2 + (i % 100), 1 + Math.floor(i / 100), 'order');
    expect(seen.size).toBe(40_000);
    seen.clear();
    for (let seed = 0; seed < 20_000; seed++) add(seed, 1, 1, 'order');
    expect(seen.size).toBe(20_000);
  });

  test('fills the high bits that choose a shard evenly', () => {
    const shards = new Array<number>(64).fill(0);
    for (let i = 0; i < 64_000; i++) {
      hashId(9, 1 + (i % 7), 3, String(i));
      shards[idHash.high >>> 26]! += 1;
    }
    expect(Math.min(...shards)).toBeGreaterThan(800);
    expect(Math.max(...shards)).toBeLessThan(1_200);
  });
});

describe('logs keep digests, so they stay what they were', () => {
  const order: CommandOf<'PlaceOrder'> = {
    type: 'PlaceOrder',
    account: 1,
    contract: 2,
    command_id: 'a',
    side: 'BUY',
    order_type: 'LIMIT',
    time_in_force: 'GTC',
    price_ticks: 600,
    lots: 5_000_000_000,
    max_amount_micro_usd: 0,
    post_only: false,
    self_trade: 'CANCEL_NEWEST',
    good_till_us: 1_795_000_000_000_000,
    expires_at_us: 0,
  };

  test.each<[Command, number]>([
    [order, 823_652_768],
    [{ ...order, price_ticks: 0, good_till_us: 0, max_amount_micro_usd: 2 ** 53 - 1 }, 3_651_835_431],
    [{ type: 'CancelOrder', account: 1, contract: 2, command_id: 'b', order: 7 }, 1_692_115_432],
    [
      {
        type: 'AmendOrder',
        account: 1,
        contract: 2,
        command_id: 'c',
        order: 7,
        price_ticks: -1,
        lots: 4,
        expires_at_us: 9,
      },
      462_728_467,
    ],
    [{ type: 'CancelAllOrders', account: 1, contract: 0, command_id: 'd', tier: 3, side: 'SELL' }, 2_413_264_163],
    [
      {
        type: 'PostOffer',
        account: 1,
        command_id: 'e',
        window_start_at_us: 1_795_000_000_000_000,
        quotes: [{ tier: 1, price_ticks: 2, lots: 3 }],
        energy_policy: 'SEPARATE',
        expires_at_us: 0,
      },
      261_751_373,
    ],
    [
      { type: 'Deposit', account: 1, command_id: 'f', amount_micro_usd: 5, reference: 'Überweisung', expires_at_us: 0 },
      2_525_048_346,
    ],
  ])('%j', (command, digest) => {
    expect(fingerprintOf(command)).toBe(digest);
  });

  test('of an order’s terms, all of them', () => {
    const digests = SIDES.flatMap((side) =>
      ORDER_TYPES.flatMap((order_type) =>
        TIMES_IN_FORCE.flatMap((time_in_force) =>
          SELF_TRADE_MODES.flatMap((self_trade) =>
            [false, true].map((post_only) =>
              fingerprintOf({ ...order, side, order_type, time_in_force, self_trade, post_only }),
            ),
          ),
        ),
      ),
    );
    expect([digests.length, new Set(digests).size, digests.reduce(mixNumber, 0)]).toEqual([128, 128, 402_543_441]);
  });

  test.each([
    ['', 2_291_297_997, 3_090_675_162],
    ['a', 380_884_311, 590_108_932],
    ['order-12345', 2_363_449_699, 3_096_256_050],
    ['é’𝄞', 1_887_786_057, 920_268_162],
  ])('of the id "%s"', (id, high, low) => {
    hashId(12_345, 7, 3, id);
    expect(idHash).toEqual({ high, low });
  });
});

function big(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : Object.is(value, -0) ? 0 : value;
}
