// A command that a relay has taken, and whose outcome its caller waits for.

import type { CommandIdentity } from '@tokenbourse/domain';

import type { Caller } from './inbox';
import type { Outcome } from './submission';

type Stage = 'WAITING' | 'ON_ITS_WAY' | 'PUBLISHED' | 'IN_DOUBT';

export class Waiting {
  stage: Stage = 'WAITING';
  /** Its caller has been answered: only the record is still to come. */
  isAnswered = false;

  constructor(
    readonly text: string,
    readonly key: string,
    readonly identity: Pick<CommandIdentity, 'command_id' | 'account'>,
    readonly sinceUs: number,
    private readonly caller: Caller,
    private readonly place: number,
  ) {}

  resolve(outcome: Outcome): void {
    if (!this.isAnswered) this.caller.resolve(outcome, this.place);
    this.isAnswered = true;
  }

  reject(error: Error): void {
    if (!this.isAnswered) this.caller.reject(error, this.place);
    this.isAnswered = true;
  }
}
