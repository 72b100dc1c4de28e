// Traders in a loop, outside of the server: each sends one command after the other, keeps what it is told, and sends again
// what was left in doubt.

import { ProblemReply, TokenbourseClient } from '@tokenbourse/protocol';
import type { Told } from './told';
import type { Access, Trader, Wish } from './trader';

/** An answer that is none of the API's. */
const NEVER_RIGHT = ['INTERNAL_ERROR', 'INVALID_REQUEST', 'UNAUTHENTICATED', 'SCOPE_MISSING', 'MALFORMED_REQUEST'];
const PAUSE_WHEN_REFUSED_MS = 5;

export class Load {
  private readonly again = new Map<Trader, Wish[]>();
  /** Refused for certain by the server, not by the market; and the last such refusal. */
  refusals = 0;
  lastRefusal: ProblemReply | undefined;

  constructor(
    private readonly traders: readonly Trader[],
    private readonly told: Told,
  ) {
    for (const trader of traders) this.again.set(trader, []);
  }

  /** All traders at once, until `ended`, or until nothing answers any more. */
  async run(url: string, adminKey: string, ended: AbortSignal): Promise<void> {
    const admin = new TokenbourseClient(url, adminKey);
    await Promise.all(
      this.traders.map(async (trader) => {
        const access = { admin, trade: new TokenbourseClient(url, trader.terms.key) };
        while (!ended.aborted && (await this.sendNext(trader, access)));
      }),
    );
  }

  /** Sends again what is in doubt, until nothing is; each answer must agree with what the log has of it. */
  async settle(url: string, adminKey: string): Promise<void> {
    const admin = new TokenbourseClient(url, adminKey);
    for (const trader of this.traders) {
      const access = { admin, trade: new TokenbourseClient(url, trader.terms.key) };
      const waiting = this.again.get(trader)!;
      while (waiting.length > 0) if (!(await this.send(trader, waiting.shift()!, access))) return;
    }
  }

  private sendNext(trader: Trader, access: Access): Promise<boolean> {
    return this.send(trader, this.again.get(trader)!.shift() ?? trader.next(), access);
  }

  /** False when nothing answered. */
  private async send(trader: Trader, wish: Wish, access: Access): Promise<boolean> {
    const { told } = this;
    told.sending(wish.id);
    try {
      told.acknowledged(wish.id, await wish.send(access));
      return true;
    } catch (error) {
      if (!(error instanceof ProblemReply)) {
        this.keep(trader, wish);
        if (wasNeverConnected(error)) told.notTaken(wish.id);
        else told.inDoubt(wish.id);
        return false;
      }
      const { code, seq, status } = error.problem;
      if (NEVER_RIGHT.includes(code)) told.faults.push(`${wish.id} was answered with ${error.message}`);
      if (typeof seq === 'number') told.acknowledged(wish.id, { sequence: seq, code, about: '' });
      else if (status === 504 || status === 500) {
        told.inDoubt(wish.id);
        this.keep(trader, wish);
      } else {
        told.notTaken(wish.id);
        this.refusals += 1;
        this.lastRefusal = error;
        if (status === 503 && !isRetryTold(error)) told.faults.push(`${wish.id}: 503 without when to try again`);
        if (error.problem.retryable) this.keep(trader, wish);
        await new Promise((waited) => setTimeout(waited, PAUSE_WHEN_REFUSED_MS));
      }
      return true;
    }
  }

  private keep(trader: Trader, wish: Wish): void {
    this.again.get(trader)!.push(wish);
  }
}

/** The connection was refused: not a byte was sent. */
function wasNeverConnected(error: unknown): boolean {
  return (error as { cause?: { code?: string } }).cause?.code === 'ECONNREFUSED';
}

function isRetryTold({ problem, headers }: ProblemReply): boolean {
  return problem.retryable && /^[1-9]\d{0,3}$/.test(headers.get('retry-after') ?? '');
}
