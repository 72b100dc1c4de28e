// Traders in a loop, outside of the server: each sends one command after the other, keeps what it is told, and sends again
// what was left in doubt.

import { setTimeout as pause } from 'node:timers/promises';
import { PendingReply, ProblemReply, TokenbourseClient } from '@tokenbourse/protocol';
import type { Told } from './told';
import type { Access, Trader, Wish } from './trader';

/** An answer that is none of the API's. */
const NEVER_RIGHT = ['INTERNAL_ERROR', 'INVALID_REQUEST', 'UNAUTHENTICATED', 'SCOPE_MISSING', 'MALFORMED_REQUEST'];
const PAUSE_WHEN_REFUSED_MS = 5;
const PAUSE_WHEN_AWAY_MS = 50;
/** Waiting longer for an answer is a doubt, too: what is stopped answers when it goes on. */
const ANSWER_MS = 20_000;

/** Where the exchange is. */
export interface Servers {
  /** Of one process that answers clients, asked before each sending. */
  url(): string;
  readonly adminKey: string;
  /** Others answer where one does not, or it comes back: nobody gives up. */
  readonly many: boolean;
}

export function oneServer(exchange: { readonly url: string; key(kind: 'admin'): string }): Servers {
  return { url: () => exchange.url, adminKey: exchange.key('admin'), many: false };
}

export class Load {
  private readonly again = new Map<Trader, Wish[]>();
  /** Refused for certain by the server, not by the market; and the last such refusal. */
  refusals = 0;
  lastRefusal: ProblemReply | undefined;
  /** Sendings to which no answer came at all. */
  unanswered = 0;
  /** Answers 202, and doubts that asking by the command's id has settled. */
  pending = 0;
  toldWhenAsked = 0;
  /** When the last of the commands that were told an outcome was sent. */
  lastAnsweredSentMs = 0;

  constructor(
    private readonly traders: readonly Trader[],
    private readonly told: Told,
  ) {
    for (const trader of traders) this.again.set(trader, []);
  }

  /** All traders at once, until `ended`, or until nothing answers any more. */
  async run(servers: Servers, ended: AbortSignal): Promise<void> {
    await Promise.all(
      this.traders.map(async (trader) => {
        while (!ended.aborted) {
          if (await this.sendNext(trader, accessTo(servers, trader))) continue;
          if (!servers.many) return;
          await pause(PAUSE_WHEN_AWAY_MS);
        }
      }),
    );
  }

  /** Sends again what is in doubt, until nothing is; each answer must agree with what the log has of it. */
  async settle(servers: Servers): Promise<void> {
    await Promise.all(
      this.traders.map(async (trader) => {
        const waiting = this.again.get(trader)!;
        while (waiting.length > 0) {
          if (await this.sendNext(trader, accessTo(servers, trader))) continue;
          if (!servers.many) return;
          await pause(PAUSE_WHEN_AWAY_MS);
        }
      }),
    );
  }

  /** A doubt is asked about; then, told or not, the command is sent again under its id. */
  private async sendNext(trader: Trader, access: Access): Promise<boolean> {
    const again = this.again.get(trader)!.shift();
    if (again === undefined) return this.send(trader, trader.next(), access);
    if (this.told.get(again.id)?.certainty === 'IN_DOUBT') await this.ask(again, trader, access);
    return this.send(trader, again, access);
  }

  private async ask({ id }: Wish, { terms }: Trader, { trade, admin }: Access): Promise<void> {
    const call = { params: { command_id: id }, signal: AbortSignal.timeout(ANSWER_MS) };
    try {
      const found = await trade.call('getCommand', call);
      // What an operator sends for an account is the market's own.
      if (found.data.length === 0) found.data.push(...(await admin.call('getCommand', call)).data);
      for (const { seq, outcome, problem, account_id } of found.data) {
        if (account_id !== null && account_id !== terms.account) continue;
        const code = outcome === 'ACCEPTED' ? outcome : (problem?.code ?? 'none');
        this.told.acknowledged(id, { sequence: seq, code });
        this.toldWhenAsked += 1;
      }
    } catch {
      // It stays in doubt: asking changes nothing.
    }
  }

  /** False when nothing answered. */
  private async send(trader: Trader, wish: Wish, access: Access): Promise<boolean> {
    const { told } = this;
    const sentMs = performance.now();
    told.sending(wish.id);
    try {
      told.acknowledged(wish.id, await wish.send(access));
      this.answered(sentMs);
      return true;
    } catch (error) {
      if (error instanceof ProblemReply) return this.refused(trader, wish, error, sentMs);
      this.keep(trader, wish);
      if (wasNeverConnected(error)) told.notTaken(wish.id);
      else told.inDoubt(wish.id);
      if (!(error instanceof PendingReply)) {
        this.unanswered += 1;
        return false;
      }
      this.pending += 1;
      if (error.pending.command_id !== wish.id) told.faults.push(`${wish.id} is pending as ${error.message}`);
      return true;
    }
  }

  private async refused(trader: Trader, wish: Wish, refusal: ProblemReply, sentMs: number): Promise<boolean> {
    const { told } = this;
    const { code, seq, status, retryable } = refusal.problem;
    if (NEVER_RIGHT.includes(code)) told.faults.push(`${wish.id} was answered with ${refusal.message}`);
    if (typeof seq === 'number') {
      told.acknowledged(wish.id, { sequence: seq, code, about: '' });
      this.answered(sentMs);
    } else if (status === 504 || status === 500) {
      told.inDoubt(wish.id);
      this.keep(trader, wish);
    } else {
      told.notTaken(wish.id);
      this.refusals += 1;
      this.lastRefusal = refusal;
      if (status === 503 && !isRetryTold(refusal)) told.faults.push(`${wish.id}: 503 without when to try again`);
      if (retryable) this.keep(trader, wish);
      await pause(PAUSE_WHEN_REFUSED_MS);
    }
    return true;
  }

  private answered(sentMs: number): void {
    this.lastAnsweredSentMs = Math.max(this.lastAnsweredSentMs, sentMs);
  }

  private keep(trader: Trader, wish: Wish): void {
    this.again.get(trader)!.push(wish);
  }
}

function accessTo(servers: Servers, { terms }: Trader): Access {
  const url = servers.url();
  return { admin: new TokenbourseClient(url, servers.adminKey), trade: new TokenbourseClient(url, terms.key) };
}

/** The connection was refused: not a byte was sent. */
function wasNeverConnected(error: unknown): boolean {
  return (error as { cause?: { code?: string } }).cause?.code === 'ECONNREFUSED';
}

function isRetryTold({ problem, headers }: ProblemReply): boolean {
  return problem.retryable && /^[1-9]\d{0,3}$/.test(headers.get('retry-after') ?? '');
}
