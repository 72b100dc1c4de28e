// The table of the server's options: names, environment, defaults, and what is right.

import { CANDLE_INTERVALS, DEFAULT_RETENTION, type CandleInterval, type Retention } from '@tokenbourse/projections';

export const ROLES = ['standalone', 'api', 'engine', 'projector'] as const;
export type Role = (typeof ROLES)[number];

export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

/** From the environment alone: a command line is seen by everybody on the machine. */
export const SECRETS = {
  adminKey: 'TOKENBOURSE_ADMIN_KEY',
  tradeKey: 'TOKENBOURSE_TRADE_KEY',
  kafkaUser: 'TOKENBOURSE_KAFKA_USER',
  kafkaPassword: 'TOKENBOURSE_KAFKA_PASSWORD',
  redisPassword: 'TOKENBOURSE_REDIS_PASSWORD',
} as const;

export interface Option {
  readonly env: string;
  readonly standard: string;
  readonly hint: string;
  /** Undefined if right, else what would be. */
  readonly wrong: (text: string) => string | undefined;
}

const wholeNumber = (least: number, most: number) => (text: string) =>
  /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most
    ? undefined
    : `a whole number from ${least} to ${most}`;
const oneOf = (words: readonly string[]) => (text: string) => (words.includes(text) ? undefined : words.join(' or '));
const word = (pattern: RegExp, right: string) => (text: string) => (pattern.test(text) ? undefined : right);
// eslint-disable-next-line no-control-regex
export const key = word(/^$|^[^\s\u0000-\u001f]{8,200}$/, 'at least 8 characters without blanks');

/** How many candles are kept by interval; undefined where the text is wrong. */
export function candlesOf(text: string): Retention['candles'] | undefined {
  const candles: Record<CandleInterval, number> = { ...DEFAULT_RETENTION.candles };
  for (const part of text.split(',')) {
    const [interval = '', kept = ''] = part.split('=');
    if (!CANDLE_INTERVALS.includes(interval as CandleInterval) || wholeNumber(1, 1_000_000)(kept) !== undefined)
      return undefined;
    candles[interval as CandleInterval] = Number(kept);
  }
  return candles;
}

export const OPTIONS = {
  role: {
    env: 'TOKENBOURSE_ROLE',
    standard: 'standalone',
    hint: `what this process does: ${ROLES.join(', ')}`,
    wrong: oneOf(ROLES),
  },
  host: {
    env: 'TOKENBOURSE_HOST',
    standard: '127.0.0.1',
    hint: 'address to listen on',
    wrong: word(/^\S{1,255}$/, 'an address or host name'),
  },
  port: {
    env: 'TOKENBOURSE_PORT',
    standard: '3000',
    hint: 'port to listen on; 0 picks a free one',
    wrong: wholeNumber(0, 65_535),
  },
  data: {
    env: 'TOKENBOURSE_DATA',
    standard: './data',
    hint: 'folder of the log, its snapshots and read models; with brokers, of snapshots at hand',
    wrong: word(/./, 'a folder’s path'),
  },
  market: {
    env: 'TOKENBOURSE_MARKET',
    standard: 'main',
    hint: 'name of the market',
    wrong: word(/^[a-z][a-z0-9-]{0,39}$/, 'small letters, digits and dashes, at most 40'),
  },
  'rate-limit': {
    env: 'TOKENBOURSE_RATE_LIMIT',
    standard: '2000',
    hint: 'requests per second and API key',
    wrong: wholeNumber(1, 100_000_000),
  },
  'log-requests': {
    env: 'TOKENBOURSE_LOG_REQUESTS',
    standard: '',
    hint: 'file for a line of JSON per request, without keys and bodies; - for standard output',
    wrong: word(/^[^\0]*$/, 'a file’s path, or -'),
  },
  'snapshot-records': {
    env: 'TOKENBOURSE_SNAPSHOT_RECORDS',
    standard: '1000000',
    hint: 'saves snapshot and read models after so many records',
    wrong: wholeNumber(1, 100_000_000),
  },
  kafka: {
    env: 'TOKENBOURSE_KAFKA',
    standard: '',
    hint: 'brokers, HOST:PORT,HOST:PORT…; for roles api, engine, projector',
    wrong: word(/^$|^[^\s:,]+:\d{1,5}(,[^\s:,]+:\d{1,5})*$/, 'HOST:PORT, several with commas between'),
  },
  'kafka-replication': {
    env: 'TOKENBOURSE_KAFKA_REPLICATION',
    standard: '3',
    hint: 'replicas of each topic; all but one must have a message before it counts',
    wrong: wholeNumber(1, 9),
  },
  'kafka-command-hours': {
    env: 'TOKENBOURSE_KAFKA_COMMAND_HOURS',
    standard: '168',
    hint: 'hours for which the commands topic keeps commands; longer than any downtime',
    wrong: wholeNumber(1, 87_600),
  },
  'kafka-tls': {
    env: 'TOKENBOURSE_KAFKA_TLS',
    standard: 'off',
    hint: 'off, on, or the file of the authorities that signed the brokers’ certificates',
    wrong: word(/^[^\0]+$/, 'off, on or a file’s path'),
  },
  'kafka-sasl': {
    env: 'TOKENBOURSE_KAFKA_SASL',
    standard: 'off',
    hint: `off, or ${SASL_MECHANISMS.join(', ')} with ${SECRETS.kafkaUser} and ${SECRETS.kafkaPassword}`,
    wrong: oneOf(['off', ...SASL_MECHANISMS]),
  },
  redis: {
    env: 'TOKENBOURSE_REDIS',
    standard: '',
    hint: 'read store, redis://HOST:PORT, rediss:// with TLS; for roles api and projector',
    wrong: word(/^$|^rediss?:\/\/\S+$/, 'redis://HOST:PORT or rediss://HOST:PORT'),
  },
  'redis-tls': {
    env: 'TOKENBOURSE_REDIS_TLS',
    standard: '',
    hint: 'file of the authorities that signed the certificate of a rediss:// store',
    wrong: word(/^[^\0]*$/, 'a file’s path'),
  },
  'keep-trades': {
    env: 'TOKENBOURSE_KEEP_TRADES',
    standard: String(DEFAULT_RETENTION.trades_per_contract),
    hint: 'trades of each contract that the tape keeps; of the whole market four times as many',
    wrong: wholeNumber(1, 1_000_000),
  },
  'keep-candles': {
    env: 'TOKENBOURSE_KEEP_CANDLES',
    standard: Object.entries(DEFAULT_RETENTION.candles)
      .map(([interval, kept]) => `${interval}=${kept}`)
      .join(','),
    hint: 'candles kept by interval; those left out keep the standard',
    wrong: (text) => (candlesOf(text) === undefined ? '1s=3600,1m=2880 and so on, from 1 to 1000000 each' : undefined),
  },
  'keep-outcomes': {
    env: 'TOKENBOURSE_KEEP_OUTCOMES',
    standard: String(DEFAULT_RETENTION.command_outcomes),
    hint: 'commands other than orders and movements of cash whose outcome can be asked for by their id',
    wrong: wholeNumber(1, 10_000_000),
  },
  'outcome-wait-ms': {
    env: 'TOKENBOURSE_OUTCOME_WAIT_MS',
    standard: '5000',
    hint: 'role api: a request waits so long for its command’s outcome before it is answered with 202',
    wrong: wholeNumber(1, 60_000),
  },
  'takeover-ms': {
    env: 'TOKENBOURSE_TAKEOVER_MS',
    standard: '3000',
    hint: 'role engine: takes over when commands wait and none was answered for so long',
    wrong: wholeNumber(100, 600_000),
  },
  'drain-ms': {
    env: 'TOKENBOURSE_DRAIN_MS',
    standard: '200',
    hint: 'roles standalone and api: told to stop they still answer for so long, and say that they are not ready',
    wrong: wholeNumber(0, 600_000),
  },
  'metrics-port': {
    env: 'TOKENBOURSE_METRICS_PORT',
    standard: '0',
    hint: 'port on which /metrics is served for Prometheus, without a key; 0: none',
    wrong: wholeNumber(0, 65_535),
  },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof OPTIONS;
