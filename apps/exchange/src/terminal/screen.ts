// What the server shows: messages, and the market. On a terminal the market's table stays in place and is drawn anew;
// elsewhere a line comes now and then.

import type { WriteStream } from 'node:tty';
import type { ExchangeParts } from '../exchange-parts';
import { marketLine, marketTable, type MarketGlance } from './market-table';

const TABLE_MS = 1_000;
const LINE_MS = 10_000;

export class Screen {
  private readonly isTerminal: boolean;
  private shownLines = 0;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly out: NodeJS.WriteStream & Partial<WriteStream>) {
    this.isTerminal = out.isTTY === true;
  }

  /** A line that stays. */
  print(line: string): void {
    this.erase();
    this.out.write(`${line}\n`);
  }

  /** A line of what happened, with its time. */
  tell(message: string): void {
    this.print(`${new Date().toISOString()} ${message}`);
  }

  /** Shows the market from now on. */
  watch(parts: Pick<ExchangeParts, 'models' | 'health'>): void {
    let before: MarketGlance | undefined;
    const look = async (): Promise<void> => {
      try {
        const glance = await glanceAt(parts);
        if (this.closed) return;
        if (this.isTerminal) this.draw(marketTable(glance, before, this.out.columns || 100));
        else if (before !== undefined) this.print(marketLine(glance, before));
        before = glance;
      } catch {
        // The read models don't answer now; health/ready says why, and the next look may find them.
      }
      if (!this.closed) this.timer = setTimeout(() => void look(), this.isTerminal ? TABLE_MS : LINE_MS);
    };
    void look();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.shownLines = 0;
  }

  private draw(lines: readonly string[]): void {
    this.erase();
    this.out.write(`${lines.join('\n')}\n`);
    this.shownLines = lines.length;
  }

  private erase(): void {
    if (this.shownLines > 0) this.out.write(`\u001b[${this.shownLines}A\u001b[0J`);
    this.shownLines = 0;
  }
}

async function glanceAt({ models, health }: Pick<ExchangeParts, 'models' | 'health'>): Promise<MarketGlance> {
  const [prices, totals] = await Promise.all([models.prices(), models.totals()]);
  const writer = health.writer();
  return {
    atMs: performance.now(),
    tiers: prices.data.tiers,
    frontWindow: prices.data.front_window,
    trades: totals.data.trades,
    sequence: writer.sequence,
    lagRecords: Math.max(0, writer.sequence - prices.as_of_seq),
    state: writer.state,
    reason: writer.reason,
  };
}
