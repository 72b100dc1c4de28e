// Finds a Redis for tests: an address given in the environment, else a container, else one started on this machine.
const { NoRedis, startRedis, untilReady } = require('./redis-server');

const GIVEN = 'TOKENBOURSE_TEST_REDIS';
const IMAGE = 'redis:7.4-alpine';
const PORT = 6379;

/** Redis in Docker; undefined where there is no Docker. */
async function startContainer() {
  const { GenericContainer, getContainerRuntimeClient, Wait } = require('testcontainers');
  try {
    await getContainerRuntimeClient();
  } catch {
    return undefined;
  }
  const container = await new GenericContainer(IMAGE)
    .withExposedPorts(PORT)
    .withCommand(['redis-server', '--save', '', '--appendonly', 'no'])
    .withWaitStrategy(Wait.forListeningPorts())
    .start();
  const address = `redis://${container.getHost()}:${container.getMappedPort(PORT)}`;
  await untilReady(address);
  return { addresses: [address], how: `Docker, ${IMAGE}`, stop: () => container.stop() };
}

/**
 * @returns {Promise<{ addresses: string[], how: string, stop(): Promise<unknown> }>} one address, as a URL
 * @throws NoRedis saying what would be right
 */
async function findRedis() {
  const given = process.env[GIVEN];
  if (given) {
    const url = given.includes('://') ? given : `redis://${given}`;
    await untilReady(url).catch(() => {
      throw new NoRedis(`no Redis answers at ${given} (${GIVEN})`);
    });
    return { addresses: [url], how: GIVEN, stop: async () => undefined };
  }
  const container = await startContainer();
  if (container) return container;
  try {
    const redis = await startRedis();
    return { addresses: [redis.url], how: 'started on this machine', stop: redis.stop };
  } catch (error) {
    if (!(error instanceof NoRedis)) throw error;
    throw new NoRedis(`no Redis for the tests: set ${GIVEN}=HOST:PORT, or start Docker; here ${error.message}`);
  }
}

module.exports = { find: findRedis };
