// What those who run an exchange watch, in Prometheus' format: a registry of its own, filled when it is asked.

import type { MarketEvent } from '@tokenbourse/domain';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { WriterState } from '@tokenbourse/sequencer';
import type { Health, ReaderStatus } from '../health';

const WRITER_STATES = [
  'STARTING',
  'FOLLOWING',
  'WRITING',
  'CLOCK_IN_DOUBT',
  'RECOVERING',
  'STOPPED',
] as const satisfies readonly WriterState[];

/** Seconds: a flush to a quick disk, to a slow one, to several brokers, and what has gone wrong. */
const APPEND_BUCKETS = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const REQUEST_BUCKETS = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class Metrics {
  readonly registry = new Registry();
  private readonly appends: Histogram;
  private readonly refused: Counter<'code'>;
  private readonly events: Counter<'type'>;
  private readonly requests: Histogram<'endpoint' | 'status'>;

  /** @param role names the process in every figure */
  constructor(role: string, market: string) {
    const { registry } = this;
    registry.setDefaultLabels({ role, market });
    collectDefaultMetrics({ register: registry });
    const registers = [registry];
    this.appends = new Histogram({
      name: 'tokenbourse_append_seconds',
      help: 'From handing a frame to the log until it is durable and counts.',
      buckets: APPEND_BUCKETS,
      registers,
    });
    this.refused = new Counter({
      name: 'tokenbourse_commands_refused_total',
      help: 'Commands that the market refused, by reason.',
      labelNames: ['code'],
      registers,
    });
    this.events = new Counter({
      name: 'tokenbourse_events_total',
      help: 'Events that this process has written, by type: TradeExecuted are the trades.',
      labelNames: ['type'],
      registers,
    });
    this.requests = new Histogram({
      name: 'tokenbourse_request_seconds',
      help: 'HTTP requests by endpoint and status.',
      buckets: REQUEST_BUCKETS,
      labelNames: ['endpoint', 'status'],
      registers,
    });
  }

  /** Figures of the writer and of the readers, as they are when somebody asks. */
  watch(health: Health): void {
    const registers = [this.registry];
    const gauge = (name: string, help: string, read: () => number): void => {
      new Gauge({ name: `tokenbourse_${name}`, help, registers, collect: gaugeSetter(read) });
    };
    gauge('inbox_depth', 'Commands that wait for the writer.', () => health.writer().inbox_depth);
    gauge('inbox_limit', 'Commands that may wait.', () => health.writer().inbox_limit);
    gauge('log_sequence', 'The last durable record.', () => health.writer().sequence);
    gauge('log_time_seconds', 'Its time, seconds since 1970.', () => health.writer().last_stamp_us / 1e6);
    gauge('writer_recoveries', 'How often the writer ended and began again.', () => health.writer().recoveries);
    new Gauge({
      name: 'tokenbourse_writer_state',
      help: '1 for the state that the writer is in.',
      labelNames: ['state'],
      registers,
      collect() {
        const { state } = health.writer();
        for (const each of WRITER_STATES) this.set({ state: each }, each === state ? 1 : 0);
      },
    });
    const ofReaders = (name: string, help: string, read: (reader: ReaderStatus) => number): void => {
      new Gauge({
        name: `tokenbourse_reader_${name}`,
        help,
        labelNames: ['reader'],
        registers,
        async collect() {
          for (const reader of await health.readers()) this.set({ reader: reader.reader }, read(reader));
        },
      });
    };
    ofReaders('ready', '1 while the reader answers from what it has read.', ({ ready }) => (ready ? 1 : 0));
    ofReaders('lag_records', 'Records that are durable and that the reader has not come to yet.', ({ as_of_seq }) =>
      Math.max(0, health.writer().sequence - as_of_seq),
    );
  }

  appended(seconds: number): void {
    this.appends.observe(seconds);
  }

  /** Counts an event that this process has written into the log. */
  wrote(event: MarketEvent): void {
    this.events.inc({ type: event.type });
    if (event.type === 'OrderRejected' || event.type === 'CommandRejected') this.refused.inc({ code: event.code });
  }

  request(endpoint: string, status: number, seconds: number): void {
    this.requests.observe({ endpoint, status }, seconds);
  }
}

function gaugeSetter(read: () => number) {
  return function (this: Gauge): void {
    this.set(read());
  };
}
