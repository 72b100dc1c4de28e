// An order as it is told to others, from the columns that keep it.

import { CANCEL_REASONS, ORDER_TYPES, SELF_TRADE_MODES, SIDES, TIMES_IN_FORCE } from '@tokenbourse/domain';
import { averageTicks } from './exact';
import type { OrderFields } from './answer-models';
import { ORDER_STATES, type OrderView } from './queries';

export function viewOf(
  c: OrderFields,
  order: number,
  clientOrderId: string,
): Omit<OrderView, 'contract' | 'order' | 'contract_id'> {
  const [lots, filled, open] = [c.lots[order], c.filled[order], c.open[order]];
  return {
    account: c.account[order],
    client_order_id: clientOrderId,
    fingerprint: c.fingerprint[order],
    side: SIDES[c.side[order]],
    order_type: ORDER_TYPES[c.type[order]],
    time_in_force: TIMES_IN_FORCE[c.force[order]],
    self_trade: SELF_TRADE_MODES[c.selfTrade[order]],
    post_only: c.postOnly[order] === 1,
    price_ticks: c.price[order],
    lots,
    filled_lots: filled,
    open_lots: open,
    cancelled_lots: lots - filled - open,
    filled_amount_micro_usd: c.amount[order],
    fees_micro_usd: c.fees[order],
    average_price_ticks: averageTicks(c.amount[order], filled),
    hold_micro_usd: c.hold[order],
    state: ORDER_STATES[c.state[order]],
    cancel_reason: c.reason[order] === 0 ? null : CANCEL_REASONS[c.reason[order] - 1],
    good_till_us: c.goodTill[order],
    offer: c.offer[order],
    fee_schedule: c.feeSchedule[order],
    sequence: c.sequence[order],
    accepted_at_us: c.acceptedAt[order],
    updated_sequence: c.updatedSequence[order],
    updated_at_us: c.updatedAt[order],
  };
}
