// The clients outside: what they sent, how often, and what they were told. None of it is lost in a crash, so that the log can be
// held against it.

import type { Command } from '@tokenbourse/domain';
import {
  InboxFull,
  OutcomePending,
  OutcomeUnknown,
  WriterUnavailable,
  type Answer,
  type CommandGateway,
  type Outcome,
} from '@tokenbourse/sequencer';

import type { Life } from './virtual-time';

/** What became of a submission, as its sender knows it. */
export type Told =
  | 'waiting'
  /** With the outcome. */
  | 'acknowledged'
  /** Surely not taken: the inbox was full, the writer turned it away, nobody listened. */
  | 'not taken'
  /** Taken, and still to be decided. */
  | 'pending'
  /** The exchange itself doesn't know. */
  | 'unknown'
  /** The process ended before it answered. */
  | 'unanswered';

export interface Attempt {
  readonly command: Command;
  readonly number: number;
  told: Told;
  outcome: Outcome | undefined;
  /** Its outcome was found in the log. */
  verified: boolean;
}

export interface Answered {
  inboxFull(): void;
  turnedAway(): void;
  unanswered(): void;
  /** An error that no caller should ever see. */
  unexpected(error: unknown): void;
}

/** A client's name for a command: its id; for one without, all of its kind together. */
export function nameOf(
  command: Pick<Command, 'type' | 'command_id'> & { account?: number; contract?: number },
): string {
  const contract = command.type === 'PlaceOrder' ? (command.contract ?? 0) : 0;
  return `${command.type}|${command.account ?? 0}|${contract}|${command.command_id}`;
}

export class Clients {
  readonly attempts: Attempt[] = [];
  private waiting = new Map<Attempt, Life>();

  constructor(private readonly answered: Answered) {}

  get waitingCount(): number {
    return this.waiting.size;
  }

  /**
   * Several commands are sent together, and are all answered together.
   * @param gateway undefined while nobody listens
   */
  send(commands: readonly Command[], gateway: CommandGateway | undefined, life: Life): void {
    const attempts = commands.map((command, place): Attempt => {
      const number = this.attempts.length + place;
      return {
        command,
        number,
        told: gateway === undefined ? 'not taken' : 'waiting',
        outcome: undefined,
        verified: false,
      };
    });
    this.attempts.push(...attempts);
    if (gateway === undefined) return;
    for (const attempt of attempts) this.waiting.set(attempt, life);
    const answered = (attempt: Attempt, answer: Answer): void => {
      if (answer instanceof Error) this.refused(attempt, life, answer);
      else this.settle(attempt, life, 'acknowledged', answer);
    };
    if (attempts.length === 1) {
      const [attempt] = attempts as [Attempt];
      gateway.submit(attempt.command).then(
        (outcome) => answered(attempt, outcome),
        (error: unknown) => this.refused(attempt, life, error),
      );
    } else {
      gateway.submitAll(commands).then(
        (answers) => attempts.forEach((attempt, place) => answered(attempt, answers[place]!)),
        (error: unknown) => this.answered.unexpected(error),
      );
    }
  }

  /** The process has ended: what it had not said it will never say. */
  hangUp(life: Life): void {
    for (const [attempt, of] of this.waiting) {
      if (of !== life) continue;
      attempt.told = 'unanswered';
      this.waiting.delete(attempt);
      this.answered.unanswered();
    }
  }

  private refused(attempt: Attempt, life: Life, error: unknown): void {
    if (!life.alive) return;
    if (error instanceof InboxFull) this.answered.inboxFull();
    else if (error instanceof WriterUnavailable) this.answered.turnedAway();
    else if (error instanceof OutcomePending) return this.settle(attempt, life, 'pending');
    else if (error instanceof OutcomeUnknown) return this.settle(attempt, life, 'unknown');
    else return this.answered.unexpected(error);
    this.settle(attempt, life, 'not taken');
  }

  private settle(attempt: Attempt, life: Life, told: Told, outcome?: Outcome): void {
    if (!life.alive) return;
    attempt.told = told;
    attempt.outcome = outcome;
    this.waiting.delete(attempt);
  }
}
