/** Where a message goes that can't be a command: as it was, with the reason, so that the partition goes on and nothing is lost unseen. */
import { DEAD_LETTER_HEADERS, type HeadersOf } from './channels';
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
    const { type, version } = DEAD_LETTER_HEADERS;
    const fixed = { type: type.value, version: version.value, market: this.market };
    const headers: HeadersOf<typeof DEAD_LETTER_HEADERS> = { ...fixed, place: `${offset}:${index}`, reason };
    await produceSurely(this.partition, [{ key: `${offset}:${index}`, value, headers }], options);
  }

  close(): void {
    this.partition.close();
  }
}
