/** Commands on their way to a market's engine where it is another process: a queue of messages, each a batch of opaque texts. */
import { Bell } from './bell';

/** The next command to be answered: the message's offset from 0, and the command's index in it. */
export interface CommandPlace {
  readonly offset: number;
  readonly index: number;
}

export const FIRST_PLACE: CommandPlace = Object.freeze({ offset: 0, index: 0 });

/** One message of the topic, and what it says. */
export interface CommandsMessage {
  readonly offset: number;
  /** The texts as they were published; undefined for a message that is none of ours. */
  readonly commands: readonly string[] | undefined;
  /** Why there are none. */
  readonly fault: string | undefined;
  /** The message as it stands there, for a dead letter. */
  readonly value: string;
}

export interface CommandsTopic {
  /**
   * One attempt. Resolves when the batch is durable, with its message's offset.
   * An error whose `asked` is false was surely not taken; after any other the batch may stand there, or come to stand there later.
   */
  publish(batch: readonly string[]): Promise<number>;
  /** Messages from `offset` on, as they come, until aborted. Throws when the topic no longer has that offset, or never had. */
  read(offset: number, signal: AbortSignal): AsyncGenerator<CommandsMessage, void, undefined>;
  /** Offset of the first message that is still there; of the next to come when there is none. */
  start(): Promise<number>;
  /** Offset of the next message to come. */
  end(): Promise<number>;
  close(): Promise<void>;
}

/** Whether a batch was surely not taken when `publish` failed with this error. */
export function surelyNotPublished(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as { asked?: unknown }).asked === false;
}

/** The topic is closed, or has no such offset. Nothing was taken. */
export class CommandsUnavailable extends Error {
  readonly code = 'COMMANDS_UNAVAILABLE';
  readonly asked = false;
}

/** What outlives a `MemoryCommandsTopic`: many of them may stand on one. */
export class MemoryCommandsMedium {
  readonly messages: Omit<CommandsMessage, 'offset'>[] = [];
  /** Offset of the first message that is still there. */
  start = 0;
  readonly bell = new Bell();

  get end(): number {
    return this.start + this.messages.length;
  }

  /** Puts a message there as a stranger could: whatever it is. */
  put(message: Omit<CommandsMessage, 'offset'>): number {
    this.messages.push(message);
    this.bell.ring();
    return this.end - 1;
  }

  /** What retention does: messages before `offset` go. */
  cut(offset: number): void {
    const gone = Math.min(Math.max(offset - this.start, 0), this.messages.length);
    this.messages.splice(0, gone);
    this.start += gone;
  }
}

export class MemoryCommandsTopic implements CommandsTopic {
  private readonly ended = new AbortController();

  constructor(private readonly medium: MemoryCommandsMedium = new MemoryCommandsMedium()) {}

  async publish(batch: readonly string[]): Promise<number> {
    this.assertOpen();
    const broken = batch.findIndex((text) => text.includes('\n'));
    if (broken >= 0) throw new RangeError(`command ${broken} of a batch has a line break in its text`);
    return this.medium.put({ commands: [...batch], fault: undefined, value: `[${batch.join(',\n')}]` });
  }

  async *read(offset: number, signal: AbortSignal): AsyncGenerator<CommandsMessage, void, undefined> {
    const { medium } = this;
    const until = AbortSignal.any([signal, this.ended.signal]);
    for (let next = offset; !until.aborted; next += 1) {
      this.assertThere(next);
      while (next === medium.end && !until.aborted) await medium.bell.next(medium.bell.count, until);
      if (until.aborted) return;
      this.assertThere(next);
      yield { ...medium.messages[next - medium.start]!, offset: next };
    }
  }

  async start(): Promise<number> {
    this.assertOpen();
    return this.medium.start;
  }

  async end(): Promise<number> {
    this.assertOpen();
    return this.medium.end;
  }

  async close(): Promise<void> {
    this.ended.abort();
  }

  private assertOpen(): void {
    if (this.ended.signal.aborted) throw new CommandsUnavailable('the commands topic has been closed');
  }

  private assertThere(offset: number): void {
    const { start, end } = this.medium;
    if (offset >= start && offset <= end) return;
    throw new CommandsUnavailable(`the commands topic has messages ${start} to ${end - 1}, not ${offset}`);
  }
}
