// Commands of one sender by where they stand on the commands topic: so are those found whose places the log passes over.

import type { EventOf } from '@tokenbourse/domain';

import type { Waiting } from './waiting';

type Places = EventOf<'CommandsDropped'>;

/** So many are kept for a message on its way, whose place is not known yet. */
const PASSED_MAX = 1_024;

export class WaitingByPlace {
  /** Messages by offset, in the order in which they were published. */
  private readonly messages = new Map<number, readonly Waiting[]>();
  private passed: Places[] = [];
  private isOnItsWay = false;

  /** A message leaves. The log may be faster than the topic's acknowledgement: what it passes meanwhile is kept. */
  leaves(): void {
    this.passed = [];
    this.isOnItsWay = true;
  }

  /** Where the message stands; undefined where nobody said so. Returns those of it that were passed already. */
  arrives(offset: number | undefined, message: readonly Waiting[]): Waiting[] {
    this.isOnItsWay = false;
    if (offset === undefined) return [];
    this.messages.set(offset, message);
    return this.passed.flatMap((places) => (places.from_offset === offset ? within(message, places) : []));
  }

  /** Those whose places are passed. They are of one message. */
  pass(places: Places): Waiting[] {
    if (this.isOnItsWay && this.passed.push(places) > PASSED_MAX) this.passed.shift();
    return within(this.messages.get(places.from_offset) ?? [], places);
  }

  /** The log has answered all before that offset, or passed it. */
  answered(toOffset: number): void {
    for (const offset of this.messages.keys()) {
      if (offset >= toOffset) break;
      this.messages.delete(offset);
    }
  }
}

function within(message: readonly Waiting[], { from_offset, from_index, to_offset, to_index }: Places): Waiting[] {
  return message.slice(from_index, to_offset === from_offset ? to_index : message.length);
}
