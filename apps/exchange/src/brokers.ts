// How the roles beyond one machine reach the brokers, and what they call the topics.

import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { hostname } from 'node:os';
import { recordsFromJson, recordsToJson } from '@tokenbourse/domain';
import {
  BrokerAway,
  ensureTopics,
  KafkaCommandsTopic,
  KafkaEventLog,
  KafkaLogReader,
  marketTopics,
  type KafkaLogOptions,
  type KafkaSettings,
  type MarketTopics,
} from '@tokenbourse/log-kafka';
import { PositionForeign, PositionPastEnd, type Position } from '@tokenbourse/log';
import { SnapshotUnreadable } from '@tokenbourse/engine';
import type { SnapshotFiles } from '@tokenbourse/sequencer';
import type { KafkaOptions } from './options';

/** What a thread is told, too: plain data. */
export interface BrokerAccess {
  readonly settings: KafkaSettings;
  readonly market: string;
}

const HOUR_MS = 3_600_000;
const RETRY_MS = 1_000;
/** So many tries pass between two lines about one trouble. */
const TELL_EVERY = 15;

const RECORDS_AS_JSON = { toText: recordsToJson, fromText: recordsFromJson };

/** Who this process is, for those who look at the brokers. */
export const nodeName = (role: string): string => `${role}-${hostname()}-${process.pid}`;

/** @throws Error naming a file of authorities that can't be read */
export function kafkaSettings({ brokers, tls, sasl }: KafkaOptions, clientId: string): KafkaSettings {
  return {
    brokers,
    clientId,
    tls: typeof tls === 'object' ? { ca: readFileSync(tls.authorities, 'utf8') } : tls === 'on',
    ...(sasl && { sasl: { mechanism: sasl.mechanism, username: sasl.user, password: sasl.password } }),
  };
}

export class Brokers implements BrokerAccess {
  readonly topics: MarketTopics;

  constructor(
    readonly settings: KafkaSettings,
    readonly market: string,
    private readonly tell: (message: string) => void,
  ) {
    this.topics = marketTopics(market);
  }

  /** Makes the market's topics where they are missing; waits for brokers. Throws what else `ensureTopics` throws. */
  async ensureTopics({ replication, commandHours }: KafkaOptions): Promise<void> {
    const commandsKeptMs = commandHours * HOUR_MS;
    const made = await this.patiently(() => ensureTopics(this.settings, this.market, { replication, commandsKeptMs }));
    if (made.length > 0) this.tell(`topics were made: ${made.join(', ')}`);
    if (replication === 1)
      this.tell('one copy of each topic: what is told survives kills, not the loss of the broker’s disk');
  }

  /** The signal ends the opening, not the log. */
  openLog(from?: Position, signal?: AbortSignal): Promise<KafkaEventLog> {
    return KafkaEventLog.open({ ...this.logOptions(from), ...(signal && { signal }) });
  }

  /** @param patienceMs how long its questions wait for brokers that are away */
  openReader(from?: Position, patienceMs?: number): Promise<KafkaLogReader> {
    return KafkaLogReader.open({ ...this.logOptions(from), ...(patienceMs && { patienceMs }) });
  }

  /** From the newest snapshot at hand that is this log's, so that what stands before it need not be read. */
  openFromSnapshot<L>(snapshots: SnapshotFiles, open: (from?: Position) => Promise<L>): Promise<L> {
    return openFrom(
      snapshots.list().map((info) => () => snapshots.positionOf(info)),
      open,
    );
  }

  openCommands(node: string): KafkaCommandsTopic {
    const { settings, market, topics, onTrouble } = this;
    return new KafkaCommandsTopic({ settings, topic: topics.commands, market, node, onTrouble });
  }

  private async patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof BrokerAway)) throw error;
        if (tries % TELL_EVERY === 0) this.tell(`waits: ${error.message}`);
        await pause(RETRY_MS);
      }
    }
  }

  private readonly onTrouble = (error: Error): void => this.tell(`the brokers: ${error.message}`);

  private logOptions(from: Position | undefined): KafkaLogOptions {
    const { settings, market, topics, onTrouble } = this;
    return { settings, topic: topics.events, market, text: RECORDS_AS_JSON, onTrouble, ...(from && { from }) };
  }
}

async function openFrom<L>(positions: readonly (() => Position)[], open: (from?: Position) => Promise<L>): Promise<L> {
  for (const position of positions) {
    try {
      return await open(position());
    } catch (error) {
      const isSnapshots = error instanceof PositionForeign || error instanceof PositionPastEnd;
      if (!isSnapshots && !(error instanceof SnapshotUnreadable)) throw error;
    }
  }
  return open();
}
