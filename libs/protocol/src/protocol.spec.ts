// Requests, refusals, outcomes and the OpenAPI document.

import { REJECTION_CODES, REJECTIONS } from '@tokenbourse/domain';
import {
  compileCheck,
  exampleOf,
  openApiDocument,
  placeOrderCommand,
  problemsOf,
  PROBLEM_CODES,
  ProblemError,
  problemStatus,
  refusalProblem,
  ROUTES,
  type PlaceOrderRequest,
  type RouteSpec,
} from './index';

const routes = Object.entries<RouteSpec>(ROUTES);
const order = {
  contract_id: 'HIGH-USE-20261120T1400Z-PT1H',
  client_order_id: 'mine-1',
  side: 'BUY',
  quantity_mtok: '12.345',
  price_usd_per_mtok: '6.05',
} as const;
const orderCheck = compileCheck(ROUTES.placeOrder.body);

test.each(routes)('the examples of %s are what its schemas accept', (_, spec) => {
  for (const [place, schema, example] of [
    ['body', spec.body, spec.example ?? (spec.body && exampleOf(spec.body))],
    ['response', spec.response, exampleOf(spec.response)],
    ['query', spec.query, spec.query && exampleOf(spec.query)],
    ['path', spec.params, spec.params && exampleOf(spec.params)],
  ] as const) {
    if (schema !== undefined) expect(compileCheck(schema).faults(example, place)).toEqual([]);
  }
});

describe('wrong requests are told what is wrong, where, and what would be right', () => {
  test.each<[string, unknown, string, string]>([
    [
      'a number for a string',
      { ...order, quantity_mtok: 12 },
      '/body/quantity_mtok',
      '12 is not a string, such as "10.000"; numbers with units are written as strings',
    ],
    [
      'too many decimals',
      { ...order, quantity_mtok: '12.3456' },
      '/body/quantity_mtok',
      '"12.3456" has more than 3 decimals',
    ],
    ['an unknown field', { ...order, qty: '1' }, '/body/qty', 'is no field of this request; it knows contract_id'],
    ['__proto__', JSON.parse('{"__proto__":{"side":"SELL"}}'), '/body/__proto__', 'is no field of this request'],
    ['constructor', { ...order, constructor: 1 }, '/body/constructor', 'is no field'],
    ['a missing field', { ...order, side: undefined }, '/body/side', 'is missing'],
    ['an unknown word', { ...order, side: 'buy' }, '/body/side', '"buy" is none of BUY, SELL'],
    ['a control character', { ...order, client_order_id: 'a\u0000b' }, '/body/client_order_id', 'control characters'],
    [
      'half a surrogate pair',
      { ...order, client_order_id: 'a\ud800' },
      '/body/client_order_id',
      'control characters or broken ones',
    ],
    ['a text of blanks', { ...order, client_order_id: ' ' }, '/body/client_order_id', 'is empty'],
    [
      'an instant that is none',
      { ...order, good_till_at: '2026-02-30T00:00:00Z' },
      '/body/good_till_at',
      'is no instant',
    ],
    [
      'a contract that is none',
      { ...order, contract_id: 'high' },
      '/body/contract_id',
      'has not the right form; write it like "HIGH-USE',
    ],
    ['an order that is no object', [], '/body', 'is not an object'],
    ['null', null, '/body', 'null is not an object'],
    ['text for true', { ...order, post_only: 'true' }, '/body/post_only', '"true" is not true or false'],
    [
      'a long id',
      { ...order, client_order_id: 'x'.repeat(65) },
      '/body/client_order_id',
      'is longer than 64 characters',
    ],
  ])('%s', (_, value, path, message) => {
    expect(orderCheck.accepts(value)).toBe(false);
    const fault = orderCheck.faults(value, 'body').find((found) => found.path === path);
    expect(fault?.message).toContain(message);
  });

  test('no more than twenty faults are told', () => {
    const wrong = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`field${i}`, i]));
    expect(orderCheck.faults(wrong, 'body')).toHaveLength(20);
  });

  test('a whole emoji is plain text', () => {
    expect(orderCheck.accepts({ ...order, client_order_id: 'ok 👍' })).toBe(true);
  });
});

describe('an order’s command', () => {
  const at = 1_795_183_200_000_000;
  const command = (changes: Partial<PlaceOrderRequest>) => placeOrderCommand({ ...order, ...changes }, 7, 3, at);

  test('has integer units and the documented defaults', () => {
    expect(command({})).toEqual({
      type: 'PlaceOrder',
      account: 7,
      contract: 3,
      command_id: 'mine-1',
      side: 'BUY',
      order_type: 'LIMIT',
      time_in_force: 'GTC',
      price_ticks: 6_050,
      lots: 12_345,
      max_amount_micro_usd: 0,
      post_only: false,
      self_trade: 'CANCEL_NEWEST',
      good_till_us: 0,
      expires_at_us: at + 30_000_000,
    });
  });

  test('of a market buy is IOC and holds its greatest amount', () => {
    const market = command({ order_type: 'MARKET', price_usd_per_mtok: undefined, max_amount_usd: '80' });
    expect(market).toMatchObject({ time_in_force: 'IOC', price_ticks: 0, max_amount_micro_usd: 80_000_000 });
  });

  test.each<[Partial<PlaceOrderRequest>, string]>([
    [{ order_type: 'MARKET', max_amount_usd: '1' }, '/body/price_usd_per_mtok'],
    [{ price_usd_per_mtok: undefined }, '/body/price_usd_per_mtok'],
    [{ order_type: 'MARKET', price_usd_per_mtok: undefined }, '/body/max_amount_usd'],
    [{ max_amount_usd: '1' }, '/body/max_amount_usd'],
    [{ time_in_force: 'GTD' }, '/body/good_till_at'],
    [{ good_till_at: '2026-11-20T14:00:00Z' }, '/body/good_till_at'],
  ])('is refused where fields contradict each other: %j', (changes, path) => {
    expect(() => command(changes)).toThrow(ProblemError);
    try {
      command(changes);
    } catch (error) {
      expect((error as ProblemError).problem).toMatchObject({ status: 400, errors: [{ path }] });
    }
  });
});

describe('refusals', () => {
  test('say what is missing in wire units', () => {
    const refusal = { code: 'INSUFFICIENT_FUNDS', needed: 5_000_000, available: 3_800_000, at_us: 0 } as const;
    expect(refusalProblem(refusal, 42)).toMatchObject({
      status: 409,
      code: 'INSUFFICIENT_FUNDS',
      retryable: true,
      detail: 'USD 5.000000 are needed and USD 3.800000 are free; deposit the missing USD 1.200000 or ask for less.',
      needed_usd: '5.000000',
      available_usd: '3.800000',
      missing_usd: '1.200000',
      seq: 42,
    });
  });

  test('name the instant', () => {
    const refusal = { code: 'GATE_CLOSED', needed: 0, available: 0, at_us: 1_795_183_200_000_000 } as const;
    expect(refusalProblem(refusal, 1)).toMatchObject({
      detail: 'The gate closed at 2026-11-20T14:00:00.000Z; choose a contract with a later delivery window.',
      at: '2026-11-20T14:00:00.000Z',
    });
  });

  test('do not name a unit twice', () => {
    const refusal = { code: 'INVALID_QUANTITY', needed: 1_000_000, available: 0, at_us: 0 } as const;
    expect(refusalProblem(refusal, 1).detail).toBe('The quantity must be from 1 to 1000.000 Mtok; it is 0.000 Mtok.');
  });

  test.each(REJECTION_CODES)('%s has a status from 404 to 503 and a sentence without gaps', (code) => {
    const problem = refusalProblem({ code, needed: 2, available: 1, at_us: 1 }, 1);
    expect(problem.status).toBeGreaterThanOrEqual(404);
    expect(problem.detail).not.toMatch(/[{}]|undefined|NaN/);
    expect(problem.retryable).toBe(REJECTIONS[code].retryable);
  });
});

describe('the OpenAPI document', () => {
  const document = openApiDocument('0.0.0') as { paths: Record<string, Record<string, { responses: object }>> };

  test('describes every route with its examples and problem codes', () => {
    for (const [name, spec] of routes) {
      const operation = document.paths[spec.path]![spec.method.toLowerCase()] as Record<string, unknown>;
      expect(operation.operationId).toBe(name);
      const responses = operation.responses as Record<string, { content: Record<string, { examples: object }> }>;
      for (const code of problemsOf(spec)) {
        expect(responses[problemStatus(code)]!.content['application/problem+json']!.examples).toHaveProperty(code);
      }
    }
  });

  test('has no two routes under one method and path', () => {
    expect(new Set(routes.map(([, spec]) => `${spec.method} ${spec.path}`)).size).toBe(routes.length);
  });

  test('uses no problem code that is not known', () => {
    for (const [, spec] of routes) expect(PROBLEM_CODES).toEqual(expect.arrayContaining(problemsOf(spec)));
  });
});

test('a command that is made once under an id documents that its repetition is answered 200', () => {
  const repeatable = routes.filter(([, { headers, status }]) => headers !== undefined && status === 201);
  expect(repeatable.length).toBeGreaterThan(5);
  for (const [name, { alsoStatus = [] }] of repeatable) expect([name, alsoStatus]).toEqual([name, [200]]);
});
