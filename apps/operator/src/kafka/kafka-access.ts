// How the operator's commands reach the brokers: --kafka and --market, and for the rest the environment of the roles.

import { readFileSync } from 'node:fs';

import { recordsFromJson, recordsToJson } from '@tokenbourse/domain';
import type { KafkaSettings, SaslSettings } from '@tokenbourse/log-kafka';

import { UsageError } from '../command-line';

/** What log-kafka needs to read and write frames as text. */
export const RECORDS_AS_JSON = { toText: recordsToJson, fromText: recordsFromJson };

export const KAFKA_HELP = [
  '  --kafka HOST:PORT,…  some of the brokers; else TOKENBOURSE_KAFKA. TLS and passwords as for the roles:',
  '              TOKENBOURSE_KAFKA_TLS, TOKENBOURSE_KAFKA_SASL, TOKENBOURSE_KAFKA_USER, TOKENBOURSE_KAFKA_PASSWORD',
];

const MECHANISMS: readonly SaslSettings['mechanism'][] = ['plain', 'scram-sha-256', 'scram-sha-512'];

/** There is no log of that market. */
export class NoSuchMarket extends Error {
  readonly code = 'NO_SUCH_MARKET';
  constructor(brokers: readonly string[], market: string, there: readonly string[]) {
    const others = there.length === 0 ? 'there is no market at all' : `there are ${there.join(', ')}`;
    super(`the brokers at ${brokers.join(',')} have no market "${market}"; ${others}`);
  }
}

/** @throws UsageError */
export function marketNamed(option: string | undefined): string | undefined {
  const name = option ?? (process.env.TOKENBOURSE_MARKET || undefined);
  if (name === undefined || /^[a-z][a-z0-9-]{0,39}$/.test(name)) return name;
  throw new UsageError(
    `The market is ${JSON.stringify(name)}; it must be small letters, digits and dashes, at most 40.`,
  );
}

/** @throws UsageError */
export function kafkaSettings(brokers: string): KafkaSettings {
  if (!/^[^\s:,]+:\d{1,5}(,[^\s:,]+:\d{1,5})*$/.test(brokers))
    throw new UsageError(`--kafka is ${JSON.stringify(brokers)}; it must be HOST:PORT, several with commas between.`);
  return { brokers: brokers.split(','), clientId: `operator-${process.pid}`, tls: tlsOf(), sasl: saslOf() };
}

function tlsOf(): KafkaSettings['tls'] {
  const text = process.env.TOKENBOURSE_KAFKA_TLS || 'off';
  if (text === 'on' || text === 'off') return text === 'on';
  try {
    return { ca: readFileSync(text, 'utf8') };
  } catch (error) {
    throw new UsageError(
      `TOKENBOURSE_KAFKA_TLS must be off, on or a file that can be read: ${(error as Error).message}`,
    );
  }
}

function saslOf(): SaslSettings | undefined {
  const {
    TOKENBOURSE_KAFKA_SASL: text,
    TOKENBOURSE_KAFKA_USER: username,
    TOKENBOURSE_KAFKA_PASSWORD: password,
  } = process.env;
  if (text === undefined || text === '' || text === 'off') return undefined;
  const mechanism = MECHANISMS.find((each) => each === text);
  if (mechanism === undefined)
    throw new UsageError(
      `TOKENBOURSE_KAFKA_SASL is ${JSON.stringify(text)}; it must be off or ${MECHANISMS.join(', ')}.`,
    );
  if (!username || !password)
    throw new UsageError('TOKENBOURSE_KAFKA_SASL needs TOKENBOURSE_KAFKA_USER and TOKENBOURSE_KAFKA_PASSWORD.');
  return { mechanism, username, password };
}
