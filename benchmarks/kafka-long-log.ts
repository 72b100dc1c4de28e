// A market on Kafka with as many commands in its log as are wanted, written by the real sequencer: for what is measured by length.

import { ensureTopics, KafkaEventLog } from '@tokenbourse/log-kafka';
import { Sequencer } from '@tokenbourse/sequencer';

import { Commands, marketFor, opening } from './engine-market';
import { logOptions, STATED } from './kafka-market';
import { MarketClock } from './market-clock';
import { makeStream } from './stream';

const TOGETHER = 1_024;
/** Frames on their way at once: one is decided while the other is written. */
const SENDERS = 2;

/** Writes it; returns the last record. */
export async function writeLongLog(
  brokers: readonly string[],
  market: string,
  { commands: operations, resting }: { readonly commands: number; readonly resting: number },
  progress: (done: number) => void,
): Promise<number> {
  await ensureTopics({ brokers }, market, STATED);
  const stream = makeStream({ seed: 1, operations, resting });
  const openLog = (): Promise<KafkaEventLog> => KafkaEventLog.open(logOptions(brokers, market));
  const sequencer = new Sequencer({ openLog, clock: new MarketClock(), inboxLimit: 1_000_000 });
  await sequencer.start();
  for (const command of opening(marketFor(stream))) await sequencer.submit(command);
  const source = new Commands(stream, true);
  let next = 1;
  const sender = async (): Promise<void> => {
    while (next <= stream.size) {
      const ids = Array.from({ length: Math.min(TOGETHER, stream.size - next + 1) }, (_, index) => next + index);
      next += ids.length;
      for (const answer of await sequencer.submitAll(ids.map((id) => source.next(id)))) {
        if (answer instanceof Error) throw answer;
      }
      progress(next);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  const { sequence } = sequencer.status();
  await sequencer.stop();
  return sequence;
}
