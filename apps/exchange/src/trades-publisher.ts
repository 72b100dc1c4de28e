// Publishes the market's trades for outsiders: a plain message each. Of several projectors the one that writes the read store does
// it, for the records that it has stored there; whoever takes over goes on behind the last trade that stands in the topic.

import { setTimeout as pause } from 'node:timers/promises';
import { decodeRecords, recordToJson, type LogRecord } from '@tokenbourse/domain';
import type { LogReader } from '@tokenbourse/log';
import type { PublishedTrade, TradePlace, TradesTopic } from '@tokenbourse/log-kafka';
import type { WriterStatus } from '@tokenbourse/projections-redis';

const RETRY_MS = 1_000;
const LOOK_MS = 200;
const STORED_LOOK_MS = 10;

export interface PublisherStatus {
  readonly ready: boolean;
  readonly reason: string;
  /** Last record whose trades stand in the topic; undefined while another process publishes. */
  readonly as_of_seq: number | undefined;
}

export class TradesPublisher {
  private sequence = 0;
  private reason = 'it is starting';
  private isOn = false;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  /** @param store what this process is to the read store, and has stored there */
  constructor(
    private readonly log: LogReader,
    private readonly topic: TradesTopic,
    private readonly store: () => Pick<WriterStatus, 'state' | 'own_sequence'>,
    private readonly tell: (message: string) => void,
  ) {}

  start(): void {
    this.running = this.run();
  }

  status(): PublisherStatus {
    return { ready: this.reason === '', reason: this.reason, as_of_seq: this.isOn ? this.sequence : undefined };
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
        if (this.isItsTurn()) await this.publish();
        else this.reason = '';
        await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
      } catch (error) {
        if (signal.aborted) return;
        this.trouble(error);
        await pause(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** A read store that is away says nothing of others: who published goes on. */
  private isItsTurn(): boolean {
    const { state } = this.store();
    if (state === 'WRITING') this.isOn = true;
    if (state === 'STANDING_BY') this.isOn = false;
    return this.isOn;
  }

  /** Until another process's turn has come. What it had published by then is asked anew at the next turn of this one. */
  private async publish(): Promise<void> {
    const turn = new AbortController();
    const signal = AbortSignal.any([turn.signal, this.stopping.signal]);
    const watch = setInterval(() => !this.isItsTurn() && turn.abort(), LOOK_MS);
    try {
      const last = await this.topic.last();
      this.sequence = last?.sequence ?? 0;
      const from = await this.log.locate(Math.max(1, this.sequence));
      this.reason = '';
      for await (const { frame, position } of this.log.follow(from, signal)) {
        const records = decodeRecords(frame.payload, frame.firstSequence);
        const trades = records.flatMap(tradesOf).filter((trade) => isAfter(trade, last));
        if (trades.length > 0) {
          await this.stored(position.sequence, signal);
          await this.topic.publish(trades, { signal, onTrouble: (error) => this.trouble(error) });
        }
        this.reason = '';
        this.sequence = position.sequence;
      }
    } catch (error) {
      if (!turn.signal.aborted) throw error;
    } finally {
      clearInterval(watch);
    }
  }

  /**
   * Until this process has stored the record: of two that take themselves for the writer one has. A read store that is away stores
   * nobody's.
   */
  private async stored(sequence: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const { state, own_sequence } = this.store();
      if (own_sequence >= sequence || state === 'AWAY') return;
      await pause(STORED_LOOK_MS, undefined, { signal });
    }
  }

  private trouble(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason !== this.reason) this.tell(`trades are not published: ${reason}`);
    this.reason = reason;
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
