// What a partition makes of a client that goes silent.

import Cluster from 'kafkajs/src/cluster';
import { KafkajsPartition } from './kafkajs-partition';
import { BrokerAway } from './partition';

test('a request that kafkajs never ends has failed some time after all of its own timeouts', async () => {
  // A connection that ends while a request is being encoded leaves it so; no broker can be made to do it at will.
  const connect = jest.spyOn(Cluster.prototype, 'connect').mockReturnValue(new Promise(() => undefined));
  const partition = new KafkajsPartition({ brokers: ['127.0.0.1:1'], connectMs: 20, requestMs: 30 }, 'events');
  const asking = partition.produce([{ value: Buffer.from('x') }]);
  await expect(asking).rejects.toThrow(BrokerAway);
  await expect(asking).rejects.toMatchObject({ asked: false, message: 'topic events: no answer within 100 ms' });
  connect.mockRestore();
  await expect(partition.produce([{ value: Buffer.from('x') }])).rejects.toThrow(/ECONNREFUSED|Connection error/);
  partition.close();
});
