/** How the brokers are reached: all that a client of Kafka needs to know, in one object. */
import type { Partition } from './partition';

export interface TlsSettings {
  /** PEM of the authority that signed the brokers' certificates; the system's own without it. */
  readonly ca?: string;
  /** PEM of this client's certificate and key, where brokers ask for one. */
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  /** The name that the brokers' certificate must bear; the host's own without it. */
  readonly servername?: string;
}

export interface SaslSettings {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

export interface KafkaSettings {
  /** `host:port` of at least one broker; the others are learnt from it. */
  readonly brokers: readonly string[];
  /** How the brokers' own logs name this client. */
  readonly clientId?: string;
  /** On with the system's authorities when true; off without it. */
  readonly tls?: boolean | TlsSettings;
  readonly sasl?: SaslSettings;
  /** 3,000 without it. */
  readonly connectMs?: number;
  /** A request that isn't answered after so long has failed; 10,000 without it. */
  readonly requestMs?: number;
  /** Another client than kafkajs, for logs and commands. */
  readonly partition?: (settings: KafkaSettings, topic: string) => Partition;
}

export const CONNECT_MS = 3_000;
export const REQUEST_MS = 10_000;
