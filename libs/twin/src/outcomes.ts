// Identity: a command's id has one outcome, told again when the command comes again. Section 6 of the rules.

import { SECOND_US, type Command, type CommandIdentity } from '@tokenbourse/domain';

import type { Market, Outcome } from './market';

/** What a command asks for, without its id and its time of expiry. */
export function requestOf(command: Command): string {
  return JSON.stringify({ ...command, command_id: '', expires_at_us: 0 });
}

/** The outcome that is known for an id. */
export function knownOutcome(market: Market, identity: CommandIdentity): Outcome | undefined {
  if (identity.command_id === '') return undefined;
  return market.outcomes.find(
    (outcome) =>
      outcome.account === identity.account &&
      outcome.contract === identity.contract &&
      outcome.commandId === identity.command_id &&
      isKnown(market, outcome),
  );
}

/** For the idempotency window, counted from the next full second; an accepted order's also while the order is open. */
function isKnown(market: Market, outcome: Outcome): boolean {
  return !isOver(market, outcome) || isOfOpenOrder(market, outcome);
}

function isOver(market: Market, { atUs, over }: Outcome): boolean {
  const from = Math.ceil(atUs / SECOND_US) * SECOND_US;
  return over || market.nowUs >= from + market.limits.idempotency_window_us;
}

function isOfOpenOrder(market: Market, { contract, code, made }: Outcome): boolean {
  if (contract === 0 || code !== 'NONE') return false;
  return market.orders.some((order) => order.contract.number === contract && order.number === made);
}

/** Another window is about to hold: what is over by now stays so. */
export function endWindows(market: Market): void {
  market.outcomes = market.outcomes.map((outcome) => ({ ...outcome, over: isOver(market, outcome) }));
}

/**
 * Keeps the outcome of the record at hand under its command's id; it takes the place of a forgotten one. Before the
 * market is opened nothing is kept.
 */
export function remember(market: Market, command: Command, identity: CommandIdentity, code: Outcome['code']): void {
  if (identity.command_id === '' || market.schedule === undefined) return;
  const { account, contract, command_id: commandId } = identity;
  market.outcomes = market.outcomes.filter(
    (other) => !(other.account === account && other.contract === contract && other.commandId === commandId),
  );
  const { made, record } = market;
  const { sequence, at_us: atUs } = record;
  const request = requestOf(command);
  market.outcomes.push({ account, contract, commandId, request, sequence, atUs, code, made, over: false });
}
