// Reads of the log's records what answers commands, or passes them over, for those who wait for the outcomes of theirs.

import type { CommandIdentity, EventOf, MarketEvent, RecordVisitor } from '@tokenbourse/domain';

import type { Outcome } from './submission';

/** Tells the outcome of each command in the records that it visits. */
export class AnswerReader implements RecordVisitor {
  private identity: CommandIdentity | null = null;
  private sequence = 0;
  private atUs = 0;
  private events: MarketEvent[] | undefined;

  constructor(
    private readonly tell: (identity: CommandIdentity, outcome: Outcome) => void,
    private readonly tellDropped: (places: EventOf<'CommandsDropped'>) => void,
  ) {}

  begin(sequence: number, atUs: number, _cause: unknown, _of: number, identity: CommandIdentity | null): void {
    this.identity = identity;
    this.sequence = sequence;
    this.atUs = atUs;
    this.events = undefined;
  }

  event(event: MarketEvent): void {
    if (this.identity === null) return event.type === 'CommandsDropped' ? this.tellDropped(event) : undefined;
    // Most records have one event: an array that is made with it is no larger than need be.
    if (this.events === undefined) this.events = [event];
    else this.events.push(event);
  }

  end(): void {
    const { identity, sequence, atUs, events = [] } = this;
    if (identity !== null) this.tell(identity, { sequence, at_us: atUs, events });
  }
}
