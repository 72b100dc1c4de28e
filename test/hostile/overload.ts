// An overload of a running exchange: first the rate that it sustains, then ten times that from several client processes, while a
// trader goes on cancelling. Afterwards all that was acknowledged is looked for in the log.

import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeRecords, formatOrderId } from '@tokenbourse/domain';
import { originPosition } from '@tokenbourse/log';
import { LmdbLogReader } from '@tokenbourse/log-lmdb';
import { ProblemReply } from '@tokenbourse/protocol';
import { compiled } from '../support/compiled';
import type { ExchangeProcess } from '../support/exchange-process';
import type { LoadReport, LoadTask } from './load-client';
import { MemoryWatch, residentBytes } from './memory';

export interface OverloadOptions {
  readonly seconds: number;
  /** How long the sustainable rate is measured. */
  readonly measureSeconds: number;
  readonly onProgress?: (text: string) => void;
}

export interface OverloadReport {
  /** Orders acknowledged per second when each connection waits for its answer. */
  readonly sustainable: number;
  /** Orders per second that were due; what full windows held back was due, but not sent. */
  readonly offered: number;
  readonly due: number;
  readonly sent: number;
  readonly heldBack: number;
  readonly byAnswer: Readonly<Record<string, number>>;
  readonly acknowledgedPerSecond: number;
  readonly withoutRetryAfter: number;
  /** Requests of the clients without any answer, and looks at the server's health. */
  readonly broken: number;
  /** Of acknowledged orders, from sending: p50, p99 and the largest of all processes, in milliseconds. */
  readonly latencyMs: readonly number[];
  readonly cancels: {
    readonly asked: number;
    readonly cancelled: number;
    readonly refused: readonly string[];
    readonly worstMs: number;
  };
  /** Deepest that the inbox was seen, and its bound. */
  readonly inboxDepth: number;
  readonly inboxLimit: number;
  /** Resident bytes: before, and the largest sample under load. */
  readonly memory: { readonly before: number; readonly peak: number };
  /** Acknowledged orders that the log has not, or not once, or otherwise. */
  readonly lost: readonly string[];
  readonly acknowledged: number;
}

const PROCESSES = 3;
const CONNECTIONS_PER_PROCESS = 120;
/** 3 × 120 × 64 requests under way: more than the inbox holds, and than are let in at once. */
const WINDOW = 64;
const TIMES = 10;
const CANCEL_EVERY_MS = 25;
/** What is waited for longer than that is wrong: an answer of the server, and a client process beyond its own patience. */
const ANSWER_MS = 60_000;
const CLIENT_MS = 120_000;

const KIB = 1_024;
/**
 * What an overload may add to the server's memory: what is under way, at most so many requests as all windows together, with what
 * Node keeps for each; the orders that were acknowledged, in the book and in the read models; and a heap that is not swept yet.
 */
export function memoryBound(acknowledged: number): number {
  return 256 * KIB * KIB + PROCESSES * CONNECTIONS_PER_PROCESS * WINDOW * 16 * KIB + acknowledged * 3 * KIB;
}

/** What was wrong, in sentences. */
export function faultsOf(report: OverloadReport): string[] {
  const { lost, withoutRetryAfter, broken, cancels, inboxDepth, inboxLimit, memory, acknowledged, byAnswer } = report;
  const faults = lost.map((what) => `lost: ${what}`);
  const odd = Object.keys(byAnswer).filter((answer) => !/^(201$|429 |503 )/.test(answer));
  if (odd.length > 0) faults.push(`answers that no overload explains: ${odd.join(', ')}`);
  if (withoutRetryAfter > 0) faults.push(`${withoutRetryAfter} refusals have no Retry-After`);
  if (broken > 0) faults.push(`${broken} requests were never answered`);
  if (cancels.refused.length > 0) faults.push(`cancels were refused: ${[...new Set(cancels.refused)].join(', ')}`);
  if (cancels.cancelled === 0) faults.push('no order was cancelled');
  // A quarter more for cancels.
  if (inboxDepth > inboxLimit * 1.25) faults.push(`the inbox held ${inboxDepth} commands, it may hold ${inboxLimit}`);
  const growth = memory.peak - memory.before;
  if (growth > memoryBound(acknowledged)) faults.push(`memory grew by ${growth} bytes`);
  return faults;
}

/** Overloads an exchange, started with its rate limits lifted or not. */
export async function overload(exchange: ExchangeProcess, options: OverloadOptions): Promise<OverloadReport> {
  const { seconds, measureSeconds, onProgress = () => undefined } = options;
  const folder = mkdtempSync(join(tmpdir(), 'tokenbourse-load-'));
  try {
    const task = await taskFor(exchange);
    // First of all: what follows may use up the key's allowance.
    const count = Math.ceil((seconds * 1_000) / CANCEL_EVERY_MS);
    const resting = await restingOrders(exchange, task.key, task.contract, count);
    onProgress('overload: measuring the sustainable rate');
    const closed = { ...task, connections: 64, window: 1, rate: 0, seconds: measureSeconds };
    const measured = await runClients([{ ...closed, name: 'closed', acknowledgedFile: join(folder, 'closed') }]);
    const sustainable = (measured[0]!.byAnswer['201'] ?? 0) / measureSeconds;
    const offered = Math.ceil(sustainable * TIMES);

    onProgress(`overload: ${offered} orders a second for ${seconds} s`);
    const before = await residentBytes(exchange.pid);
    const watch = new MemoryWatch(exchange.pid);
    const ended = new AbortController();
    const cancelling = cancelAll(exchange, task.key, resting, ended.signal);
    const startedAt = performance.now();
    const looking = inboxWatch(exchange, ended.signal, () => {
      const passed = Math.round((performance.now() - startedAt) / 1_000);
      const doing = passed < seconds ? `${passed} of ${seconds} s` : `the last answers, after ${passed} s`;
      onProgress(`overload: ${offered} orders a second, ${doing}`);
    });
    const tasks = Array.from({ length: PROCESSES }, (_, i) => ({
      ...{ ...task, connections: CONNECTIONS_PER_PROCESS, window: WINDOW, rate: offered / PROCESSES, seconds },
      ...{ name: `open${i}`, acknowledgedFile: join(folder, `open${i}`) },
    }));
    const reports = await runClients(tasks);
    ended.abort();
    const cancels = await cancelling;
    const { depth, limit, unanswered } = await looking;
    await watch.end();
    onProgress('overload: comparing with the log');
    const files = [join(folder, 'closed'), ...tasks.map(({ acknowledgedFile }) => acknowledgedFile)];
    const told = new Map(files.flatMap((file) => linesOf(file)).map((line) => line.split(' ') as [string, string]));
    const sums = totals(reports, seconds);
    return {
      ...{ ...sums, broken: sums.broken + unanswered },
      ...{ sustainable, offered, cancels, inboxDepth: depth, inboxLimit: limit },
      memory: { before, peak: watch.peak },
      lost: await missingInLog(exchange.data, told),
      acknowledged: told.size,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function taskFor(exchange: ExchangeProcess): Promise<Omit<LoadTask, 'name' | 'acknowledgedFile'>> {
  const { hostname, port } = new URL(exchange.url);
  const admin = exchange.client('admin');
  const [account] = (await exchange.client('trade').call('listAccounts', {})).data;
  const params = { account_id: account!.account_id };
  await admin.call('deposit', { params, body: { amount_usd: '100000000' }, idempotencyKey: 'overload' });
  const { limits } = await admin.call('getMarket', {});
  await admin.call('setLimits', { body: { ...limits!, open_orders_per_account: 10_000_000 } });
  const open = await admin.call('listContracts', { query: { tier: 'HIGH', state: 'OPEN', limit: '3' } });
  const made = await admin.call('createApiKey', {
    body: { name: 'overload', scopes: ['read', 'trade'], account_id: account!.account_id },
  });
  const at = { host: hostname, port: Number(port), key: made.key, contract: open.data.at(-1)!.contract_id };
  return { ...at, connections: 1, window: 1, rate: 0, seconds: 1 };
}

function runClients(tasks: readonly LoadTask[]): Promise<LoadReport[]> {
  return Promise.all(
    tasks.map(
      (task) =>
        new Promise<LoadReport>((done, failed) => {
          const child = fork(compiled('test/hostile/load-client'), [JSON.stringify(task)], { execArgv: [] });
          const hanging = setTimeout(() => child.kill('SIGKILL'), task.seconds * 1_000 + CLIENT_MS);
          let report: LoadReport | undefined;
          child.on('message', (message) => (report = message as LoadReport));
          child.on('exit', (code, signal) => {
            clearTimeout(hanging);
            if (report !== undefined) done(report);
            else failed(new Error(`a client process ended with ${code ?? signal}, without a report`));
          });
        }),
    ),
  );
}

async function restingOrders(
  exchange: ExchangeProcess,
  key: string,
  contract_id: string,
  count: number,
): Promise<string[]> {
  const trader = exchange.client('none');
  const body = { contract_id, side: 'BUY' as const, quantity_mtok: '1', price_usd_per_mtok: '0.05' };
  const orders: string[] = [];
  for (let i = 0; i < count; i += 50) {
    const placed = await Promise.all(Array.from({ length: 50 }, () => trader.call('placeOrder', { body, key })));
    orders.push(...placed.map(({ order_id }) => order_id));
  }
  return orders;
}

/** Cancels one order after the other, at a steady pace, until the overload ends. */
async function cancelAll(exchange: ExchangeProcess, key: string, orders: readonly string[], ended: AbortSignal) {
  const trader = exchange.client('none');
  const refused: string[] = [];
  let asked = 0;
  let cancelled = 0;
  let worstMs = 0;
  const underWay: Promise<void>[] = [];
  for (const order_id of orders) {
    if (ended.aborted) break;
    asked += 1;
    const sentAtMs = performance.now();
    const signal = AbortSignal.timeout(ANSWER_MS);
    const cancel = trader.call('cancelOrder', { params: { order_id }, key, signal }).then(
      () => {
        cancelled += 1;
        worstMs = Math.max(worstMs, performance.now() - sentAtMs);
      },
      (error: unknown) => void refused.push(error instanceof ProblemReply ? error.problem.code : String(error)),
    );
    underWay.push(cancel);
    await new Promise((waited) => setTimeout(waited, CANCEL_EVERY_MS));
  }
  await Promise.all(underWay);
  return { asked, cancelled, refused, worstMs: Math.round(worstMs) };
}

/** Looks at the inbox again and again, and tells of each look. */
async function inboxWatch(exchange: ExchangeProcess, ended: AbortSignal, onLook: () => void) {
  let depth = 0;
  let limit = 0;
  let unanswered = 0;
  while (!ended.aborted) {
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      // Under load readers may lag: not ready is an answer too, with the same figures.
      const response = await fetch(`${exchange.url}/v1/health/ready`, { signal });
      const { writer } = (await response.json()) as { writer?: { inbox_depth: number; inbox_limit: number } };
      depth = Math.max(depth, writer?.inbox_depth ?? 0);
      limit = writer?.inbox_limit ?? limit;
    } catch {
      unanswered += 1;
    }
    onLook();
    await new Promise((waited) => setTimeout(waited, 50));
  }
  return { depth, limit, unanswered };
}

function totals(reports: readonly LoadReport[], seconds: number) {
  const byAnswer: Record<string, number> = {};
  for (const report of reports) {
    for (const [answer, count] of Object.entries(report.byAnswer)) byAnswer[answer] = (byAnswer[answer] ?? 0) + count;
  }
  const sum = (of: (report: LoadReport) => number) => reports.reduce((total, report) => total + of(report), 0);
  return {
    ...{ due: sum(({ due }) => due), sent: sum(({ sent }) => sent), heldBack: sum(({ heldBack }) => heldBack) },
    ...{ byAnswer, acknowledgedPerSecond: (byAnswer['201'] ?? 0) / seconds },
    ...{ withoutRetryAfter: sum((report) => report.withoutRetryAfter), broken: sum(({ broken }) => broken) },
    latencyMs: [0, 1, 2].map((i) => Math.max(...reports.map(({ latencyMs }) => latencyMs[i]!))),
  };
}

const linesOf = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');

/** Acknowledged orders, by the client's id, that are not in the log exactly once as they were told. */
async function missingInLog(data: string, told: ReadonlyMap<string, string>): Promise<string[]> {
  const left = new Map(told);
  const wrong: string[] = [];
  const log = await LmdbLogReader.open(data);
  for await (const { frame } of log.read(originPosition())) {
    for (const { identity, events } of decodeRecords(frame.payload, frame.firstSequence)) {
      if (identity?.command !== 'PlaceOrder' || !told.has(identity.command_id)) continue;
      const accepted = events.find((event) => event.type === 'OrderAccepted');
      const id = accepted?.type === 'OrderAccepted' ? formatOrderId(accepted.contract, accepted.order) : '';
      if (left.get(identity.command_id) === id) left.delete(identity.command_id);
      else wrong.push(`${identity.command_id} was told ${told.get(identity.command_id)}, the log has ${id}`);
    }
  }
  await log.close();
  return [...wrong, ...[...left].map(([id, order]) => `${id}, told ${order}, is not in the log`)];
}
