/** Trades for outsiders: one plain JSON message each, numbered by the market's sequence. Who reads it drops what it has. */
import { type HeadersOf, TRADE_HEADERS } from './channels';
import { KafkajsPartition } from './kafkajs-partition';
import type { KafkaSettings } from './kafka-settings';
import { OffsetOutOfRange } from './partition';
import { type SureOptions, produceSurely } from './sure-produce';

export interface PublishedTrade {
  /** Of the record that the trade stands in. */
  readonly sequence: number;
  /** Of the trade among those of its record, from 0. */
  readonly index: number;
  /** By which readers may filter: the contract. */
  readonly key: string;
  /** The trade as JSON. */
  readonly text: string;
}

export interface TradePlace {
  readonly sequence: number;
  readonly index: number;
}

const MESSAGES_MAX = 1_000;

export class TradesTopic {
  private readonly partition: KafkajsPartition;

  constructor(
    settings: KafkaSettings,
    topic: string,
    private readonly market: string,
  ) {
    this.partition = new KafkajsPartition(settings, topic);
  }

  /**
   * The last trade that was published: the publisher's position. Undefined when there is none.
   * Messages that are no trades, as strangers may put there, are passed over.
   * @throws BrokerAway, BrokerRefuses
   */
  async last(): Promise<TradePlace | undefined> {
    const { start, end } = await this.partition.bounds();
    for (let offset = end - 1; offset >= start; offset--) {
      const found = await this.at(offset);
      if (found) return found;
    }
    return undefined;
  }

  /** In order; after a failure some may stand there twice. @throws BrokerRefuses; the signal's reason */
  async publish(trades: readonly PublishedTrade[], options: SureOptions = {}): Promise<void> {
    const messages = trades.map(({ sequence, index, key, text }) => ({
      key,
      value: text,
      headers: this.headers({ sequence, index }),
    }));
    for (let at = 0; at < messages.length; at += MESSAGES_MAX) {
      await produceSurely(this.partition, messages.slice(at, at + MESSAGES_MAX), options);
    }
  }

  close(): void {
    this.partition.close();
  }

  private headers({ sequence, index }: TradePlace): HeadersOf<typeof TRADE_HEADERS> {
    const { type, version } = TRADE_HEADERS;
    const place = { sequence: String(sequence), index: String(index) };
    return { type: type.value, version: version.value, market: this.market, ...place };
  }

  private async at(offset: number): Promise<TradePlace | undefined> {
    try {
      const { messages } = await this.partition.fetch(offset, 0);
      const headers = messages.find((message) => message.offset === offset)?.headers ?? {};
      const [sequence, index] = [Number(headers.sequence), Number(headers.index)];
      if (headers.type !== TRADE_HEADERS.type.value || headers.market !== this.market) return undefined;
      return Number.isSafeInteger(sequence) && Number.isSafeInteger(index) ? { sequence, index } : undefined;
    } catch (error) {
      if (error instanceof OffsetOutOfRange) return undefined;
      throw error;
    }
  }
}
