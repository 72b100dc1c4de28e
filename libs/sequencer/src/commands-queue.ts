// What stands on the commands topic behind the last answered command, for the engine that decides it: each command with the
// place behind it, or why it can't be one.

import { CommandUnreadable, commandFromJson, type Command } from '@tokenbourse/domain';
import type { CommandPlace, CommandsMessage, CommandsTopic } from '@tokenbourse/log';

/** One command of the topic. */
export interface QueuedCommand {
  readonly place: CommandPlace;
  /** The place of the next one. */
  readonly after: CommandPlace;
  /** Undefined for what is no command. */
  readonly command: Command | undefined;
  readonly fault: string;
  /** What is no command as it stands there, for a whole message that is none the message; empty for a command. */
  readonly text: string;
}

/** Read ahead so far, no farther. */
const AHEAD_COMMANDS = 4_096;
/** A message of more is none of ours: as a whole it is no command. */
export const MESSAGE_COMMANDS_MAX = 4_096;

export class CommandsQueue {
  private readonly waiting: QueuedCommand[] = [];
  private readonly ended = new AbortController();
  private failure: Error | undefined;
  private wake: () => void = () => undefined;
  private room: () => void = () => undefined;

  constructor(
    private readonly topic: CommandsTopic,
    private readonly from: CommandPlace,
  ) {
    void this.read();
  }

  get depth(): number {
    return this.waiting.length;
  }

  /** Told at the next arrival, or when reading has failed. */
  onArrival(wake: () => void): void {
    this.wake = wake;
  }

  /** Up to `most` of them. @throws what reading threw, once all that was read before has been taken */
  take(most: number): QueuedCommand[] {
    if (this.failure !== undefined && this.waiting.length === 0) throw this.failure;
    const taken = this.waiting.splice(0, most);
    this.room();
    return taken;
  }

  some(holds: (queued: QueuedCommand) => boolean): boolean {
    return this.waiting.some(holds);
  }

  get hasFailed(): boolean {
    return this.failure !== undefined;
  }

  close(): void {
    this.ended.abort();
    this.room();
  }

  private async read(): Promise<void> {
    const { signal } = this.ended;
    try {
      for await (const message of this.topic.read(this.from.offset, signal)) {
        const skipped = message.offset === this.from.offset ? this.from.index : 0;
        this.waiting.push(...commandsOf(message).slice(skipped));
        this.wake();
        while (this.waiting.length >= AHEAD_COMMANDS && !signal.aborted) {
          await new Promise<void>((resolve) => (this.room = resolve));
        }
        if (signal.aborted) return;
      }
    } catch (error) {
      this.failure = error as Error;
      this.wake();
    }
  }
}

/** A message that holds no command is one entry, so that its place is passed like a command's. */
export function commandsOf({ offset, commands, fault, value }: CommandsMessage): QueuedCommand[] {
  const next = { offset: offset + 1, index: 0 };
  const none = (why: string): QueuedCommand[] => [
    { place: { offset, index: 0 }, after: next, command: undefined, fault: why, text: value },
  ];
  if (commands === undefined || commands.length === 0) return none(fault ?? 'it holds no command');
  if (commands.length > MESSAGE_COMMANDS_MAX) {
    return none(`it holds ${commands.length} commands, more than ${MESSAGE_COMMANDS_MAX}`);
  }
  let place = { offset, index: 0 };
  return commands.map((text, index) => {
    const after = index + 1 === commands.length ? next : { offset, index: index + 1 };
    const queued = read(text, place, after);
    place = after;
    return queued;
  });
}

function read(text: string, place: CommandPlace, after: CommandPlace): QueuedCommand {
  try {
    return { place, after, command: commandFromJson(text), fault: '', text: '' };
  } catch (error) {
    if (error instanceof CommandUnreadable) return { place, after, command: undefined, fault: error.message, text };
    throw error;
  }
}
