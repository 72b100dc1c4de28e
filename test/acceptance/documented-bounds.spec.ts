// Every bound of a whole number that the API documents for a request is the engine's own: the least and the most are taken, and
// what lies just beyond is refused by both, the engine naming the bound. A new figure without its command here fails.

import { SECOND_US, type Command } from '@tokenbourse/domain';
import { compileCheck, ROUTES, type RouteSpec } from '@tokenbourse/protocol';

import { MarketFixture, OPEN_MARKET } from '../../libs/engine/testing/market-fixture';

interface Schema {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** Whole numbers in the bodies of requests: `setFees.maker_ppm`. */
const documented = new Map<string, Schema>();

function collect(at: string, { type, properties = {}, items, ...schema }: Schema): void {
  if (type === 'integer') documented.set(at, schema);
  for (const [name, property] of Object.entries(properties)) collect(`${at}.${name}`, property);
  if (items !== undefined) collect(`${at}[]`, items);
}

for (const [name, { body }] of Object.entries<RouteSpec>(ROUTES)) if (body !== undefined) collect(name, body as Schema);

const { open_orders_per_account, matches_per_command, quotes_per_offer, idempotency_window_us } = OPEN_MARKET;
const limits = { open_orders_per_account, matches_per_command, quotes_per_offer, idempotency_window_us };
const setLimits = (figures: Partial<typeof limits>): Command => ({
  ...{ type: 'SetLimits', command_id: '' },
  ...{ ...limits, ...figures },
});
const setFees = (figures: { maker_ppm?: number; taker_ppm?: number }): Command => ({
  ...{ type: 'SetFees', command_id: '' },
  ...{ maker_ppm: 0, taker_ppm: 0, ...figures },
});
const registerFactory = (account: number, figures: { joules_per_mtok?: number; licence_ppm?: number }): Command => ({
  ...{ type: 'RegisterFactory', account, command_id: '', name: 'plant', zone: 1, hardware: 'GB300', power_watts: 1 },
  yields: [{ tier: 1, joules_per_mtok: 1_000, licence_ppm: 0, ...figures }],
  ...{ power_micro_usd_per_mwh: 0, equipment_micro_usd_per_mwh: 0, facility_micro_usd_per_mwh: 0 },
});
/** A rule's version is bound to what this exchange can compute, not to what the engine can keep. */
const OWN_BOUNDS = ['setSplitRule.version', 'setSplitRule.rule.version'];

/** The engine's command for a figure, and the unit in which the engine counts it. */
const COMMANDS: Readonly<Record<string, readonly [unit: number, (figure: number, account: number) => Command]>> = {
  'setFees.maker_ppm': [1, (maker_ppm) => setFees({ maker_ppm })],
  'setFees.taker_ppm': [1, (taker_ppm) => setFees({ taker_ppm })],
  'setLimits.open_orders_per_account': [1, (figure) => setLimits({ open_orders_per_account: figure })],
  'setLimits.matches_per_command': [1, (figure) => setLimits({ matches_per_command: figure })],
  'setLimits.quotes_per_offer': [1, (figure) => setLimits({ quotes_per_offer: figure })],
  'setLimits.idempotency_window_seconds': [SECOND_US, (figure) => setLimits({ idempotency_window_us: figure })],
  'registerFactory.yields[].joules_per_mtok': [1, (figure, to) => registerFactory(to, { joules_per_mtok: figure })],
  'registerFactory.yields[].licence_ppm': [1, (figure, to) => registerFactory(to, { licence_ppm: figure })],
};

test('every documented whole number is looked at', () => {
  expect([...documented.keys()].sort()).toEqual([...Object.keys(COMMANDS), ...OWN_BOUNDS].sort());
});

describe.each(Object.entries(COMMANDS))('%s', (name, [unit, command]) => {
  const schema = documented.get(name) as Required<Schema>;
  const { minimum, maximum } = schema;
  const answer = (figure: number) => {
    const market = new MarketFixture();
    return market.run(command(figure * unit, market.account()))[0]!;
  };

  test.each([minimum, maximum])('%d is taken', (figure) => {
    expect(compileCheck({ ...schema, type: 'integer' } as never).faults(figure, name)).toEqual([]);
    expect(answer(figure)).not.toHaveProperty('code');
  });

  test.each([
    [minimum - 1, minimum],
    [maximum + 1, maximum],
  ])('%d is refused: %d would pass', (figure, bound) => {
    const [fault] = compileCheck({ ...schema, type: 'integer' } as never).faults(figure, name);
    expect(fault!.message).toContain(String(bound));
    // What is no exact number any more is answered with the least of the range.
    const needed = (Number.isSafeInteger(figure) ? bound : minimum) * unit;
    expect(answer(figure)).toMatchObject({ type: 'CommandRejected', code: 'INVALID_FIGURE', needed });
  });
});
