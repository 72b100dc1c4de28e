// Rows of the read models about orders, fills and trades → responses.

import { formatId, formatInstant, formatOrderId, formatTradeId } from '@tokenbourse/domain';
import { formatMtok, formatPrice, formatUsd, type Fill, type OrderResponse, type Trade } from '@tokenbourse/protocol';
import type { FillView, OrderView, TradeView } from '@tokenbourse/projections';
import { formatAverage, orNull } from './page';

export function orderAnswer(view: OrderView): OrderResponse {
  return {
    order_id: formatOrderId(view.contract, view.order),
    client_order_id: view.client_order_id === '' ? null : view.client_order_id,
    account_id: formatId('account', view.account),
    contract_id: view.contract_id,
    side: view.side,
    order_type: view.order_type,
    time_in_force: view.time_in_force,
    status: view.state,
    quantity_mtok: formatMtok(view.lots),
    filled_mtok: formatMtok(view.filled_lots),
    open_mtok: formatMtok(view.open_lots),
    cancelled_mtok: formatMtok(view.cancelled_lots),
    price_usd_per_mtok: view.order_type === 'MARKET' ? null : formatPrice(view.price_ticks),
    average_price_usd_per_mtok: orNull(view.average_price_ticks, formatAverage),
    filled_amount_usd: formatUsd(view.filled_amount_micro_usd),
    fees_usd: formatUsd(view.fees_micro_usd),
    held_usd: formatUsd(view.hold_micro_usd),
    post_only: view.post_only,
    self_trade: view.self_trade,
    good_till_at: view.good_till_us === 0 ? null : formatInstant(view.good_till_us),
    offer_id: view.offer === 0 ? null : formatId('offer', view.offer),
    cancel_reason: view.cancel_reason,
    accepted_at: formatInstant(view.accepted_at_us),
    updated_at: formatInstant(view.updated_at_us),
  };
}

/** `contractId` is null where the contract's name is forgotten. */
export function fillAnswer(view: FillView, contractId: string | null): Fill {
  return {
    trade_id: formatTradeId(view.contract, view.trade),
    order_id: formatOrderId(view.contract, view.order),
    account_id: formatId('account', view.account),
    contract_id: contractId,
    side: view.side,
    liquidity: view.liquidity,
    quantity_mtok: formatMtok(view.lots),
    price_usd_per_mtok: formatPrice(view.price_ticks),
    amount_usd: formatUsd(view.amount_micro_usd),
    fee_usd: formatUsd(view.fee_micro_usd),
    traded_at: formatInstant(view.at_us),
    seq: view.sequence,
  };
}

export function tradeAnswer(view: TradeView, contractId: string): Trade {
  return {
    trade_id: formatTradeId(view.contract, view.trade),
    contract_id: contractId,
    price_usd_per_mtok: formatPrice(view.price_ticks),
    quantity_mtok: formatMtok(view.lots),
    amount_usd: formatUsd(view.amount_micro_usd),
    taker_side: view.taker_side,
    contract_seq: view.contract_sequence,
    traded_at: formatInstant(view.at_us),
    seq: view.sequence,
  };
}
