// Options of the command line and the environment, right and wrong.

import { DEFAULT_RETENTION } from '@tokenbourse/projections';
import { helpText, OptionsWrong, parseOptions, passedOn, wantsHelp } from './options';

test('without any, the defaults hold', () => {
  expect(parseOptions([], {})).toEqual({
    localCluster: false,
    role: 'standalone',
    kafka: undefined,
    redis: undefined,
    retention: DEFAULT_RETENTION,
    outcomeWaitMs: 5_000,
    takeoverMs: 3_000,
    drainMs: 200,
    metricsPort: 0,
    host: '127.0.0.1',
    port: 3_000,
    data: './data',
    market: 'main',
    demo: true,
    adminKey: '',
    tradeKey: '',
    rateLimit: 2_000,
    logRequests: '',
    snapshotRecords: 1_000_000,
  });
});

test('the command line comes before the environment', () => {
  const env = { TOKENBOURSE_PORT: '4000', TOKENBOURSE_DATA: '/srv/a', TOKENBOURSE_ADMIN_KEY: 'a-long-key' };
  const options = parseOptions(['--port=0', '--no-demo', '--role', 'standalone'], env);
  expect(options).toMatchObject({ port: 0, data: '/srv/a', demo: false, adminKey: 'a-long-key' });
  expect(parseOptions([], { TOKENBOURSE_NO_DEMO: '1' }).demo).toBe(false);
});

test.each([
  [['--port', '65536'], {}, '--port is "65536"; it must be a whole number from 0 to 65535.'],
  [['--port', '-1'], {}, /port/],
  [[], { TOKENBOURSE_PORT: 'http' }, 'TOKENBOURSE_PORT is "http"'],
  [['--role', 'broker'], {}, '--role is "broker"; it must be standalone or api or engine or projector.'],
  [['--role', 'engine'], {}, 'Role engine needs --kafka HOST:PORT, or TOKENBOURSE_KAFKA.'],
  [['--role', 'api', '--kafka', 'a:9092'], {}, 'Role api needs --redis redis://HOST:PORT, or TOKENBOURSE_REDIS.'],
  [['--kafka', 'a:9092'], {}, '--kafka is of no use to role standalone'],
  [['--role', 'engine', '--kafka', 'a:9092,b'], {}, '--kafka is "a:9092,b"; it must be HOST:PORT'],
  [['--role', 'engine', '--kafka', 'a:9092', '--kafka-sasl', 'plain'], {}, '--kafka-sasl needs TOKENBOURSE_KAFKA_USER'],
  [['--role', 'engine', '--kafka-replication', '0'], {}, '--kafka-replication is "0"'],
  [[], { TOKENBOURSE_REDIS: 'localhost:6379' }, 'TOKENBOURSE_REDIS is "localhost:6379"; it must be redis://'],
  [['--keep-candles', '1m=0'], {}, '--keep-candles is "1m=0"'],
  [['--keep-candles', '2m=5'], {}, '--keep-candles is "2m=5"'],
  [['--data', ''], {}, '--data is ""'],
  [['--rate-limit', '0'], {}, '--rate-limit is "0"'],
  [['extra'], {}, 'extra'],
  [['--nonsense'], {}, '--nonsense'],
  [[], { TOKENBOURSE_ADMIN_KEY: 'a b c d e f g' }, 'TOKENBOURSE_ADMIN_KEY must have'],
] as const)('%j with %j is refused', (args, env, sentence) => {
  expect(() => parseOptions(args, env)).toThrow(OptionsWrong);
  expect(() => parseOptions(args, env)).toThrow(sentence);
});

test('the roles beyond one machine, from the environment', () => {
  const env = {
    TOKENBOURSE_ROLE: 'api',
    TOKENBOURSE_KAFKA: 'one:9092,two:9093',
    TOKENBOURSE_KAFKA_SASL: 'scram-sha-512',
    TOKENBOURSE_KAFKA_USER: 'market',
    TOKENBOURSE_KAFKA_PASSWORD: 'secret',
    TOKENBOURSE_KAFKA_TLS: '/etc/ca.pem',
    TOKENBOURSE_REDIS: 'rediss://store:6380',
    TOKENBOURSE_REDIS_PASSWORD: 'hidden',
    TOKENBOURSE_KEEP_TRADES: '100',
    TOKENBOURSE_KEEP_CANDLES: '1s=60',
    TOKENBOURSE_KEEP_OUTCOMES: '7',
  };
  expect(parseOptions([], env)).toMatchObject({
    role: 'api',
    demo: false,
    kafka: {
      brokers: ['one:9092', 'two:9093'],
      replication: 3,
      commandHours: 168,
      tls: { authorities: '/etc/ca.pem' },
      sasl: { mechanism: 'scram-sha-512', user: 'market', password: 'secret' },
    },
    redis: { url: 'rediss://store:6380', password: 'hidden', authorities: '' },
    retention: {
      trades_per_contract: 100,
      trades_of_market: 400,
      command_outcomes: 7,
      candles: { '1s': 60, '1m': 2_880 },
    },
  });
  expect(parseOptions(['--demo'], env).demo).toBe(true);
});

test('a local cluster keeps nothing unless told to, and has its own brokers', () => {
  const localCluster = (...args: string[]) => parseOptions(['--local-cluster', ...args], {});
  expect(localCluster()).toMatchObject({ localCluster: true, data: '', demo: true });
  expect(localCluster('--data', 'kept', '--no-demo')).toMatchObject({ data: 'kept', demo: false });
  expect(parseOptions(['--local-cluster'], { TOKENBOURSE_DATA: 'kept' }).data).toBe('kept');
  expect(passedOn(['--local-cluster', '--port', '1', '--data', 'x', '--no-demo', '--market', 'm'])).toEqual([
    '--market',
    'm',
  ]);
  for (const [wrong, value] of [
    ['role', 'api'],
    ['kafka', 'one:9092'],
    ['redis', 'redis://one:1'],
  ] as const)
    expect(() => localCluster(`--${wrong}`, value)).toThrow(`--${wrong} is of no use to --local-cluster`);
});

test('help names every option', () => {
  expect(wantsHelp(['--port', '1', '--help'])).toBe(true);
  for (const name of ['role', 'host', 'port', 'data', 'market', 'rate-limit', 'no-demo', 'local-cluster'])
    expect(helpText()).toContain(`--${name}`);
});
