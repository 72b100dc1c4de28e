// Responses about commands under their ids: pending, or what became of them.

import { Type, type Static } from 'typebox';
import { COMMAND_TYPES } from '@tokenbourse/domain';
import { accountId, commandId, contractId, instant, minSeq, name, oneOf, orNull, strict, total } from './fields';
import { ProblemSchema, type Problem } from '../problems';

export const CommandParams = strict({
  command_id: commandId('client_order_id, Idempotency-Key, or the id that a 202 has named'),
});
export const CommandQuery = strict({
  account_id: Type.Optional(
    accountId('whose command it is; the key’s own account if left out, with the market’s own for keys of all accounts'),
  ),
  ...minSeq,
});

export const CommandOutcomeSchema = strict({
  command_id: commandId('the command’s id'),
  command: oneOf(COMMAND_TYPES, 'which command'),
  account_id: orNull(accountId('whose command it is; null for one of the market itself')),
  contract_id: orNull(contractId('of an order; null for other commands')),
  outcome: oneOf(['ACCEPTED', 'REJECTED'], 'what the market decided'),
  problem: Type.Unsafe<Problem | null>({
    anyOf: [ProblemSchema, { type: 'null' }],
    description: 'why it was refused, as its request would have been answered; null for an accepted one',
  }),
  decided_at: instant('time of the record that decided it'),
  seq: total('that record'),
});
export type CommandOutcomeAnswer = Static<typeof CommandOutcomeSchema>;

/** The answer 202: the market has the command and will decide it. */
export const PendingSchema = strict({
  command_id: commandId('ask by it; made by the exchange where you named none'),
  status: oneOf(['PENDING'], 'it will be decided'),
  outcome_path: name(300, 'where to ask for the outcome', '/v1/commands/my-order-1?account_id=acc_1'),
});
export type PendingCommand = Static<typeof PendingSchema>;
