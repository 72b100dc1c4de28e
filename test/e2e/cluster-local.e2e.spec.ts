// The exchange as several processes by one command: it starts all it needs, trades, and leaves nothing behind, however it ends.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { TokenbourseClient } from '@tokenbourse/protocol';
import { compiled } from '../support/compiled';

const PATIENCE_MS = 120_000;

interface Running {
  readonly child: ChildProcess;
  output(): string;
  /** The first match in its output. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  ended(): Promise<{ readonly code: number | null; readonly output: string }>;
}

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(
    process.execPath,
    [compiled('apps/exchange/src/main'), '--local-cluster', '--port', '0', ...args],
    {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  started.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part) => (text += part));
  const closed = once(child, 'close');
  return {
    child,
    output: () => text,
    says: async (pattern) => {
      for (const giveUpMs = performance.now() + PATIENCE_MS; performance.now() < giveUpMs; await pause(20)) {
        const match = pattern.exec(text);
        if (match !== null) return match;
        if (child.exitCode !== null) break;
      }
      throw new Error(`it never said ${String(pattern)}:\n${text}`);
    },
    ended: async () => ({ code: ((await closed) as [number | null])[0], output: text }),
  };
}

/** Linux: all processes below this one. */
function descendants(of: number): number[] {
  const parents = readdirSync('/proc').flatMap((name) => {
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      return [[Number(name), Number(fields[1])] as const];
    } catch {
      return [];
    }
  });
  const below = (pid: number): number[] =>
    parents.flatMap(([child, parent]) => (parent === pid ? [child, ...below(child)] : []));
  return below(of);
}

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

async function expectGone(pids: readonly number[]): Promise<void> {
  // node, its sh and redis-server or java; and the roles.
  expect(pids.length).toBeGreaterThan(4);
  for (const giveUpMs = performance.now() + 30_000; pids.some(isAlive) && performance.now() < giveUpMs;)
    await pause(50);
  expect(pids.filter(isAlive)).toEqual([]);
}

test(
  'starts, takes an order, trades, keeps its data, and Ctrl-C leaves no process',
  async () => {
    const parent = mkdtempSync(join(tmpdir(), 'tokenbourse-'));
    const data = join(parent, 'data');
    try {
      const running = start(['--data', data, '--takeover-ms', '500']);
      const [, url] = await running.says(/api +process \d+ +(http:\/\/\S+),/);
      await running.says(/redis +process \d+ +redis:\/\//);
      const metrics = [...running.output().matchAll(/metrics at (\S+)/g)].map(([, at]) => at!);
      expect(metrics).toHaveLength(3);
      for (const at of metrics) expect(await (await fetch(at)).text()).toContain('# HELP');
      const key = readFileSync(join(data, 'api', 'trade.key'), 'utf8').trim();
      const admin = new TokenbourseClient(url!, readFileSync(join(data, 'api', 'admin.key'), 'utf8').trim());
      const trade = new TokenbourseClient(url!, key);
      const { account_id } = (await trade.call('listAccounts', {})).data[0]!;
      const deposit = { params: { account_id }, body: { amount_usd: '1000', reference: 'd' }, idempotencyKey: 'd' };
      await admin.call('deposit', deposit);
      const open = await trade.call('listContracts', { query: { tier: 'HIGH', state: 'OPEN', limit: '10' } });
      // The demonstration's factories sell sooner or later.
      const order = await trade.call('placeOrder', {
        body: {
          contract_id: open.data[1]!.contract_id,
          client_order_id: 'one',
          side: 'BUY',
          order_type: 'LIMIT',
          time_in_force: 'GTC',
          quantity_mtok: '1',
          price_usd_per_mtok: '100',
        },
      });
      for (let fills = 0; fills === 0; await pause(50)) {
        const read = await trade.call('listFills', { params: { account_id }, query: {} });
        fills = read.data.filter(({ order_id }) => order_id === order.order_id).length;
      }
      const pids = descendants(running.child.pid!);
      running.child.kill('SIGINT');
      const { code, output } = await running.ended();
      expect([code, output.trim().split('\n').at(-1)]).toEqual([0, 'Stopped.']);
      await expectGone(pids);
      expect(existsSync(join(data, 'kafka'))).toBe(true);
    } finally {
      rmSync(parent, { recursive: true, force: true });
    }
  },
  PATIENCE_MS,
);

test(
  'when one of them dies it says which and how, and stops the others',
  async () => {
    const running = start(['--no-demo', '--takeover-ms', '500']);
    const [, folder] = await running.says(/data in (\/\S+\/tokenbourse-cluster-\w+):/);
    const [, engine] = await running.says(/engine +process (\d+)/);
    const pids = descendants(running.child.pid!);
    process.kill(Number(engine), 'SIGKILL');
    const { code, output } = await running.ended();
    expect(code).toBe(1);
    expect(output.trim().split('\n').at(-1)).toMatch(/^engine has ended with SIGKILL/);
    await expectGone(pids);
    expect(existsSync(folder!)).toBe(false);
  },
  PATIENCE_MS,
);

test(
  'killed by force while it starts it leaves no process either',
  async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'tokenbourse-'));
    const running = start([], { TMPDIR: temporary });
    await running.says(/engine +\| /);
    const pids = descendants(running.child.pid!);
    running.child.kill('SIGKILL');
    await running.ended();
    await expectGone(pids);
    rmSync(temporary, { recursive: true });
  },
  PATIENCE_MS,
);

test('without Java it says what to install', async () => {
  const nothing = mkdtempSync(join(tmpdir(), 'tokenbourse-'));
  const { code, output } = await start([], { PATH: nothing, XDG_CACHE_HOME: nothing }).ended();
  rmSync(nothing, { recursive: true });
  expect(code).toBe(1);
  expect(output).toMatch(/install a Java runtime|install redis-server/);
});

test('options that it has no use for are named', async () => {
  const { code, output } = await start(['--role', 'api', '--kafka', 'localhost:1']).ended();
  expect(code).toBe(2);
  expect(output).toBe(
    '--role is of no use to --local-cluster; it starts all roles.\n' +
      '--kafka is of no use to --local-cluster; it starts a broker.\n',
  );
});
