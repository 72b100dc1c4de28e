// One run of the attack on a running exchange: requests that must change nothing, others' ids, legal extremes, and beside them
// connections that break off, crawl or speak no HTTP. Says what it did and every answer that was wrong.

import type { ExchangeProcess } from '../support/exchange-process';
import { Attacks, type Attack } from './attacks';
import { operationsOf, type OpenApi } from './description';
import { Judge } from './judge';
import { setScene } from './scene';
import { attackSockets } from './sockets';
import { verdictOf } from './verdict';
import { NoAnswer, Wire, type WireAnswer } from './wire';

export interface CampaignOptions {
  readonly requests: number;
  readonly seed: number;
  readonly onProgress?: (sent: number, phase: string) => void;
}

export interface CampaignReport {
  readonly seed: number;
  readonly operations: number;
  readonly requests: number;
  readonly seconds: number;
  readonly byFamily: Readonly<Record<string, number>>;
  readonly byStatus: Readonly<Record<string, number>>;
  /** How often each problem code was answered. */
  readonly byCode: Readonly<Record<string, number>>;
  /** Routes with the number of requests, and how many of them succeeded. */
  readonly byOperation: Readonly<Record<string, { readonly sent: number; readonly succeeded: number }>>;
  /** Records that fell due by the clock while nothing was to change. */
  readonly dueRecords: number;
  /** What was wrong, in sentences; at most the first hundred. */
  readonly faults: readonly string[];
}

/** The environment in which the exchange must be started: rate limits would refuse most of the attack before it is looked at. */
export const LIFTED_LIMITS = { TOKENBOURSE_RATE_LIMIT: '1000000' } as const;

const CONNECTIONS = 24;
const FAULTS_MAX = 100;
/** Of all requests: those that must change nothing, and legal extremes; others' ids as many as there are. */
const INERT_SHARE = 0.7;

class Campaign {
  readonly byFamily: Record<string, number> = {};
  readonly byStatus: Record<string, number> = {};
  readonly byCode: Record<string, number> = {};
  readonly byOperation: Record<string, { sent: number; succeeded: number }> = {};
  readonly faults: string[] = [];
  sent = 0;

  constructor(
    private readonly judge: Judge,
    private readonly wires: readonly Wire[],
    private readonly onProgress: (sent: number, phase: string) => void,
  ) {}

  /** Sends up to `count` attacks, one at a time over each connection. */
  async send(phase: string, attacks: Iterator<Attack>, count: number, wires = this.wires): Promise<void> {
    let left = count;
    const next = (): Attack | undefined => {
      if (left === 0) return undefined;
      left -= 1;
      const { value, done } = attacks.next();
      return done === true ? undefined : value;
    };
    await Promise.all(
      wires.map(async (wire) => {
        for (let attack = next(); attack !== undefined; attack = next()) {
          this.note(attack, await this.ask(wire, attack));
          if (this.sent % 500 === 0) this.onProgress(this.sent, phase);
        }
      }),
    );
  }

  note(attack: Attack, answer: WireAnswer | undefined | NoAnswer): void {
    this.sent += 1;
    count(this.byFamily, attack.family);
    const status = answer instanceof NoAnswer || answer === undefined ? 0 : answer.status;
    count(this.byStatus, status === 0 ? 'none' : String(status));
    const code = answer instanceof NoAnswer ? undefined : /"code":"([A-Z_]+)"/.exec(answer?.body ?? '')?.[1];
    if (code !== undefined) count(this.byCode, code);
    const name = attack.operation?.name ?? '(elsewhere)';
    const operation = (this.byOperation[name] ??= { sent: 0, succeeded: 0 });
    operation.sent += 1;
    if (status >= 200 && status < 300) operation.succeeded += 1;
    const fault = answer instanceof NoAnswer ? answer.message : this.judge.fault(attack, answer);
    if (fault !== undefined) this.found(`${name}, ${attack.family}: ${fault}\n${attack.text.slice(0, 600)}`);
  }

  found(fault: string): void {
    if (this.faults.length < FAULTS_MAX) this.faults.push(fault);
  }

  private async ask(wire: Wire, attack: Attack): Promise<WireAnswer | undefined | NoAnswer> {
    try {
      return await wire.ask(attack.bytes, attack.method === 'HEAD');
    } catch (error) {
      if (error instanceof NoAnswer) return error;
      throw error;
    }
  }
}

const count = (counts: Record<string, number>, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};

/** Attacks an exchange that has just been started with LIFTED_LIMITS. */
export async function attack(exchange: ExchangeProcess, options: CampaignOptions): Promise<CampaignReport> {
  const { requests, seed, onProgress = () => undefined } = options;
  const startedAt = performance.now();
  const { hostname, port } = new URL(exchange.url);
  const server = { host: hostname, port: Number(port) };
  const document = (await exchange.client('none').call('getOpenApi', {})) as unknown as OpenApi;
  const operations = operationsOf(document);
  const scene = await setScene(exchange);
  // Wrong keys are counted by address: spread over many, most of them are looked at.
  const wires = Array.from({ length: CONNECTIONS }, (_, i) => new Wire(server, `127.0.${1 + (i % 250)}.${2 + i}`));
  const campaign = new Campaign(new Judge(scene.secrets), wires, onProgress);
  const attacks = new Attacks(operations, scene, seed);

  const before = await logEnd(exchange);
  const hashBefore = (await verdictOf(exchange.data)).state_hash;
  const sockets = attackSockets(server, exchange.key('admin'));
  await campaign.send('must change nothing', attacks.inert(), Math.round(requests * INERT_SHARE));
  for (const fault of await sockets) campaign.found(fault);
  const added = await recordsAfter(exchange, before);
  for (const { cause, line } of added) {
    if (cause !== 'DUE') campaign.found(`a record was written, though nothing was to change: ${line.slice(0, 300)}`);
  }
  const hashAfter = (await verdictOf(exchange.data)).state_hash;
  if (added.length === 0 && hashAfter !== hashBefore)
    campaign.found(`the state hash was ${hashBefore}, is ${hashAfter}`);

  const victims = JSON.stringify(await scene.victims());
  await campaign.send("others' ids", attacks.foreign(), Number.POSITIVE_INFINITY);
  const after = JSON.stringify(await scene.victims());
  if (after !== victims) campaign.found(`the victims' accounts have changed:\n${victims}\n${after}`);

  await campaign.send('legal extremes', attacks.legal(), Math.max(1_000, requests - campaign.sent));
  // Pages of a thousand rows: no more at once than one key may have.
  await campaign.send('reads afterwards', attacks.reads(), Number.POSITIVE_INFINITY, wires.slice(0, 8));
  for (const wire of wires) wire.close();
  await assertAlive(exchange, (fault) => campaign.found(fault));
  const { byFamily, byStatus, byCode, byOperation, faults, sent } = campaign;
  const seconds = (performance.now() - startedAt) / 1_000;
  const counts = { byFamily, byStatus, byCode, byOperation };
  return { seed, operations: operations.length, requests: sent, seconds, ...counts, dueRecords: added.length, faults };
}

async function logEnd(exchange: ExchangeProcess): Promise<number> {
  return (await exchange.client('none').call('getReady', {})).writer.seq;
}

async function recordsAfter(exchange: ExchangeProcess, sequence: number): Promise<{ cause: string; line: string }[]> {
  const lines = await exchange.client('admin').call('readLog', { query: { from_seq: String(sequence + 1) } });
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ line, cause: (JSON.parse(line) as { cause: string }).cause }));
}

async function assertAlive(exchange: ExchangeProcess, found: (fault: string) => void): Promise<void> {
  const ready = await exchange.client('none').call('getReady', {});
  if (ready.status !== 'READY' || ready.writer.recoveries !== 0)
    found(`not ready afterwards: ${JSON.stringify(ready)}`);
  const failure = /.*( failed|Error).*/.exec(exchange.output())?.[0];
  if (failure !== undefined) found(`the server printed: ${failure}`);
}
