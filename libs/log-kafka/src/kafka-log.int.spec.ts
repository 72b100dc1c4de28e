// The log on Kafka passes what every event log must, on a real broker: served from memory, and with everything read from the topic.

import { describeEventLog } from '../../log/src/event-log.contract';
import { sharedKafka } from '../../../test/support/brokers/kafka';
import { KafkaEventLog } from './kafka-log';
import { KafkaLogReader } from './kafka-log-reader';
import { opaqueText } from './opaque-text.fixture';
import { deleteBefore, makeTopic, putMessages } from './test-topic.fixture';

for (const [name, recentBytes] of [
  ['Kafka', 16 << 20],
  ['Kafka, with nothing kept in memory', 0],
] as const) {
  describeEventLog(name, async () => {
    const brokers = await sharedKafka();
    const topic = await makeTopic(brokers);
    const options = { settings: { brokers }, topic, market: 'main', text: opaqueText, recentBytes };
    return {
      open: () => KafkaEventLog.open(options),
      openReader: () => KafkaLogReader.open(options),
      openStartingAfter: async (start) => {
        const later = await makeTopic(brokers);
        await putMessages(brokers, later, Array(start.place).fill({ value: 'gone' }));
        await deleteBefore(brokers, later, start.place);
        return KafkaEventLog.open({ ...options, topic: later, from: start });
      },
      dispose: async () => undefined,
    };
  });
}
