// The server's options: from the command line, else the environment, else a default; parsed once, wrong ones named.

import { parseArgs } from 'node:util';
import { DEFAULT_RETENTION, type Retention } from '@tokenbourse/projections';
import {
  candlesOf,
  key,
  OPTIONS,
  SASL_MECHANISMS,
  SECRETS,
  type Option,
  type OptionName,
  type Role,
} from './option-table';

/** How the brokers of Kafka are reached, and what topics are made with. */
export interface KafkaOptions {
  /** HOST:PORT of some of the brokers. */
  readonly brokers: readonly string[];
  /** Replicas of a topic that is made; existing ones are held against it. */
  readonly replication: number;
  /** How long the commands topic keeps commands. */
  readonly commandHours: number;
  /** Off; on, with the authorities that Node knows; or on, with those of a file. */
  readonly tls: 'off' | 'on' | { readonly authorities: string };
  readonly sasl?: {
    readonly mechanism: (typeof SASL_MECHANISMS)[number];
    readonly user: string;
    readonly password: string;
  };
}

export interface RedisOptions {
  /** redis:// or, with TLS, rediss:// */
  readonly url: string;
  /** Empty: none, or the URL's. */
  readonly password: string;
  /** File with the authorities of its certificate; empty: those that Node knows. */
  readonly authorities: string;
}

export interface ServerOptions {
  /** A process of each role, with brokers and read store, all on this machine. */
  readonly localCluster: boolean;
  readonly role: Role;
  /** Undefined in role standalone. */
  readonly kafka: KafkaOptions | undefined;
  /** Undefined in roles standalone and engine. */
  readonly redis: RedisOptions | undefined;
  /** How much of the past the read models keep. */
  readonly retention: Retention;
  /** So long a request waits for its command's outcome; then it is told where to ask. */
  readonly outcomeWaitMs: number;
  /** Without a frame for so long, while commands wait, a standby takes over. */
  readonly takeoverMs: number;
  /** Told to stop, it answers on for so long while it says that it is not ready. */
  readonly drainMs: number;
  /** Where metrics are served; 0: nowhere. */
  readonly metricsPort: number;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Empty for a local cluster that keeps nothing. */
  readonly data: string;
  readonly market: string;
  readonly demo: boolean;
  /** Texts of keys; empty: made at the first start. */
  readonly adminKey: string;
  readonly tradeKey: string;
  /** Requests per second and sender. */
  readonly rateLimit: number;
  /** A file, - for standard output, or empty: requests are not logged. */
  readonly logRequests: string;
  /** Snapshot and read models are saved after so many records. */
  readonly snapshotRecords: number;
}

/** What is wrong with the options, one line each. */
export class OptionsWrong extends Error {}

export function helpText(): string {
  const lines = Object.entries(OPTIONS).map(
    ([name, { env, standard, hint }]) => `  --${name.padEnd(19)} ${env.padEnd(31)} ${hint} (${standard || 'none'})`,
  );
  return [
    'Tokenbourse, the exchange for AI-token capacity.',
    '',
    'npm start -- [options]',
    '',
    ...lines,
    `  --${'no-demo'.padEnd(19)} ${'TOKENBOURSE_NO_DEMO=1'.padEnd(31)} an empty market: nobody trades by themselves`,
    `  --${'demo'.padEnd(19)} ${'TOKENBOURSE_DEMO=1'.padEnd(31)} role api: agents trade here; role standalone has them anyway`,
    `  --${'local-cluster'.padEnd(19)} ${''.padEnd(31)} a broker, Redis and a process per role on this machine; without --data they keep nothing`,
    `  --${'help'.padEnd(19)} ${''.padEnd(31)} this text`,
    '',
    `  ${SECRETS.adminKey} and ${SECRETS.tradeKey} give the first keys; else they are made and shown once.`,
    `  ${SECRETS.kafkaUser}, ${SECRETS.kafkaPassword} and ${SECRETS.redisPassword} are what brokers and read store ask for.`,
    '',
  ].join('\n');
}

export function wantsHelp(args: readonly string[]): boolean {
  return args.includes('--help') || args.includes('-h');
}

type Given = Readonly<Record<string, string | boolean | undefined>>;

const FLAGS = ['demo', 'no-demo', 'local-cluster'] as const;
type Flag = (typeof FLAGS)[number];

function argumentsOf(args: readonly string[]): Given {
  const typed = (names: readonly string[], type: 'string' | 'boolean'): object =>
    Object.fromEntries(names.map((name) => [name, { type }]));
  const options = { ...typed(Object.keys(OPTIONS), 'string'), ...typed(FLAGS, 'boolean') };
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values as Given;
  } catch (error) {
    throw new OptionsWrong(`${(error as Error).message.split('. ')[0]}. --help lists the options.`);
  }
}

/** What a local cluster gives to each of its roles as it was given; it has its own of the others. */
export function passedOn(args: readonly string[]): string[] {
  const own: readonly string[] = ['port', 'data', 'metrics-port', ...FLAGS] satisfies (OptionName | Flag)[];
  return Object.entries(argumentsOf(args)).flatMap(([name, value]) =>
    own.includes(name) ? [] : [`--${name}`, String(value)],
  );
}

/** Throws OptionsWrong with a line per wrong option. */
export function parseOptions(args: readonly string[], env: NodeJS.ProcessEnv): ServerOptions {
  const given = argumentsOf(args);
  const faults: string[] = [];
  const sourceOf = (name: OptionName): string => (given[name] === undefined ? OPTIONS[name].env : `--${name}`);
  const value = (name: OptionName): string => {
    const option: Option = OPTIONS[name];
    const fromArgs = given[name];
    const text = typeof fromArgs === 'string' ? fromArgs : (env[option.env] ?? option.standard);
    const right = option.wrong(text);
    if (right !== undefined) faults.push(`${sourceOf(name)} is ${JSON.stringify(text)}; it must be ${right}.`);
    return text;
  };
  const keyOf = (name: 'adminKey' | 'tradeKey'): string => {
    const text = env[SECRETS[name]] ?? '';
    const right = key(text);
    if (right !== undefined) faults.push(`${SECRETS[name]} must have ${right}.`);
    return text;
  };
  const isOn = (flag: 'demo' | 'no-demo', variable: string): boolean =>
    given[flag] === true || ['1', 'true'].includes(env[variable] ?? '');
  const localCluster = given['local-cluster'] === true;
  const role = value('role') as Role;
  const kept = Number(value('keep-trades'));
  const options: ServerOptions = {
    localCluster,
    role,
    kafka: kafkaOf(value, env),
    redis: redisOf(value, env),
    retention: {
      ...DEFAULT_RETENTION,
      trades_per_contract: kept,
      trades_of_market: TAPES * kept,
      command_outcomes: Number(value('keep-outcomes')),
      candles: candlesOf(value('keep-candles')) ?? DEFAULT_RETENTION.candles,
    },
    outcomeWaitMs: Number(value('outcome-wait-ms')),
    takeoverMs: Number(value('takeover-ms')),
    drainMs: Number(value('drain-ms')),
    metricsPort: Number(value('metrics-port')),
    host: value('host'),
    port: Number(value('port')),
    data: localCluster && given.data === undefined && env[OPTIONS.data.env] === undefined ? '' : value('data'),
    market: value('market'),
    demo: role === 'standalone' ? !isOn('no-demo', 'TOKENBOURSE_NO_DEMO') : isOn('demo', 'TOKENBOURSE_DEMO'),
    adminKey: keyOf('adminKey'),
    tradeKey: keyOf('tradeKey'),
    rateLimit: Number(value('rate-limit')),
    logRequests: value('log-requests'),
    snapshotRecords: Number(value('snapshot-records')),
  };
  if (faults.length === 0) faults.push(...contradictions(options, sourceOf));
  if (faults.length > 0) throw new OptionsWrong(faults.join('\n'));
  return options;
}

/** The market's tape is so many times as long as a contract's. */
const TAPES = 4;

type Values = (name: OptionName) => string;

function kafkaOf(value: Values, env: NodeJS.ProcessEnv): KafkaOptions | undefined {
  const [brokers, replication, hours] = [value('kafka'), value('kafka-replication'), value('kafka-command-hours')];
  const [tls, mechanism] = [value('kafka-tls'), value('kafka-sasl')];
  if (brokers === '') return undefined;
  return {
    brokers: brokers.split(','),
    replication: Number(replication),
    commandHours: Number(hours),
    tls: tls === 'off' || tls === 'on' ? tls : { authorities: tls },
    sasl:
      mechanism === 'off'
        ? undefined
        : {
            mechanism: mechanism as (typeof SASL_MECHANISMS)[number],
            user: env[SECRETS.kafkaUser] ?? '',
            password: env[SECRETS.kafkaPassword] ?? '',
          },
  };
}

function redisOf(value: Values, env: NodeJS.ProcessEnv): RedisOptions | undefined {
  const [url, authorities] = [value('redis'), value('redis-tls')];
  return url === '' ? undefined : { url, authorities, password: env[SECRETS.redisPassword] ?? '' };
}

/** What is right by itself and wrong together. */
function contradictions(
  { localCluster, role, kafka, redis }: ServerOptions,
  sourceOf: (name: OptionName) => string,
): string[] {
  const faults: string[] = [];
  if (localCluster) {
    if (role !== 'standalone') faults.push(`${sourceOf('role')} is of no use to --local-cluster; it starts all roles.`);
    if (kafka !== undefined) faults.push(`${sourceOf('kafka')} is of no use to --local-cluster; it starts a broker.`);
    if (redis !== undefined) faults.push(`${sourceOf('redis')} is of no use to --local-cluster; it starts Redis.`);
    return faults;
  }
  if (role === 'standalone') {
    if (kafka !== undefined)
      faults.push(`${sourceOf('kafka')} is of no use to role standalone; --role api, engine or projector use it.`);
    if (redis !== undefined)
      faults.push(`${sourceOf('redis')} is of no use to role standalone; --role api and projector use it.`);
    return faults;
  }
  if (kafka === undefined) faults.push(`Role ${role} needs --kafka HOST:PORT, or ${OPTIONS.kafka.env}.`);
  if (redis === undefined && role !== 'engine')
    faults.push(`Role ${role} needs --redis redis://HOST:PORT, or ${OPTIONS.redis.env}.`);
  if (kafka?.sasl !== undefined && (kafka.sasl.user === '' || kafka.sasl.password === ''))
    faults.push(`${sourceOf('kafka-sasl')} needs ${SECRETS.kafkaUser} and ${SECRETS.kafkaPassword}.`);
  return faults;
}
