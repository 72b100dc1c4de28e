/** The commands of a market on their way to its engine: those that waited together are one message, a line of JSON each. */
import type { CommandsTopic } from '@tokenbourse/log';
import { COMMANDS_HEADERS, type HeadersOf } from './channels';
import { partitionOf } from './kafkajs-partition';
import type { KafkaSettings } from './kafka-settings';
import type { Message, Partition } from './partition';
import { readPartition } from './partition-reader';

const TYPE = COMMANDS_HEADERS.type.value;
const VERSION = Number(COMMANDS_HEADERS.version.value);
const BETWEEN = ',\n';

/** One message of the topic, and what it says. */
export interface CommandsMessage {
  /** From 0; the reader's next place is behind it. */
  readonly offset: number;
  /** The texts as they were published; undefined for a message that is none of ours. */
  readonly commands: readonly string[] | undefined;
  /** Why there are none. */
  readonly fault: string | undefined;
  /** The message as it stands there, for a dead letter. */
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface CommandsTopicOptions {
  readonly settings: KafkaSettings;
  readonly topic: string;
  readonly market: string;
  /** Who publishes, for those who read the topic with other tools. */
  readonly node: string;
  readonly onTrouble?: (error: Error) => void;
}

export class KafkaCommandsTopic implements CommandsTopic {
  private readonly producer: Partition;
  private readonly questions: Partition;
  private readonly ended = new AbortController();
  private batches = 0;

  constructor(private readonly options: CommandsTopicOptions) {
    this.producer = partitionOf(options.settings, options.topic);
    this.questions = partitionOf(options.settings, options.topic);
  }

  /**
   * One attempt. Resolves when the batch is durable, with the offset of its message.
   * @param batch JSON texts without line breaks
   * @throws BrokerAway: surely not taken unless `asked`. BrokerRefuses: surely not taken.
   */
  async publish(batch: readonly string[]): Promise<number> {
    const broken = batch.findIndex((text) => text.includes('\n'));
    if (broken >= 0) throw new RangeError(`command ${broken} of a batch has a line break in its text`);
    this.batches += 1;
    const { market, node } = this.options;
    const headers: HeadersOf<typeof COMMANDS_HEADERS> = {
      type: TYPE,
      version: String(VERSION),
      market,
      node,
      batch: String(this.batches),
      count: String(batch.length),
    };
    return this.producer.produce([{ value: `[${batch.join(BETWEEN)}]`, headers }]);
  }

  /**
   * Messages from `offset` on, as they come; waits for brokers that are away. Ends without an error when aborted or closed.
   * @throws OffsetBeforeStart, OffsetPastEnd, OffsetGap, BrokerRefuses
   */
  async *read(offset: number, signal: AbortSignal): AsyncGenerator<CommandsMessage, void, undefined> {
    const { settings, topic, onTrouble } = this.options;
    const partition = partitionOf(settings, topic);
    try {
      const reading = { signal: AbortSignal.any([signal, this.ended.signal]), onTrouble };
      for await (const { messages } of readPartition(partition, offset, reading)) {
        for (const message of messages) yield readCommands(message, this.options.market);
      }
    } finally {
      partition.close();
    }
  }

  /**
   * Offset of the first message that is still there; of the next to come when there is none.
   * @throws BrokerAway, BrokerRefuses
   */
  async start(): Promise<number> {
    return (await this.questions.bounds()).start;
  }

  /** @throws BrokerAway, BrokerRefuses */
  async end(): Promise<number> {
    return (await this.questions.bounds()).end;
  }

  async close(): Promise<void> {
    this.ended.abort();
    this.producer.close();
    this.questions.close();
  }
}

function readCommands(message: Message, market: string): CommandsMessage {
  const { offset, headers } = message;
  const value = message.value?.toString() ?? '';
  const found = headers.market === undefined || headers.market === market ? textsOf(value, headers) : undefined;
  const told = (commands: readonly string[] | undefined, fault?: string): CommandsMessage => ({
    offset,
    commands,
    fault,
    value,
    headers,
  });
  if (found === undefined) return told(undefined, `it is for market "${headers.market}", not "${market}"`);
  return typeof found === 'string' ? told(undefined, found) : told(found);
}

/** The texts, or what is wrong. A stranger's array is read too, however it is spaced. */
function textsOf(value: string, headers: Readonly<Record<string, string>>): readonly string[] | string {
  const { type, version, count } = headers;
  if (type !== undefined && type !== TYPE) return `its type is "${type}", not "${TYPE}"`;
  if (version !== undefined && Number(version) !== VERSION) return `its version is "${version}", not ${VERSION}`;
  if (count !== undefined && value.startsWith('[') && value.endsWith(']')) {
    const texts = value.slice(1, -1).split(BETWEEN);
    if (texts.length === Number(count)) return texts;
  }
  try {
    const parsed = JSON.parse(value) as unknown;
    if (!Array.isArray(parsed)) return 'it is no array of commands';
    return parsed.map((command) => JSON.stringify(command));
  } catch (error) {
    return `it is no JSON: ${(error as Error).message}`;
  }
}
