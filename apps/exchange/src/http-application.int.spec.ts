// The application without a market behind it: its routes, its headers, what it does when the market or the read models fail.

import 'reflect-metadata';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { MemoryEventLog } from '@tokenbourse/log';
import { InProcessReadModels, SeenIds, seenIdsMemory } from '@tokenbourse/projections';
import { problemStatus, ROUTES, type Problem, type ProblemCode, type RouteSpec } from '@tokenbourse/protocol';
import {
  CommandNotUnderstood,
  InboxFull,
  OutcomePending,
  OutcomeUnknown,
  WriterUnavailable,
  type CommandGateway,
  type SequencerStatus,
} from '@tokenbourse/sequencer';
import { Health, type IdMemory, type ReaderStatus } from './health';
import { allowancesOf, createApplication } from './http-application';
import { keyDigest, Keyring } from './keys/keyring';

class FailingGateway implements CommandGateway {
  error: Error = new Error('no failure was chosen');
  calls = 0;
  submit(): Promise<never> {
    this.calls += 1;
    return Promise.reject(this.error);
  }
  submitAll(): Promise<never> {
    return this.submit();
  }
}

class FixedHealth extends Health {
  state: SequencerStatus = {
    state: 'WRITING',
    reason: '',
    sequence: 0,
    last_stamp_us: 0,
    inbox_depth: 0,
    inbox_limit: 1,
    recoveries: 0,
  };
  lag: ReaderStatus[] = [];
  writer(): SequencerStatus {
    return this.state;
  }
  idMemory(): IdMemory {
    return { decided: 0, last_stamp_us: 0, window_us: 3_600_000_000, forgotten_until_us: 0 };
  }
  readers(): Promise<readonly ReaderStatus[]> {
    return Promise.resolve(this.lag);
  }
}

const KEY = 'an-admin-key';
const authorization = `Bearer ${KEY}`;
const gateway = new FailingGateway();
const health = new FixedHealth();
const models = new InProcessReadModels();
const seenIds = new SeenIds(seenIdsMemory(0));
let app: NestFastifyApplication;

beforeAll(async () => {
  const allowances = allowancesOf(100_000);
  const keyring = new Keyring(allowances);
  keyring.hold({ key: 1, account: 1, all_accounts: true, scopes: ['read', 'trade', 'admin'], hash: keyDigest(KEY) });
  const log = new MemoryEventLog();
  app = await createApplication({ gateway, models, seenIds, health, log: () => log }, keyring, allowances);
});

afterAll(() => app.close());

const zone = { method: 'POST', url: '/v1/zones', headers: { authorization }, payload: { name: 'EUN' } } as const;

test('it serves the routes of the table, the page’s files, and nothing else', () => {
  const served = new Set<string>();
  const parents: string[] = [];
  for (const line of app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false }).split('\n')) {
    const match = /^([│\s]*)[├└]── (\S+?) \((.+)\)$/.exec(line);
    if (match === null) continue;
    const depth = match[1]!.length / 4;
    parents.length = depth;
    parents.push(match[2]!);
    const path = parents.join('').replace(/:(\w+)/g, '{$1}');
    for (const method of match[3]!.split(', ')) served.add(`${method} ${path}`);
  }
  const files = ['GET /docs/start.js', 'GET /docs/swagger-ui-bundle.js', 'GET /docs/swagger-ui.css'];
  const table = Object.values<RouteSpec>(ROUTES).map(({ method, path }) => `${method} ${path}`);
  expect([...served].sort()).toEqual([...table, ...files].sort());
});

test.each<[Error, ProblemCode, string | undefined]>([
  [new InboxFull(10, 1_500), 'INBOX_FULL', '2'],
  [new WriterUnavailable('the disk is full', 1_000), 'WRITER_UNAVAILABLE', '1'],
  [new OutcomeUnknown('the log failed'), 'OUTCOME_UNKNOWN', undefined],
  [new CommandNotUnderstood('an-id'), 'COMMAND_NOT_UNDERSTOOD', undefined],
  [new Error('secret text of a bug'), 'INTERNAL_ERROR', undefined],
])('%s is answered as a problem', async (error, code, retryAfter) => {
  gateway.error = error;
  const quiet = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const answer = await app.inject(zone);
  quiet.mockRestore();
  expect(answer.statusCode).toBe(problemStatus(code));
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(answer.headers['retry-after']).toBe(retryAfter);
  expect(answer.json<Problem>().code).toBe(code);
  expect(answer.body).not.toContain('secret text');
});

test('a command that is not decided yet is answered 202, with where to ask', async () => {
  gateway.error = new OutcomePending('an id/with ünusual letters', 7);
  const answer = await app.inject(zone);
  const path = '/v1/commands/an%20id%2Fwith%20%C3%BCnusual%20letters?account_id=acc_7';
  expect(answer.statusCode).toBe(202);
  expect(answer.headers).toMatchObject({ location: path });
  expect(answer.headers['content-type']).toContain('application/json');
  expect(answer.json()).toEqual({ command_id: 'an id/with ünusual letters', status: 'PENDING', outcome_path: path });
  const asked = await app.inject({ method: 'GET', url: path, headers: { authorization } });
  expect([asked.statusCode, asked.json()]).toEqual([200, { data: [], has_more: false, cursor: null, as_of_seq: 0 }]);
});

test.each(['/docs', '/docs/start.js', '/docs/swagger-ui.css'])(
  '%s is for everybody, but not with a wrong key',
  async (url) => {
    const page = await app.inject({ method: 'GET', url });
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
    const wrong = await app.inject({ method: 'GET', url, headers: { authorization: 'Bearer none' } });
    expect(wrong.statusCode).toBe(401);
    expect(wrong.json<Problem>().code).toBe('UNAUTHENTICATED');
  },
);

test('read models that fail are no reason to say that a command was taken or not', async () => {
  models.setNotReady('they are starting');
  const answer = await app.inject({ method: 'GET', url: '/v1/tiers' });
  models.setNotReady('');
  expect(answer.statusCode).toBe(503);
  expect(answer.json<Problem>()).toMatchObject({ code: 'READ_MODEL_BEHIND', retryable: true });
});

test('a record that is not written yet is not waited for', async () => {
  const answer = await app.inject({ method: 'GET', url: '/v1/tiers?min_seq=99' });
  expect(answer.statusCode).toBe(400);
  expect(answer.json<Problem>()).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ path: '/query/min_seq' }] });
  expect(answer.json<Problem>().detail).toContain('record 99 is not written yet');
});

test('not ready is 503 with the reasons', async () => {
  const writing = health.state;
  health.state = { ...writing, state: 'CLOCK_IN_DOUBT', reason: 'the clock jumped', sequence: 200_000 };
  health.lag = [{ reader: 'projector', ready: true, reason: '', as_of_seq: 1 }];
  const answer = await app.inject({ method: 'GET', url: '/v1/health/ready' });
  health.state = writing;
  health.lag = [];
  expect(answer.statusCode).toBe(503);
  expect(answer.json<{ reason: string }>().reason).toBe(
    'the writer is CLOCK_IN_DOUBT: the clock jumped; projector: it is 199999 records behind',
  );
  expect((await app.inject({ method: 'GET', url: '/v1/health/ready' })).statusCode).toBe(200);
});

test('answers carry what browsers should know, and what is left of the allowance', async () => {
  const { headers } = await app.inject({ method: 'GET', url: '/v1/health/live' });
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'content-security-policy': expect.stringContaining("frame-ancestors 'none'") as string,
    ratelimit: expect.stringMatching(/^"reads";r=\d+;t=\d+$/) as string,
  });
});

test('too many requests are refused with the time to wait; cancels still pass', async () => {
  const allowances = allowancesOf(5);
  const keyring = new Keyring(allowances);
  keyring.hold({ key: 1, account: 1, all_accounts: true, scopes: ['read', 'trade', 'admin'], hash: keyDigest(KEY) });
  const slow = await createApplication(
    { gateway, models, seenIds, health, log: () => new MemoryEventLog() },
    keyring,
    allowances,
  );
  gateway.error = new WriterUnavailable('it is a test', 1_000);
  const statuses: number[] = [];
  for (let i = 0; i < 15; i++) statuses.push((await slow.inject(zone)).statusCode);
  expect(statuses.slice(0, 10)).toEqual(Array<number>(10).fill(503));
  const refused = await slow.inject(zone);
  expect(refused.statusCode).toBe(429);
  expect(refused.json<Problem>()).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  const cancel = await slow.inject({
    method: 'DELETE',
    url: '/v1/orders?account_id=acc_1',
    headers: { authorization },
  });
  expect(cancel.statusCode).toBe(503);
  await slow.close();
});
