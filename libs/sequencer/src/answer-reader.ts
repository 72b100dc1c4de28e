// Reads of the log's records what answers commands, for those who wait for the outcomes of theirs.

import type { CommandIdentity, MarketEvent } from '@tokenbourse/domain';

import type { Outcome } from './submission';

/** Collects the events of a record that somebody waits for. */
export class AnswerReader {
  private identity: CommandIdentity | null = null;
  private head = { sequence: 0, at_us: 0 };
  private events: MarketEvent[] = [];

  constructor(private readonly tell: (key: string, outcome: () => Outcome) => void) {}

  begin(sequence: number, atUs: number, _cause: unknown, _of: number, identity: CommandIdentity | null): void {
    this.head = { sequence, at_us: atUs };
    this.identity = identity;
    this.events = [];
  }

  event(event: MarketEvent): void {
    this.events.push(event);
  }

  end(): void {
    if (this.identity === null) return;
    const { head, events } = this;
    this.tell(keyOf(this.identity), () => ({ ...head, events }));
  }
}

/** What a record and a command that waits for it have in common. */
export function keyOf({ command, account, contract, command_id, fingerprint }: CommandIdentity): string {
  return `${command}|${account}|${contract}|${fingerprint}|${command_id}`;
}
