// Whether an order can be filled wholly and at once: what a fill-or-kill order is asked before it is accepted.

import { amountOf, feeOf } from '@tokenbourse/domain';
import { NONE } from '@tokenbourse/matching';

import type { Contract } from '../state/contract';
import type { MarketState } from '../state/market-state';
import { refusal, type Refusal } from './decision';
import { opposite } from './matching-walk';
import { affordable, crosses, type Taker } from './taker';

/**
 * Counts the liquidity without the participant's own orders. An own order in the way is passed if CANCEL_OLDEST takes
 * it away; any other mode would take quantity from the order itself, which then could not be filled wholly.
 */
export function refuseUnfillable(state: MarketState, contract: Contract, taker: Taker): Refusal | undefined {
  const { book, holdings } = contract;
  const { accounts, limits } = state;
  const participant = accounts.participant(taker.account);
  let left = taker.open;
  let budget = taker.budget;
  let steps = 0;
  for (let maker = book.best(opposite(taker.side)); maker !== NONE && left > 0; maker = book.after(maker)) {
    const price = book.price(maker);
    if (!crosses(taker.side, taker.limit, price)) break;
    if (++steps > limits.matchesPerCommand) return refusal('TOO_MANY_MATCHES', limits.matchesPerCommand);
    if (accounts.participant(holdings.account(book.holder(maker))) === participant) {
      if (taker.selfTrade !== 'CANCEL_OLDEST') return refusal('WOULD_SELF_TRADE');
      continue;
    }
    let lots = Math.min(left, book.open(maker));
    if (taker.limit === null && taker.side === 'BUY') {
      lots = affordable(lots, price, taker.fees.takerPpm, budget);
      const amount = amountOf(price, lots);
      budget -= amount + feeOf(amount, taker.fees.takerPpm);
      if (lots < Math.min(left, book.open(maker))) {
        left -= lots;
        break;
      }
    }
    left -= lots;
  }
  return left > 0 ? refusal('NOT_FILLABLE', taker.open, taker.open - left) : undefined;
}
