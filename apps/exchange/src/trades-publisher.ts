// Publishes the market's trades for outsiders: a plain message each. It goes on behind the last one that stands in the topic.

import { setTimeout as pause } from 'node:timers/promises';
import { decodeRecords, recordToJson, type LogRecord } from '@tokenbourse/domain';
import type { LogReader } from '@tokenbourse/log';
import type { PublishedTrade, TradePlace, TradesTopic } from '@tokenbourse/log-kafka';

const RETRY_MS = 1_000;

export class TradesPublisher {
  private sequence = 0;
  private reason = 'it is starting';
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: LogReader,
    private readonly topic: TradesTopic,
    private readonly tell: (message: string) => void,
  ) {}

  start(): void {
    this.running = this.run();
  }

  status(): { readonly ready: boolean; readonly reason: string; readonly as_of_seq: number } {
    return { ready: this.reason === '', reason: this.reason, as_of_seq: this.sequence };
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.topic.close();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.publish(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.reason = error instanceof Error ? error.message : String(error);
        this.tell(`trades are not published: ${this.reason}`);
        await pause(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private async publish(signal: AbortSignal): Promise<void> {
    const last = await this.topic.last();
    const from = await this.log.locate(Math.max(1, last?.sequence ?? 1));
    this.reason = '';
    for await (const { frame, position } of this.log.follow(from, signal)) {
      const records = decodeRecords(frame.payload, frame.firstSequence);
      const trades = records.flatMap(tradesOf).filter((trade) => isAfter(trade, last));
      if (trades.length > 0) await this.topic.publish(trades, { signal });
      this.sequence = position.sequence;
    }
  }
}

function isAfter({ sequence, index }: PublishedTrade, last: TradePlace | undefined): boolean {
  if (last === undefined) return true;
  return sequence > last.sequence || (sequence === last.sequence && index > last.index);
}

function tradesOf(record: LogRecord): PublishedTrade[] {
  const { sequence, at_us } = record;
  return record.events
    .filter((event) => event.type === 'TradeExecuted')
    .map((trade, index) => ({
      sequence,
      index,
      key: String(trade.contract),
      text: tradeText({ ...record, events: [trade] }, at_us),
    }));
}

/** The trade as it stands in the log's JSON, with its record and time. */
function tradeText(record: LogRecord, at_us: number): string {
  const { events } = JSON.parse(recordToJson(record)) as { events: readonly object[] };
  return JSON.stringify({ sequence: record.sequence, at_us, ...events[0] });
}
