// Starting and ending the exchange: refusals in one clear line, Ctrl-C, keys, options.

import { connect, createServer, type AddressInfo } from 'node:net';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { TokenbourseClient } from '@tokenbourse/protocol';
import { plainUser, reachable } from '../disk/disk';
import { CheckedClient } from '../support/checked-client';
import { dataFolder, ExchangeProcess, runToEnd, type ProcessEnd, type StartOptions } from '../support/exchange-process';

const folders: ReturnType<typeof dataFolder>[] = [];

function fresh(): string {
  const folder = dataFolder();
  folders.push(folder);
  return folder.path;
}

afterAll(() => folders.forEach((folder) => folder.remove()));

/** One sentence, no stack trace; code 1, or 2 where the options are wrong. */
function expectRefusal(end: ProcessEnd, sentence: RegExp, code = 1): void {
  expect(end.output).toMatch(sentence);
  expect(end.output.trim().split('\n')).toHaveLength(1);
  expect(end.output).not.toMatch(/^\s+at /m);
  expect(end.code).toBe(code);
}

const refused = (data: string, options?: StartOptions) => runToEnd(data, options);

test('a folder is not used twice at once, and Ctrl-C stops cleanly', async () => {
  const data = fresh();
  const exchange = await ExchangeProcess.start(data);
  expectRefusal(await refused(data), /in use/);
  expect(await exchange.stop()).toMatchObject({ code: 0, output: expect.stringContaining('Stopped.') as string });
  const again = await ExchangeProcess.start(data);
  expect(again.output()).not.toContain('key, shown this once');
  again.signal('SIGTERM');
  expect((await again.ended()).code).toBe(0);
});

test('told to stop it answers on for a while, says that it is not ready, and ends connections with their answers', async () => {
  const exchange = await ExchangeProcess.start(fresh(), { args: ['--no-demo', '--drain-ms', '2000'] });
  const ready = (): Promise<Response> => fetch(`${exchange.url}/v1/health/ready`);
  const before = await ready();
  expect([before.status, before.headers.get('connection')]).toEqual([200, 'keep-alive']);
  exchange.signal('SIGTERM');
  let stopping = await ready();
  while (stopping.status === 200) stopping = await ready();
  // One that was under way when the signal came may leave its connection to the next.
  if (stopping.headers.get('connection') === 'keep-alive') stopping = await ready();
  expect([stopping.status, stopping.headers.get('connection')]).toEqual([503, 'close']);
  expect(await stopping.json()).toMatchObject({ status: 'NOT_READY', reason: 'it is being stopped' });
  expect((await fetch(`${exchange.url}/v1/market`)).status).toBe(200);
  expect((await exchange.ended()).code).toBe(0);
});

test('a request that never ends does not keep it from stopping', async () => {
  const exchange = await ExchangeProcess.start(fresh());
  const { hostname, port } = new URL(exchange.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const headers = `Host: x\r\nAuthorization: Bearer ${exchange.key('trade')}\r\nContent-Type: application/json`;
  socket.write(`POST /v1/orders HTTP/1.1\r\n${headers}\r\nContent-Length: 100\r\n\r\n{"a"`);
  await pause(300);
  expect((await exchange.stop()).code).toBe(0);
  socket.destroy();
});

test('a port that is taken is named', async () => {
  const other = createServer();
  await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
  const { port } = other.address() as AddressInfo;
  const end = await refused(fresh(), { args: ['--no-demo', '--port', String(port)] });
  other.close();
  expectRefusal({ ...end, output: lastLine(end.output) }, new RegExp(`Port ${port} is in use`));
});

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)!;
}

describe('a data folder is refused', () => {
  test('that holds something else', async () => {
    const data = fresh();
    mkdirSync(data);
    writeFileSync(join(data, 'photo.jpg'), 'x');
    expectRefusal(await refused(data), /photo\.jpg/);
  });

  test('of a newer version', async () => {
    const data = fresh();
    mkdirSync(data);
    const marker = { product: 'tokenbourse', format_version: 999, market: 'main', created_at: '2026-01-01T00:00:00Z' };
    writeFileSync(join(data, 'tokenbourse.json'), JSON.stringify(marker));
    expectRefusal(await refused(data), /version 999/);
  });

  test('that is a file', async () => {
    const data = fresh();
    writeFileSync(data, 'x');
    expectRefusal(await refused(data), /not a folder/);
  });

  test('of another market', async () => {
    const data = fresh();
    await (await ExchangeProcess.start(data)).stop();
    expectRefusal(await refused(data, { args: ['--no-demo', '--market', 'other'] }), /market "main", not "other"/);
  });

  (reachable ? test : test.skip)('without permission', async () => {
    const data = fresh();
    mkdirSync(data, { mode: 0o500 });
    // The system's administrator may write anywhere: another takes his place.
    if (plainUser !== undefined) for (const path of [dirname(data), data]) chownSync(path, plainUser, plainUser);
    expectRefusal(await refused(data, { user: plainUser }), /permission/);
    chmodSync(data, 0o700);
  });

  test('whose log is damaged', async () => {
    const data = fresh();
    await (await ExchangeProcess.start(data)).stop();
    const file = join(data, 'log', 'data.mdb');
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 8_192);
    writeFileSync(file, bytes);
    expectRefusal(await refused(data), /damaged|log/);
  });
});

describe('options', () => {
  test('that are wrong are named, all of them', async () => {
    const end = await refused(fresh(), {
      args: ['--port', '99999', '--market', 'A B'],
      env: { TOKENBOURSE_TRADE_KEY: 'short' },
    });
    expect(end.code).toBe(2);
    expect(end.output).toContain('--port is "99999"; it must be a whole number from 0 to 65535.');
    expect(end.output).toContain('--market is "A B"');
    expect(end.output).toContain('TOKENBOURSE_TRADE_KEY must have at least 8 characters');
    expect(end.output).not.toContain('short');
  });

  test('that are unknown are named', async () => {
    expectRefusal(await refused(fresh(), { args: ['--prot', '1'] }), /--prot.*--help/, 2);
  });

  test('are explained', async () => {
    const end = await refused(fresh(), { args: ['--help'] });
    expect(end.code).toBe(0);
    for (const word of ['--port', '--data', '--no-demo', 'TOKENBOURSE_ADMIN_KEY']) expect(end.output).toContain(word);
  });
});

test('keys from the environment work, are not shown, are added later, and stay revoked', async () => {
  const data = fresh();
  const made = await ExchangeProcess.start(data);
  expect(statSync(join(data, 'admin.key')).mode & 0o777).toBe(0o600);
  expect(made.output()).toContain(made.key('trade'));
  await made.stop();
  const env = { TOKENBOURSE_ADMIN_KEY: 'correct horse'.replace(' ', '-'), TOKENBOURSE_TRADE_KEY: 'any-text-will-do' };
  const given = await ExchangeProcess.start(data, { env });
  expect(given.output()).not.toContain(env.TOKENBOURSE_ADMIN_KEY);
  const admin = new CheckedClient(new TokenbourseClient(given.url, env.TOKENBOURSE_ADMIN_KEY));
  const trader = new CheckedClient(new TokenbourseClient(given.url, env.TOKENBOURSE_TRADE_KEY));
  const own = await trader.ask('listAccounts', {});
  expect(own.data).toMatchObject([{ name: 'local' }]);
  const keys = await admin.ask('listApiKeys', {});
  expect(keys.data).toHaveLength(4);
  await admin.ask('revokeApiKey', { params: { key_id: keys.data.at(-1)!.key_id } });
  await given.stop();
  const again = await ExchangeProcess.start(data, { env });
  const outcome = await new CheckedClient(new TokenbourseClient(again.url, env.TOKENBOURSE_TRADE_KEY)).refusal(
    'listAccounts',
    {},
  );
  expect(outcome.code).toBe('UNAUTHENTICATED');
  await again.stop();
});

test('where there is no terminal, a line about the market comes now and then', async () => {
  const exchange = await ExchangeProcess.start(fresh(), { args: [] });
  for (let waited = 0; waited < 25_000 && !/trades\/s/.test(exchange.output()); waited += 100) await pause(100);
  expect(exchange.output()).toMatch(/HIGH .*record \d.*trades\/s/);
  expect(exchange.output()).not.toContain('\u001b[');
  expect((await exchange.stop()).code).toBe(0);
});
