/** The commands topic on a real broker: the contract of all commands topics. */
import { sharedKafka } from '../../../test/support/brokers/kafka';
import { describeCommandsTopic } from '../../log/src/commands-topic.contract';
import { KafkaCommandsTopic } from './commands-topic';
import { makeTopic } from './test-topic.fixture';

describeCommandsTopic('on Kafka', async () => {
  const brokers = await sharedKafka();
  const topic = await makeTopic(brokers);
  return () => new KafkaCommandsTopic({ settings: { brokers }, topic, market: 'main', node: 'api-1' });
});
