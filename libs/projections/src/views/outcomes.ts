// Views of what became of commands.

import type { CommandType } from '@tokenbourse/domain';
import type { Refusal } from './orders';

export interface CommandOutcomeView {
  /** 0 for a command of the market itself. */
  readonly account: number;
  /** Of an order; 0 for other commands. */
  readonly contract: number;
  readonly command: CommandType;
  readonly command_id: string;
  /** The record that answers it. */
  readonly sequence: number;
  readonly at_us: number;
  readonly outcome: 'ACCEPTED' | 'REJECTED';
  /** Null for an accepted one. */
  readonly refusal: Refusal | null;
}
