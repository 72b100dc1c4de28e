// Finds a Redis for tests: an address given in the environment, else a container, else one started on this machine.
const { inDocker } = require('./in-docker');
const { NoRedis, startRedis, untilReady } = require('./redis-server');

const GIVEN = 'TOKENBOURSE_TEST_REDIS';
const IMAGE = 'redis:7.4-alpine';
const PORT = 6379;

/** Redis in Docker. Throws where there is no Docker, or its image can't be had. */
async function startContainer() {
  const { GenericContainer, Wait } = require('testcontainers');
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
  const docker = await inDocker(startContainer);
  if (docker.container) return docker.container;
  try {
    const redis = await startRedis();
    return { addresses: [redis.url], how: 'started on this machine', stop: redis.stop };
  } catch (error) {
    if (!(error instanceof NoRedis)) throw error;
    const ways = `set ${GIVEN}=HOST:PORT, or ${docker.mend}`;
    throw new NoRedis(`no Redis for the tests: ${ways}, or let it start on this machine: ${error.message}`);
  }
}

module.exports = { find: findRedis };
