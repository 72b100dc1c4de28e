// Role api: the HTTP side alone. Commands go to the brokers, answers come from the events topic, reads from the read store.

import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { ReadModelsFailed, SeenIds, seenIdsMemory, type ReadModels } from '@tokenbourse/projections';
import { connectRedis, RedisReadModels } from '@tokenbourse/projections-redis';
import { originPosition, type EventLog, type LogReader } from '@tokenbourse/log';
import {
  CommandRelay,
  SystemClock,
  WriterUnavailable,
  type Outcome,
  type SequencerStatus,
} from '@tokenbourse/sequencer';
import { Brokers, kafkaSettings } from '../brokers';
import { Health, type IdMemory, type ReaderStatus } from '../health';
import type { KafkaOptions, RedisOptions, ServerOptions } from '../options';
import type { ExchangeParts } from '../exchange-parts';

const INBOX_LIMIT = 4_096;
const LOOK_MS = 200;

class ApiHealth extends Health {
  private window = { window_us: 0, forgotten_until_us: 0 };

  constructor(
    private readonly relay: CommandRelay,
    private readonly models: ReadModels,
  ) {
    super();
  }

  writer(): SequencerStatus {
    const { ready, reason, sequence, last_stamp_us, unanswered } = this.relay.status();
    const depth = { inbox_depth: unanswered, inbox_limit: INBOX_LIMIT, recoveries: 0 };
    return { state: ready ? 'WRITING' : 'RECOVERING', reason, sequence, last_stamp_us, ...depth };
  }

  idMemory(): IdMemory | undefined {
    const { ready, sequence, last_stamp_us } = this.relay.status();
    return ready && this.window.window_us > 0 ? { sequence, last_stamp_us, ...this.window } : undefined;
  }

  async readers(): Promise<readonly ReaderStatus[]> {
    const { ready, reason, as_of_seq } = await this.models.status();
    return [{ reader: 'read store', ready, reason, as_of_seq }];
  }

  /** What the market's limits are, before anybody asks. */
  async learn(): Promise<void> {
    const { data } = await this.models.market();
    if (data?.limits) {
      const { idempotency_window_us: window_us } = data.limits;
      this.window = { window_us, forgotten_until_us: data.ids_forgotten_until_us };
    }
  }

  /** Limits that were set count from their record on. */
  note({ events, at_us }: Outcome): void {
    for (const event of events) {
      if (event.type !== 'LimitsSet') continue;
      const before = this.window.window_us;
      const forgotten_until_us = event.idempotency_window_us < before ? at_us : this.window.forgotten_until_us;
      this.window = { window_us: event.idempotency_window_us, forgotten_until_us };
    }
  }
}

/**
 * @param onRecord told of each command's record, whichever process sent it
 * @throws what reaching the brokers, making the topics or a wrong Redis address throws
 */
export async function apiParts(
  options: ServerOptions & { readonly kafka: KafkaOptions; readonly redis: RedisOptions },
  tell: (message: string) => void,
  onRecord: (outcome: Outcome) => void,
): Promise<ExchangeParts> {
  const { market, kafka, redis: store, retention, outcomeWaitMs } = options;
  const node = `api-${hostname()}-${process.pid}`;
  const brokers = new Brokers(kafkaSettings(kafka, node), market, tell);
  await brokers.ensureTopics(kafka);
  const redis = connectRedis({
    url: store.url,
    password: store.password || undefined,
    caFile: store.authorities || undefined,
  });
  const models = new RedisReadModels({ redis, market, retention });
  const commands = brokers.openCommands(node);
  let log: EventLog | undefined;
  const relay: CommandRelay = new CommandRelay({
    commands,
    openLog: async (signal) => (log = await openRecent(brokers, models, signal)),
    clock: new SystemClock(),
    inboxLimit: INBOX_LIMIT,
    waitMs: outcomeWaitMs,
    onEvent: tell,
    onRecord: (outcome) => {
      health.note(outcome);
      onRecord(outcome);
    },
  });
  const health = new ApiHealth(relay, models);
  relay.start();
  await untilReady(relay, models, tell);
  await health.learn();
  return {
    gateway: relay,
    models,
    // Nothing is shared with the process that folds: an id is asked for.
    seenIds: new SeenIds(seenIdsMemory(0)),
    log: () => {
      if (log === undefined) throw new WriterUnavailable('the events topic is not open', 1_000);
      return fromMilestones(brokers, models, log);
    },
    health,
    stop: async () => {
      await relay.stop();
      await commands.close();
      redis.disconnect();
    },
  };
}

/** From the newest position that the read store knows, so that a start need not read the whole topic. */
async function openRecent(brokers: Brokers, models: RedisReadModels, signal: AbortSignal): Promise<EventLog> {
  const { as_of_seq } = await models.status();
  const from = as_of_seq === 0 ? undefined : await models.milestone(as_of_seq).catch(() => undefined);
  return brokers.openLog(from, signal);
}

/** Reads what stands before the position from which `log` was opened, too. */
function fromMilestones(brokers: Brokers, models: RedisReadModels, log: LogReader): LogReader {
  let earlier: LogReader | undefined;
  return {
    tip: () => log.tip(),
    follow: (from, signal) => log.follow(from, signal),
    close: async () => earlier?.close(),
    locate: async (sequence) => {
      const from = (await models.milestone(sequence - 1)) ?? originPosition();
      earlier = await brokers.openReader(from);
      return earlier.locate(sequence);
    },
    read: async function* (from, readOptions) {
      try {
        yield* (earlier ?? log).read(from, readOptions);
      } finally {
        await earlier?.close();
      }
    },
  };
}

async function untilReady(relay: CommandRelay, models: ReadModels, tell: (message: string) => void): Promise<void> {
  for (let looks = 1; ; looks++) {
    const [status, { ready, reason }] = [await models.status(), relay.status()];
    if (status.failed) throw new ReadModelsFailed(status.as_of_seq, status.reason);
    if (ready && status.ready) return;
    if (looks % 25 === 0) tell(`waits: ${[reason, status.reason].filter((text) => text !== '').join('; ')}`);
    await pause(LOOK_MS);
  }
}
