/** Where a message goes that can't be a command: as it was, with the reason, so that the partition goes on and nothing is lost unseen. */
import { KafkajsPartition } from './kafkajs-partition';
import type { KafkaSettings } from './kafka-settings';
import { type SureOptions, produceSurely } from './sure-produce';

export interface DeadLetter {
  readonly reason: string;
  /** Where it stood, so that a repetition is known: letters may come twice. */
  readonly offset: number;
  readonly index: number;
  readonly value: string;
}

export class DeadLetters {
  private readonly partition: KafkajsPartition;

  constructor(
    settings: KafkaSettings,
    topic: string,
    private readonly market: string,
  ) {
    this.partition = new KafkajsPartition(settings, topic);
  }

  /** Resolves when it is durable. @throws BrokerRefuses; the signal's reason */
  async put({ reason, offset, index, value }: DeadLetter, options: SureOptions = {}): Promise<void> {
    const headers = { type: 'dead-letter', version: '1', market: this.market, place: `${offset}:${index}`, reason };
    await produceSurely(this.partition, [{ key: `${offset}:${index}`, value, headers }], options);
  }

  close(): void {
    this.partition.close();
  }
}
