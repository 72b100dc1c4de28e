// One process of a cluster: a role of the exchange under a name of its own, that is killed, stopped, continued and started again.

import { setTimeout as pause } from 'node:timers/promises';
import type { Ready } from '@tokenbourse/protocol';
import { ExchangeProcess } from './exchange-process';

export type ClusterRole = 'api' | 'engine' | 'projector';

export interface MemberTerms {
  /** e.g. engine-1 */
  readonly name: string;
  readonly role: ClusterRole;
  readonly data: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Another build's compiled program. */
  readonly main?: string;
}

/** So long a start, or becoming ready, may take beside whatever else the machine does. */
const PATIENCE_MS = 120_000;
const LOOK_MS = 25;
const ANSWER_MS = 5_000;

export class ClusterMember {
  readonly name: string;
  readonly role: ClusterRole;
  private process: ExchangeProcess | undefined;
  private past = '';

  constructor(private readonly terms: MemberTerms) {
    this.name = terms.name;
    this.role = terms.role;
  }

  /** Undefined while it does not run or has not said where it listens. */
  get url(): string | undefined {
    return this.isRunning ? this.process!.urlIfListening : undefined;
  }

  get isRunning(): boolean {
    return this.process !== undefined && this.process.end === undefined;
  }

  get pid(): number {
    return this.process!.pid;
  }

  /** All that it has written in all its lives. */
  output(): string {
    return `${this.past}${this.process?.output() ?? ''}`;
  }

  spawn(): void {
    if (this.isRunning) throw new Error(`${this.name} runs already`);
    this.past = this.output();
    const { data, args, env, main } = this.terms;
    this.process = ExchangeProcess.spawn(data, { args, env, main });
  }

  async listening(): Promise<void> {
    await this.process!.listening(PATIENCE_MS);
  }

  /** Listens, and says of itself that it is ready. Throws with its output where that does not come. */
  async ready(): Promise<void> {
    await this.listening();
    await this.until('ready', ({ status }) => status === 'READY');
  }

  /** Throws with its output and the last that it said of itself. */
  async until(what: string, isSo: (health: Ready) => boolean, patienceMs = PATIENCE_MS): Promise<void> {
    let health: Ready | undefined;
    for (const giveUpMs = performance.now() + patienceMs; performance.now() < giveUpMs; await pause(LOOK_MS)) {
      health = await this.health();
      if (health !== undefined && isSo(health)) return;
    }
    throw new Error(`${this.name} is not ${what}: ${JSON.stringify(health)}\n${this.output()}`);
  }

  /** What it says of itself; undefined where nothing answers. */
  health(): Promise<Ready | undefined> {
    return this.get<Ready>('/v1/health/ready');
  }

  /** An engine's; undefined where nothing answers, or it has no state yet. */
  async state(): Promise<{ readonly seq: number; readonly state_hash: string } | undefined> {
    const state = await this.get<{ seq: number; state_hash?: string }>('/v1/health/state');
    return state?.state_hash === undefined ? undefined : { seq: state.seq, state_hash: state.state_hash };
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.process?.signal(signal);
  }

  async kill(): Promise<void> {
    await this.process?.kill();
  }

  /** As Ctrl-C does. Returns its exit code; null where it had to be killed. */
  async stop(): Promise<number | null> {
    return this.process === undefined ? 0 : (await this.process.stop()).code;
  }

  /** How its last life ended; undefined while it runs. */
  get end(): NodeJS.Signals | number | undefined {
    return this.process?.end;
  }

  private async get<T>(path: string): Promise<T | undefined> {
    const { url } = this;
    if (url === undefined) return undefined;
    try {
      const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(ANSWER_MS) });
      return (await answer.json()) as T;
    } catch {
      return undefined;
    }
  }
}
