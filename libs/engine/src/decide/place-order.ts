// PlaceOrder: refuse, or accept, trade and book.

import type { CommandOf } from '@tokenbourse/domain';
import { NONE } from '@tokenbourse/matching';

import type { Contract } from '../state/contract';
import type { MarketState } from '../state/market-state';
import { refusal, type Decision, type Refusal } from './decision';
import { refuseUnfillable } from './fill-or-kill';
import { holdFor, refuseFunds, refuseSale } from './holds';
import { opposite, tradeAndPlace } from './matching-walk';
import { refuseExpired, refuseOpenOrders, refuseTerms, refuseTrading } from './order-terms';
import { crosses, type Taker } from './taker';

export function placeOrder(decision: Decision, command: CommandOf<'PlaceOrder'>, atUs: number): void {
  const { state } = decision;
  const contract = state.contracts.get(command.contract);
  const refused =
    refuseExpired(command.expires_at_us, atUs) ??
    refuseTrading(state, command.account, contract) ??
    refuseTerms(command, contract!, atUs) ??
    refuseOpenOrders(state, command.account, 1);
  if (refused !== undefined) return reject(decision, command, refused);
  accept(decision, command, contract!);
}

export function reject(decision: Decision, command: CommandOf<'PlaceOrder'>, refused: Refusal): void {
  decision.emit({ type: 'OrderRejected', account: command.account, contract: command.contract, ...refused });
}

function takerOf(command: CommandOf<'PlaceOrder'>, contract: Contract, state: MarketState): Taker {
  return {
    order: contract.lastOrder + 1,
    account: command.account,
    side: command.side,
    limit: command.order_type === 'MARKET' ? null : command.price_ticks,
    selfTrade: command.self_trade,
    fees: state.feeSchedules[state.feeSchedules.length - 1]!,
    open: command.lots,
    budget: command.max_amount_micro_usd,
  };
}

/** The price at which the order would trade on arrival; undefined if it meets nobody. */
export function crossedPrice(contract: Contract, taker: Taker): number | undefined {
  const best = contract.book.best(opposite(taker.side));
  if (best === NONE) return undefined;
  const price = contract.book.price(best);
  return crosses(taker.side, taker.limit, price) ? price : undefined;
}

function accept(decision: Decision, command: CommandOf<'PlaceOrder'>, contract: Contract): void {
  const { state } = decision;
  const taker = takerOf(command, contract, state);
  const hold = taker.limit === null ? taker.budget : holdFor(taker.side, taker.limit, taker.open, taker.fees);
  const backing =
    command.side === 'BUY'
      ? refuseFunds(state, command.account, hold)
      : refuseSale(state, contract, command.account, command.lots);
  if (backing !== undefined) return reject(decision, command, backing);
  const crossed = crossedPrice(contract, taker);
  if (command.post_only && crossed !== undefined) {
    return reject(decision, command, refusal('WOULD_TRADE', 0, crossed));
  }
  if (command.time_in_force === 'FOK') {
    const unfillable = refuseUnfillable(state, contract, taker);
    if (unfillable !== undefined) return reject(decision, command, unfillable);
  }
  const restsAfter = command.time_in_force === 'GTC' || command.time_in_force === 'GTD';
  const rests = restsAfter && crossed === undefined;
  decision.emit({
    type: 'OrderAccepted',
    contract: contract.number,
    order: taker.order,
    account: command.account,
    side: command.side,
    order_type: command.order_type,
    time_in_force: command.time_in_force,
    price_ticks: command.price_ticks,
    lots: command.lots,
    hold_micro_usd: hold,
    fee_schedule: state.feeSchedules.length - 1,
    self_trade: command.self_trade,
    post_only: command.post_only,
    good_till_us: command.good_till_us,
    offer: 0,
    rests,
    contract_sequence: contract.sequence + 1,
  });
  if (!rests) tradeAndPlace(decision, contract, taker, restsAfter, state.limits.matchesPerCommand);
}
