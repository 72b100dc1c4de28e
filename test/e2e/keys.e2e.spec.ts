// Keys can't be guessed: wrong ones are counted by address, the right one is not barred by others' guesses, and no log shows any.

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Wire } from '../hostile/wire';
import { dataFolder, ExchangeProcess } from '../support/exchange-process';

const folder = dataFolder();
let exchange: ExchangeProcess;
let server: { readonly host: string; readonly port: number };
let logFile: string;

beforeAll(async () => {
  logFile = join(folder.path, '..', 'requests.ndjson');
  const env = { TOKENBOURSE_RATE_LIMIT: '1000000', TOKENBOURSE_LOG_REQUESTS: logFile };
  exchange = await ExchangeProcess.start(folder.path, { env });
  const { hostname, port } = new URL(exchange.url);
  server = { host: hostname, port: Number(port) };
});

afterAll(async () => {
  await exchange?.stop();
  folder.remove();
});

const asking = (authorization: string, more = ''): string =>
  `GET /v1/accounts HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\n${more}\r\n`;

async function statusOf(wire: Wire, authorization: string): Promise<number> {
  return (await wire.ask(asking(authorization)))!.status;
}

/** All in one packet: what the address regains with time is next to nothing meanwhile, also on a slow machine. */
async function statusesOf(wire: Wire, requests: readonly string[]): Promise<number[]> {
  const statuses: number[] = [];
  for (let i = 0; i < requests.length; i++) statuses.push((await wire.ask(i === 0 ? requests.join('') : ''))!.status);
  return statuses;
}

test('guessing keys is slowed down, without barring those who hold one', async () => {
  const guesser = new Wire(server, '127.7.7.7');
  const right = `Bearer ${exchange.key('admin')}`;
  const other = `Bearer ${exchange.key('trade')}`;
  const guesses = Array.from({ length: 100 }, (_, i) => asking(`Bearer tbk_guess${i}`));
  // The one who was let in from there before goes on; the barred address learns nothing of another key, right or wrong.
  const [before, ...statuses] = await statusesOf(guesser, [asking(right), ...guesses, asking(right), asking(other)]);
  expect([before, ...statuses.splice(guesses.length)]).toEqual([200, 200, 429]);
  expect(statuses[0]).toBe(401);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(40);
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  expect(await statusOf(new Wire(server, '127.7.7.8'), other)).toBe(200);
});

test('each request of a connection is let in by its own key, and by none that was revoked before it', async () => {
  const admin = exchange.client('admin');
  const made = await admin.call('createApiKey', { body: { name: 'short-lived', scopes: ['admin'] } });
  const wire = new Wire(server, '127.7.7.11');
  const right = `Bearer ${made.key}`;
  const other = `${right.slice(0, -1)}${right.endsWith('A') ? 'B' : 'A'}`;
  const keys = asking(right).replace('/v1/accounts', '/v1/api-keys');
  expect(await statusesOf(wire, [keys, asking(other), keys, keys])).toEqual([200, 401, 200, 200]);
  await admin.call('revokeApiKey', { params: { key_id: made.key_id } });
  expect(await statusesOf(wire, [keys, keys])).toEqual([401, 401]);
  wire.close();
});

test('an address can’t be changed by a header', async () => {
  const guesses = Array.from({ length: 60 }, (_, i) =>
    asking(`Bearer tbk_again${i}`, `X-Forwarded-For: 10.0.0.${i}\r\nForwarded: for=10.0.1.${i}\r\n`),
  );
  expect(await statusesOf(new Wire(server, '127.7.7.9'), guesses)).toContain(429);
});

test('the request log names who, what and how it ended, and no key, query or body', async () => {
  const key = exchange.key('admin');
  const wire = new Wire(server, '127.7.7.10');
  await statusOf(wire, `Bearer ${key}`);
  await wire.ask(
    `GET /v1/accounts/${key}?cursor=secret-in-query HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\n\r\n`,
  );
  const body = '{"name":"secret-in-body","role":"CONSUMER"}';
  await wire.ask(
    `POST /v1/participants HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\nIdempotency-Key: secret-in-header\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  wire.close();
  let text = '';
  for (let looks = 0; looks < 200 && !text.includes('registerParticipant'); looks++) {
    await new Promise((waited) => setTimeout(waited, 50));
    text = readFileSync(logFile, 'utf8');
  }
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const own = lines.filter(({ address }) => address === '127.7.7.10');
  expect(own).toMatchObject([
    { method: 'GET', path: '/v1/accounts', endpoint: 'listAccounts', status: 200, key: 1 },
    { method: 'GET', path: '/v1/accounts/tbk_…', status: 400 },
    { method: 'POST', path: '/v1/participants', endpoint: 'registerParticipant', status: 201 },
  ]);
  expect(text).not.toMatch(/tbk_\w|secret-in|[Aa]uthorization|Bearer/);
  expect(statSync(logFile).size).toBeGreaterThan(0);
});
