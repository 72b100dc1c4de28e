// Answers about what became of a command, wherever it is told: under an order's id, a movement of cash, or by itself.

import type { AnswerModels } from '../answer-models';
import type { CashMovementView, ClientOrderView, CommandOutcomeView } from '../queries';
import { ordersByClientId } from './orders';

/** By record. */
export function commandOutcomes(models: AnswerModels, account: number, commandId: string): CommandOutcomeView[] {
  if (commandId === '') return [];
  const cash = models.cash.byCommandId(account, commandId);
  const other = models.outcomes.byCommandId(account, commandId);
  const found = ordersByClientId(models, account, commandId).map((order) => ofOrder(account, commandId, order));
  if (cash !== undefined) found.push(ofCash(cash));
  if (other !== undefined) found.push(other);
  return found.sort((a, b) => a.sequence - b.sequence);
}

function ofOrder(account: number, command_id: string, found: ClientOrderView): CommandOutcomeView {
  const { sequence } = found;
  const known = { account, command: 'PlaceOrder', command_id, sequence } as const;
  if (found.outcome === 'REJECTED') {
    const { contract, at_us, refusal } = found;
    return { ...known, contract, at_us, outcome: 'REJECTED', refusal };
  }
  const { contract, accepted_at_us: at_us } = found.order;
  return { ...known, contract, at_us, outcome: 'ACCEPTED', refusal: null };
}

function ofCash({
  account,
  kind,
  command_id,
  sequence,
  at_us,
  outcome,
  refusal,
}: CashMovementView): CommandOutcomeView {
  const command = kind === 'DEPOSIT' ? 'Deposit' : 'Withdraw';
  return { account, contract: 0, command, command_id, sequence, at_us, outcome, refusal };
}
