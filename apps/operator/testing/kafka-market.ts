// For tests: a market on Kafka with an engine that decides, for as long as a test wants commands answered.

import { recordsFromJson, recordsToJson, type Command } from '@tokenbourse/domain';
import {
  DeadLetters,
  KafkaCommandsTopic,
  KafkaEventLog,
  marketTopics,
  type KafkaSettings,
} from '@tokenbourse/log-kafka';
import { CommandRelay, MarketEngine, SystemClock, type Outcome } from '@tokenbourse/sequencer';

const TAKEOVER_US = 100_000;

/** The machine's clock, but for the date. */
class LaterClock extends SystemClock {
  private readonly aheadUs: number;

  constructor(fromUs: number) {
    super();
    this.aheadUs = fromUs - super.wallUs();
  }

  override wallUs(): number {
    return super.wallUs() + this.aheadUs;
  }
}

/**
 * Starts an engine and a relay, has `commands` answered one after the other, and stops both.
 * @param fromUs the time at which the engine's clock begins
 */
export async function answerOnKafka(
  settings: KafkaSettings,
  market: string,
  fromUs: number,
  commands: readonly Command[],
): Promise<readonly Outcome[]> {
  const { events, commands: topic, deadLetters } = marketTopics(market);
  const clock = new LaterClock(fromUs);
  const queue = new KafkaCommandsTopic({ settings, topic, market, node: 'test' });
  const text = { toText: recordsToJson, fromText: recordsFromJson };
  const openLog = (): Promise<KafkaEventLog> => KafkaEventLog.open({ settings, topic: events, market, text });
  const letters = new DeadLetters(settings, deadLetters, market);
  const engine = new MarketEngine({
    openLog,
    commands: queue,
    clock,
    deadLetter: ({ place, reason, text: value }) => letters.put({ ...place, reason, value }),
    chance: () => 0,
    takeoverUs: TAKEOVER_US,
  });
  const relay = new CommandRelay({ openLog, commands: queue, clock, waitMs: 20_000 });
  engine.start();
  relay.start();
  try {
    while (!relay.status().ready) await new Promise((waited) => setTimeout(waited, 20));
    const outcomes: Outcome[] = [];
    for (const command of commands) outcomes.push(await relay.submit(command));
    return outcomes;
  } finally {
    await relay.stop();
    await engine.stop();
    await queue.close();
    letters.close();
  }
}
