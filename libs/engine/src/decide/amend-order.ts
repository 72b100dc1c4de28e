// AmendOrder: a new price or total quantity for a resting order. A refused amendment leaves the order as it was.

import type { CommandOf } from '@tokenbourse/domain';
import { NONE } from '@tokenbourse/matching';

import type { Contract } from '../state/contract';
import { refusal, type Decision, type Refusal } from './decision';
import { holdFor, refuseFunds, refuseSale } from './holds';
import { cancelResting, tradeAndPlace } from './matching-walk';
import { refuseAmount, refuseExpired, refusePrice, refuseQuantity, refuseTrading } from './order-terms';
import { crossedPrice } from './place-order';
import type { Taker } from './taker';

/** In an amendment: as it is. */
const UNCHANGED = -1;

export function amendOrder(decision: Decision, command: CommandOf<'AmendOrder'>, atUs: number): void {
  const { state } = decision;
  const contract = state.contracts.get(command.contract);
  const refused = refuseExpired(command.expires_at_us, atUs) ?? refuseTrading(state, command.account, contract);
  if (refused !== undefined) return reject(decision, command, refused);
  const slot = openSlot(contract!, command.account, command.order);
  if (slot === NONE) return reject(decision, command, refusal('UNKNOWN_ORDER'));
  amend(decision, command, contract!, slot);
}

function reject(decision: Decision, command: CommandOf<'AmendOrder'>, refused: Refusal): void {
  decision.emit({ type: 'CommandRejected', command: 'AmendOrder', account: command.account, ...refused });
}

/** The slot of an account's open order; NONE if that number is none of its open orders. */
export function openSlot(contract: Contract, account: number, order: number): number {
  const slot = contract.book.slotOf(order);
  return slot !== NONE && contract.holdings.account(contract.book.holder(slot)) === account ? slot : NONE;
}

function amend(decision: Decision, command: CommandOf<'AmendOrder'>, contract: Contract, slot: number): void {
  const { state } = decision;
  const { book } = contract;
  const before = { price: book.price(slot), total: book.total(slot), open: book.open(slot) };
  const price = command.price_ticks === UNCHANGED ? before.price : command.price_ticks;
  const total = command.lots === UNCHANGED ? before.total : command.lots;
  const invalid = refuseQuantity(total, 0) ?? refusePrice(price) ?? refuseAmount(price, total);
  if (invalid !== undefined) return reject(decision, command, invalid);
  if (price === before.price && total === before.total) return reject(decision, command, refusal('NO_CHANGE'));
  // Quantity = filled + open + cancelled: what is filled or cancelled stays so.
  const open = total - (before.total - before.open);
  if (open <= 0) return cancelResting(decision, contract, slot, command.account, 'AMENDED');

  const side = book.side(slot);
  const fees = state.feeSchedules[book.feeSchedule(slot)]!;
  const held = holdFor(side, before.price, before.open, fees);
  const hold = holdFor(side, price, open, fees);
  const backing =
    side === 'BUY'
      ? refuseFunds(state, command.account, hold - held)
      : open > before.open
        ? refuseSale(state, contract, command.account, open - before.open)
        : undefined;
  if (backing !== undefined) return reject(decision, command, backing);
  const taker: Taker = {
    order: command.order,
    account: command.account,
    side,
    limit: price,
    selfTrade: book.selfTrade(slot),
    fees,
    open,
    budget: 0,
  };
  const keeps = price === before.price && total < before.total;
  const crossed = keeps ? undefined : crossedPrice(contract, taker);
  if (crossed !== undefined && book.postOnly(slot)) {
    return reject(decision, command, refusal('WOULD_TRADE', 0, crossed));
  }
  decision.emit({
    type: 'OrderAmended',
    contract: contract.number,
    order: command.order,
    account: command.account,
    side,
    price_before_ticks: before.price,
    price_ticks: price,
    open_before_lots: before.open,
    open_lots: open,
    lots: total,
    hold_before_micro_usd: held,
    hold_micro_usd: hold,
    keeps_priority: keeps,
    rests: crossed === undefined,
    contract_sequence: contract.sequence + 1,
  });
  if (crossed !== undefined) tradeAndPlace(decision, contract, taker, true, state.limits.matchesPerCommand);
}
