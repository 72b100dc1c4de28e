// Role api: the HTTP side alone. Commands go to the brokers, answers come from the events topic, reads from the read store.

import { setTimeout as pause } from 'node:timers/promises';
import { ReadModelsFailed, SeenIds, seenIdsMemory, type ReadModels } from '@tokenbourse/projections';
import type { EventLog } from '@tokenbourse/log';
import { CommandRelay, SystemClock, WriterUnavailable, type Outcome } from '@tokenbourse/sequencer';
import { Brokers, kafkaSettings, nodeName } from '../brokers';
import type { ExchangeParts } from '../exchange-parts';
import { LocatedLog, openRecent } from '../located-log';
import type { KafkaOptions, RedisOptions, ServerOptions } from '../options';
import { openReadStore } from '../read-store';
import { ApiHealth } from './api-health';
import { MarketTime } from './market-time';

const INBOX_LIMIT = 4_096;
const LOOK_MS = 200;

/**
 * @param onRecord told of each command's record, whichever process sent it
 * @throws what reaching the brokers, making the topics or a wrong Redis address throws
 */
export async function apiParts(
  options: ServerOptions & { readonly kafka: KafkaOptions; readonly redis: RedisOptions },
  tell: (message: string) => void,
  onRecord: (outcome: Outcome) => void,
): Promise<ExchangeParts> {
  const { market, kafka, outcomeWaitMs } = options;
  const node = nodeName('api');
  const brokers = new Brokers(kafkaSettings(kafka, node), market, tell);
  await brokers.ensureTopics(kafka);
  const { redis, models } = openReadStore(options);
  const commands = brokers.openCommands(node);
  let log: EventLog | undefined;
  const relay: CommandRelay = new CommandRelay({
    commands,
    openLog: async (signal) => (log = await openRecent(models, (from) => brokers.openLog(from, signal))),
    clock: new SystemClock(),
    inboxLimit: INBOX_LIMIT,
    waitMs: outcomeWaitMs,
    onEvent: tell,
    onRecord: (outcome) => {
      health.note(outcome);
      onRecord(outcome);
    },
  });
  const health = new ApiHealth(relay, models, INBOX_LIMIT);
  relay.start();
  await untilReady(relay, models, tell);
  await health.learn();
  const time = new MarketTime(relay, health);
  time.start();
  const located = new LocatedLog(models);
  return {
    gateway: relay,
    models,
    // Nothing is shared with the process that folds: an id is asked for.
    seenIds: new SeenIds(seenIdsMemory(0)),
    log: () => {
      if (log === undefined) throw new WriterUnavailable('the events topic is not open', 1_000);
      return located.over(log);
    },
    health,
    endWaits: () => void relay.stop(),
    stop: async () => {
      time.stop();
      await relay.stop();
      await commands.close();
      redis.disconnect();
    },
  };
}

/** Also the read store must have come to where the relay began to be told of records. */
async function untilReady(relay: CommandRelay, models: ReadModels, tell: (message: string) => void): Promise<void> {
  let told: number | undefined;
  for (let looks = 1; ; looks++) {
    const [status, { ready, reason, sequence }] = [await models.status(), relay.status()];
    if (status.failed) throw new ReadModelsFailed(status.as_of_seq, status.reason);
    if (ready) told ??= sequence;
    if (told !== undefined && status.ready && status.as_of_seq >= told) return;
    const lag = status.ready && told !== undefined ? `the read store is at record ${status.as_of_seq} of ${told}` : '';
    if (looks % 25 === 0) tell(`waits: ${[reason, status.reason, lag].filter((text) => text !== '').join('; ')}`);
    await pause(LOOK_MS);
  }
}
