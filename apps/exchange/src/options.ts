// The server's options: from the command line, else the environment, else a default; parsed once, wrong ones named.

import { parseArgs } from 'node:util';

export const ROLES = ['standalone'] as const;
export type Role = (typeof ROLES)[number];

export interface ServerOptions {
  readonly role: Role;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
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

interface Option {
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
const word = (pattern: RegExp, right: string) => (text: string) => (pattern.test(text) ? undefined : right);
// eslint-disable-next-line no-control-regex
const key = word(/^$|^[^\s\u0000-\u001f]{8,200}$/, 'at least 8 characters without blanks');

const OPTIONS = {
  role: {
    env: 'TOKENBOURSE_ROLE',
    standard: 'standalone',
    hint: 'what this process does: standalone',
    wrong: word(/^standalone$/, ROLES.join(' or ')),
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
    hint: 'folder of the log, its snapshots and read models',
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
} as const satisfies Record<string, Option>;

const KEYS = { adminKey: 'TOKENBOURSE_ADMIN_KEY', tradeKey: 'TOKENBOURSE_TRADE_KEY' } as const;

type OptionName = keyof typeof OPTIONS;

export function helpText(): string {
  const lines = Object.entries(OPTIONS).map(
    ([name, { env, standard, hint }]) => `  --${name.padEnd(16)} ${env.padEnd(28)} ${hint} (${standard || 'none'})`,
  );
  return [
    'Tokenbourse, the exchange for AI-token capacity.',
    '',
    'npm start -- [options]',
    '',
    ...lines,
    `  --${'no-demo'.padEnd(16)} ${'TOKENBOURSE_NO_DEMO=1'.padEnd(28)} an empty market: nobody trades by themselves`,
    `  --${'help'.padEnd(16)} ${''.padEnd(28)} this text`,
    '',
    `  ${KEYS.adminKey} and ${KEYS.tradeKey} give the first keys; else they are made and shown once.`,
    '',
  ].join('\n');
}

export function wantsHelp(args: readonly string[]): boolean {
  return args.includes('--help') || args.includes('-h');
}

function argumentsOf(args: readonly string[]): Record<string, string | boolean | undefined> {
  const options = Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, { type: 'string' as const }]));
  try {
    return parseArgs({
      args: [...args],
      options: { ...options, 'no-demo': { type: 'boolean' } },
      allowPositionals: false,
    }).values as Record<string, string | boolean | undefined>;
  } catch (error) {
    throw new OptionsWrong(`${(error as Error).message.split('. ')[0]}. --help lists the options.`);
  }
}

/** Throws OptionsWrong with a line per wrong option. */
export function parseOptions(args: readonly string[], env: NodeJS.ProcessEnv): ServerOptions {
  const given = argumentsOf(args);
  const faults: string[] = [];
  const value = (name: OptionName): string => {
    const option: Option = OPTIONS[name];
    const fromArgs = given[name];
    const text = typeof fromArgs === 'string' ? fromArgs : (env[option.env] ?? option.standard);
    const right = option.wrong(text);
    const source = typeof fromArgs === 'string' ? `--${name}` : option.env;
    if (right !== undefined) faults.push(`${source} is ${JSON.stringify(text)}; it must be ${right}.`);
    return text;
  };
  const keyOf = (name: keyof typeof KEYS): string => {
    const text = env[KEYS[name]] ?? '';
    const right = key(text);
    if (right !== undefined) faults.push(`${KEYS[name]} must have ${right}.`);
    return text;
  };
  const options: ServerOptions = {
    role: value('role') as Role,
    host: value('host'),
    port: Number(value('port')),
    data: value('data'),
    market: value('market'),
    demo: given['no-demo'] !== true && !['1', 'true'].includes(env.TOKENBOURSE_NO_DEMO ?? ''),
    adminKey: keyOf('adminKey'),
    tradeKey: keyOf('tradeKey'),
    rateLimit: Number(value('rate-limit')),
    logRequests: value('log-requests'),
    snapshotRecords: Number(value('snapshot-records')),
  };
  if (faults.length > 0) throw new OptionsWrong(faults.join('\n'));
  return options;
}
