// What changed nothing: outcomes of commands (refusals, repetitions, failures), and commands that were never decided.

import { account, choice, contract, count, integer, microseconds } from '../fields';
import { COMMAND_TYPES } from '../commands/types';
import { REJECTION_CODES } from '../rejections';
import { defineEvent } from './definition';

const refusal = {
  code: choice(REJECTION_CODES, 'stable reason code'),
  needed: integer('by code', 'what would have been needed, or the limit; in the code’s unit'),
  available: integer('by code', 'what there was; in the code’s unit'),
  at_us: microseconds('the instant that the reason names; 0 for none'),
} as const;

export const outcomeEvents = {
  OrderRejected: defineEvent(20, 1, 'An order was refused and changed nothing.', {
    account: account(),
    contract: contract(),
    ...refusal,
  }),
  CommandRejected: defineEvent(21, 1, 'A command other than an order was refused and changed nothing.', {
    command: choice(COMMAND_TYPES, 'which command'),
    account: account(),
    ...refusal,
  }),
  CommandRepeated: defineEvent(22, 1, 'A command came again with the same id and request: its first outcome stands.', {
    command: choice(COMMAND_TYPES, 'which command'),
    account: account(),
    first_sequence: integer('', 'sequence number of the first outcome’s record'),
    outcome: choice(['ACCEPTED', 'REJECTED'], 'what the first outcome was'),
    result: count('number of the order, account, offer … that the first outcome made; 0 for none'),
    code: choice(['NONE', ...REJECTION_CODES], 'reason code of a first outcome that was a refusal'),
  }),
  CommandFailed: defineEvent(23, 1, 'A command made the engine fail; nothing changed. This is a bug to report.', {
    command: choice(COMMAND_TYPES, 'which command'),
    account: account(),
    code: choice(['INTERNAL'], 'always INTERNAL'),
  }),
  Pinged: defineEvent(24, 1, 'The market answered a ping.', { token: count('the ping’s token') }),
  ClockConfirmed: defineEvent(25, 1, 'An operator confirmed the clock after it had jumped.', {
    last_stamp_us: microseconds('the stamp of the record before'),
    wall_us: microseconds('the wall clock that was confirmed'),
  }),
  CommandsDropped: defineEvent(26, 1, 'Places on the commands topic were passed without a decision.', {
    reason: choice(
      ['RETENTION', 'UNREADABLE'],
      'what stood there was deleted before anybody answered it, or is no command and went to the dead letters',
    ),
    from_offset: integer('', 'offset of the first message passed'),
    from_index: integer('', 'first command in it that was passed, from 0'),
    to_offset: integer('', 'offset of the message at which deciding goes on'),
    to_index: integer('', 'command in it at which deciding goes on'),
  }),
} as const;
