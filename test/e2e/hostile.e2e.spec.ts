// Hostile input, made from the OpenAPI document: every field of every route with what it must not be. No answer is a 5xx,
// every answer is a documented one, and nothing changes.

import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { exampleOf, problemsOf, ROUTES, type Problem, type RouteName, type RouteSpec } from '@tokenbourse/protocol';
import { dataFolder, ExchangeProcess } from '../support/exchange-process';

const folder = dataFolder();
let exchange: ExchangeProcess;
let adminKey: string;
let tradeKey: string;

beforeAll(async () => {
  exchange = await ExchangeProcess.start(folder.path, { env: { TOKENBOURSE_RATE_LIMIT: '1000000' } });
  adminKey = exchange.key('admin');
  tradeKey = exchange.key('trade');
});

afterAll(async () => {
  await exchange?.stop();
  folder.remove();
});

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function send(method: string, path: string, init: RequestInit = {}, key = adminKey): Promise<Answer> {
  const headers = { authorization: `Bearer ${key}`, ...(init.headers as Record<string, string>) };
  const response = await fetch(`${exchange.url}${path}`, { method, ...init, headers });
  return { status: response.status, text: await response.text() };
}

const asJson = (body: string): RequestInit => ({ body, headers: { 'content-type': 'application/json' } });

/** A problem document with a code that the route documents. */
function expectDocumented(name: RouteName, answer: Answer, sent: string): Problem {
  let problem: Problem;
  try {
    problem = JSON.parse(answer.text) as Problem;
  } catch {
    throw new Error(`${name} answered ${answer.status} with no JSON to ${sent}: ${answer.text.slice(0, 200)}`);
  }
  if (answer.status >= 500 || answer.status < 400 || !problemsOf(ROUTES[name]).includes(problem.code)) {
    throw new Error(`${name} answered ${answer.status} ${answer.text.slice(0, 300)} to ${sent.slice(0, 300)}`);
  }
  expect(problem.status).toBe(answer.status);
  return problem;
}

/** Written into JSON as they stand. */
const WRONG_VALUES = [
  'null',
  'true',
  '-1',
  '-0',
  '1e999',
  '-1e999',
  '123456789012345678901234567890',
  '0.1',
  '[]',
  '[[[[1]]]]',
  '{}',
  '{"__proto__":{"admin":true}}',
  '""',
  '" "',
  '"\\u0000"',
  '"\\ud800"',
  '"\\u202eevil"',
  '"NaN"',
  '"-1"',
  '"1e3"',
  '"1.2345678"',
  '"99999999999999999999"',
  '"٣"',
  '"../../etc/passwd"',
  `"${'x'.repeat(5_000)}"`,
];

interface Described {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Described>>;
}

/** Values of the list that the field's schema takes: a name may be "NaN". */
const isText = (field: Described): boolean => field.type === 'string';

const withBody = (Object.entries(ROUTES) as [RouteName, RouteSpec][]).filter(([, { body }]) => body !== undefined);
const all = Object.entries(ROUTES) as [RouteName, RouteSpec][];

function pathOf(spec: RouteSpec): string {
  const params = (spec.params === undefined ? {} : exampleOf(spec.params)) as Record<string, string>;
  return spec.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name]!));
}

async function sequence(): Promise<number> {
  const ready = JSON.parse((await send('GET', '/v1/health/ready')).text) as { writer: { seq: number } };
  return ready.writer.seq;
}

describe.each(withBody)('%s', (name, spec) => {
  const example = (spec.example ?? exampleOf(spec.body!)) as Record<string, unknown>;
  const fields = (spec.body as Described).properties ?? {};

  test('refuses every field with what it must not be', async () => {
    for (const [field, schema] of Object.entries(fields)) {
      for (const wrong of WRONG_VALUES) {
        const rest = Object.entries(example).filter(([other]) => other !== field);
        const parts = [...rest.map(([other, value]) => `${JSON.stringify(other)}:${JSON.stringify(value)}`)];
        const body = `{${[...parts, `${JSON.stringify(field)}:${wrong}`].join(',')}}`;
        const answer = await send(spec.method, pathOf(spec), asJson(body));
        // Some are right for some fields (a name may be "NaN"): then the rest must be refused by the market, or taken.
        if (answer.status < 400 && (isText(schema) || ['{}', '-0', 'true'].includes(wrong))) continue;
        const problem = expectDocumented(name, answer, body);
        if (problem.code === 'INVALID_REQUEST') expect(problem.errors![0]!.message.length).toBeGreaterThan(5);
      }
    }
  });

  test('refuses bodies that are no such request', async () => {
    const before = await sequence();
    const bodies = [
      '',
      '{',
      'null',
      '[]',
      '"text"',
      '12',
      `${JSON.stringify(example)}x`,
      `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
      '{"a":'.repeat(17) + '1' + '}'.repeat(17),
      JSON.stringify({ ...example, unknown_field: 1 }),
      `{"__proto__":{},${JSON.stringify(example).slice(1)}`,
      `{"constructor":{"prototype":{}},${JSON.stringify(example).slice(1)}`,
      JSON.stringify({ ...example, filler: 'x'.repeat(70_000) }),
    ];
    for (const body of bodies) expectDocumented(name, await send(spec.method, pathOf(spec), asJson(body)), body);
    const latin = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]);
    for (const [type, body] of [
      ['text/plain', JSON.stringify(example)],
      ['application/x-www-form-urlencoded', 'a=1'],
      ['application/xml', '<a/>'],
      ['application/json', latin],
    ] as const) {
      const answer = await send(spec.method, pathOf(spec), { body, headers: { 'content-type': type } });
      expectDocumented(name, answer, type);
    }
    const zipped = {
      body: gzipSync(JSON.stringify(example)),
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    };
    expectDocumented(name, await send(spec.method, pathOf(spec), zipped), 'gzip');
    expect(await sequence()).toBe(before);
  });
});

test('no route takes wrong or missing keys, or another scope’s', async () => {
  for (const [name, spec] of all) {
    if (spec.scope === 'public') continue;
    const body = spec.body === undefined ? {} : asJson(JSON.stringify(spec.example ?? exampleOf(spec.body)));
    for (const authorization of ['', 'Bearer', 'Bearer ', 'Basic YWRtaW46YWRtaW4=', `bearer ${adminKey}x`]) {
      const headers = { ...(body.headers as object), ...(authorization === '' ? {} : { authorization }) };
      const response = await fetch(`${exchange.url}${pathOf(spec)}`, { method: spec.method, ...body, headers });
      expect([name, [401, 429].includes(response.status)]).toEqual([name, true]);
      await response.arrayBuffer();
    }
    if (spec.scope !== 'admin') continue;
    const answer = await send(spec.method, pathOf(spec), body, tradeKey);
    expect([name, answer.status]).toEqual([name, 403]);
  }
});

test('no route takes wrong parameters', async () => {
  const wrong = [
    '',
    '%00',
    '%ff',
    '..%2f..%2f',
    '__proto__',
    '-1',
    '0',
    'NaN',
    '1e9',
    'acc_-1',
    'acc_01',
    'x'.repeat(190),
    '%F0%9F%92%A5',
  ];
  for (const [name, spec] of all) {
    const params = Object.keys((spec.params as Described | undefined)?.properties ?? {});
    for (const param of params) {
      for (const value of wrong) {
        const path = pathOf({ ...spec, path: spec.path.replace(`{${param}}`, '@') }).replace('@', value);
        const body = spec.body === undefined ? {} : asJson(JSON.stringify(spec.example ?? exampleOf(spec.body)));
        const answer = await send(spec.method, path, body);
        expect([name, value, answer.status >= 400 && answer.status < 500]).toEqual([name, value, true]);
      }
    }
    const queries = Object.keys((spec.query as Described | undefined)?.properties ?? {});
    for (const query of [...queries.filter((field) => field !== 'name'), 'unknown', '__proto__']) {
      if (spec.query === undefined) continue;
      for (const value of [
        '',
        '-1',
        '1&' + query + '=2',
        '%00',
        '%ud800',
        'null',
        '999999999999999999999',
        'x'.repeat(300),
      ]) {
        const answer = await send(spec.method, `${pathOf(spec)}?${query}=${value}`);
        const isRight = query === 'client_order_id' || query === 'cursor';
        if (answer.status < 400 && isRight) continue;
        expectDocumented(name, answer, `?${query}=${value}`);
      }
    }
  }
});

test('headers that are too large, broken requests and unknown addresses get an answer', async () => {
  const broken = [
    'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nX: \u0001\r\n\r\n',
    'HELLO\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`,
  ];
  const { hostname, port } = new URL(exchange.url);
  for (const request of broken) {
    const answer = await new Promise<string>((done, failed) => {
      const socket = connect(Number(port), hostname, () => socket.write(request));
      let text = '';
      socket.on('data', (part: Buffer) => (text += part.toString()));
      socket.on('close', () => done(text));
      socket.on('error', failed);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 4(00|31) /);
    expect(answer).toContain('application/problem+json');
  }
  expect((await send('GET', '/v1/nothing')).status).toBe(404);
  expect((await send('GET', '/docs/../package.json')).status).toBe(404);
  expect((await send('GET', '/docs/..%2f..%2fpackage.json')).status).toBe(404);
  const method = await send('PUT', '/v1/orders', asJson('{}'));
  expect(method.status).toBe(405);
});

test('guessing keys is slowed down, without barring those who hold one', async () => {
  let refused = 0;
  for (let i = 0; i < 60; i++) if ((await send('GET', '/v1/accounts', {}, `guess-${i}`)).status === 429) refused += 1;
  expect(refused).toBeGreaterThan(20);
  expect((await send('GET', '/v1/accounts')).status).toBe(200);
});

test('the server lives, and holds what it held', async () => {
  expect((await send('GET', '/v1/health/live')).status).toBe(200);
  expect(JSON.parse((await send('GET', '/v1/health/ready')).text)).toMatchObject({
    status: 'READY',
    writer: { recoveries: 0 },
  });
  expect(exchange.output()).not.toMatch(/ failed|Error/);
});
