// Holds the log's records against the commands topic, place by place: each has one outcome, in the topic's order, by the command
// that stands there, or is passed over for a reason that is true.

import { commandFromJson, fingerprintOf, type Command, type EventOf, type LogRecord } from '@tokenbourse/domain';
import {
  FIRST_PLACE,
  MemoryCommandsMedium,
  type CommandPlace,
  type CommandsMessage,
  type Frame,
} from '@tokenbourse/log';

import { nameOf } from './clients';
import type { Find } from './witness';

type Message = Omit<CommandsMessage, 'offset'>;

/** The commands topic, and all that ever stood there: retention takes nothing from who checks. */
export class KeptCommands extends MemoryCommandsMedium {
  readonly all: Message[] = [];

  override put(message: Message): number {
    this.all.push(message);
    return super.put(message);
  }
}

export class AnswersAudit {
  /** The place whose outcome comes next. */
  next: CommandPlace = FIRST_PLACE;

  constructor(
    private readonly topic: KeptCommands,
    private readonly found: Find,
  ) {}

  take({ answers }: Frame, records: readonly LogRecord[]): void {
    this.assertAt(answers.fromOffset, answers.fromIndex, 'a frame answers from');
    for (const record of records) {
      if (record.identity !== null) this.answered(record);
      else for (const event of record.events) if (event.type === 'CommandsDropped') this.dropped(event);
    }
    this.assertAt(answers.toOffset, answers.toIndex, 'a frame answers up to');
  }

  private answered({ sequence, identity }: LogRecord): void {
    const command = commandAt(this.topic.all[this.next.offset], this.next.index);
    if (command === undefined) return this.find(`record ${sequence} answers what is no command`);
    const answers = nameOf({ ...identity!, type: identity!.command });
    if (answers !== nameOf(command)) return this.find(`record ${sequence} answers ${answers}, not ${nameOf(command)}`);
    const isSame = command.command_id === '' || fingerprintOf(command) === identity!.fingerprint;
    if (!isSame) this.find(`record ${sequence} answers another request`);
    this.next = this.after();
  }

  private dropped({ reason, from_offset, from_index, to_offset, to_index }: EventOf<'CommandsDropped'>): void {
    this.assertAt(from_offset, from_index, `${reason} drops from`);
    const { topic, next } = this;
    if (reason === 'UNREADABLE') {
      if (commandAt(topic.all[next.offset], next.index) !== undefined) this.find('a command is dropped as unreadable');
      this.next = this.after();
    } else {
      if (to_offset <= next.offset || to_offset > topic.start)
        this.find(`what is still there is dropped, up to ${to_offset}`);
      this.next = { offset: to_offset, index: 0 };
    }
    this.assertAt(to_offset, to_index, `${reason} drops up to`);
  }

  private after(): CommandPlace {
    const { offset, index } = this.next;
    const count = this.topic.all[offset]?.commands?.length ?? 0;
    return index + 1 < count ? { offset, index: index + 1 } : { offset: offset + 1, index: 0 };
  }

  private assertAt(offset: number, index: number, what: string): void {
    if (offset !== this.next.offset || index !== this.next.index) this.find(`${what} ${offset}:${index}`);
  }

  private find(what: string): void {
    this.found('answers', `next is ${this.next.offset}:${this.next.index}, and ${what}`);
  }
}

function commandAt(message: Message | undefined, index: number): Command | undefined {
  const text = message?.commands?.[index];
  try {
    return text === undefined ? undefined : commandFromJson(text);
  } catch {
    return undefined;
  }
}
