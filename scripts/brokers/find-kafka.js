// Finds a Kafka for tests: addresses given in the environment, else a container, else brokers started on this machine.
const { inDocker } = require('./in-docker');
const { NoBroker, startBrokers, untilReady } = require('./kafka-brokers');

const GIVEN = 'TOKENBOURSE_TEST_KAFKA';
const IMAGE = 'apache/kafka:4.1.1';
const PORT = 9092;
/** What is said to be there must answer sooner than a test ends. */
const GIVEN_MS_MAX = 20_000;

/** One broker in Docker. Throws where there is no Docker, or its image can't be had. */
async function startContainer() {
  const { GenericContainer, Wait } = require('testcontainers');
  const { createServer } = require('node:net');
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  const container = await new GenericContainer(IMAGE)
    .withExposedPorts({ container: PORT, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_LISTENERS: `PLAINTEXT://:${PORT},CONTROLLER://:9093`,
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    })
    .withWaitStrategy(Wait.forListeningPorts())
    .start();
  const addresses = [`127.0.0.1:${port}`];
  await untilReady(addresses, []);
  return { addresses, how: `Docker, ${IMAGE}`, stop: () => container.stop() };
}

/**
 * @returns {Promise<{ addresses: string[], how: string, stop(): Promise<unknown> }>}
 * @throws NoBroker saying what would be right
 */
async function findKafka() {
  const given = process.env[GIVEN];
  if (given) {
    const addresses = given.split(',');
    await untilReady(addresses, [], 1, GIVEN_MS_MAX).catch(() => {
      throw new NoBroker(`no Kafka answers at ${given} (${GIVEN})`);
    });
    return { addresses, how: GIVEN, stop: async () => undefined };
  }
  const docker = await inDocker(startContainer);
  if (docker.container) return docker.container;
  try {
    return { ...(await startBrokers(1)), how: 'started on this machine' };
  } catch (error) {
    if (!(error instanceof NoBroker)) throw error;
    const ways = `set ${GIVEN}=HOST:PORT, or ${docker.mend}`;
    throw new NoBroker(`no Kafka for the tests: ${ways}, or let it start on this machine: ${error.message}`);
  }
}

module.exports = { find: findKafka };
