// A command's outcome, as the events of its record → answers. What was refused becomes a problem document.

import {
  formatId,
  formatInstant,
  formatOrderId,
  formatTradeId,
  type CommandOf,
  type EventOf,
  type EventType,
  type MarketEvent,
} from '@tokenbourse/domain';
import { formatDecimal, formatMtok, formatPrice, formatUsd } from './decimals';
import { ProblemError, problem } from './problems';
import { refusalProblem } from './refusals';
import type { AmendedOrder, Fill, PlacedOrder } from './schemas/orders';

/** What a command's durable outcome says; the sequencer's `Outcome` has this shape. */
export interface CommandOutcome {
  readonly sequence: number;
  readonly at_us: number;
  readonly events: readonly MarketEvent[];
}

export type Repetition = EventOf<'CommandRepeated'>;

/** The event of that type in an outcome; undefined where there is none. */
export function eventOf<T extends EventType>(outcome: CommandOutcome, type: T): EventOf<T> | undefined {
  return outcome.events.find((event): event is EventOf<T> & MarketEvent => event.type === type);
}

/** Throws the problem of a command that the market refused, or whose execution failed. */
export function assertTaken(outcome: CommandOutcome): void {
  for (const event of outcome.events) {
    if (event.type === 'OrderRejected' || event.type === 'CommandRejected') {
      throw new ProblemError(refusalProblem(event, outcome.sequence));
    }
    if (event.type === 'CommandFailed') {
      throw ProblemError.of('INTERNAL', 'The command failed inside the engine and changed nothing; this is a bug.', {
        seq: outcome.sequence,
      });
    }
  }
}

/** Throws the problem of a repetition whose first outcome was a refusal. */
export function assertFirstTaken(repetition: Repetition): void {
  if (repetition.outcome === 'ACCEPTED' || repetition.code === 'NONE') return;
  const detail = `The first request with this id was refused with ${repetition.code} in record ${repetition.first_sequence}; use a new id to ask anew.`;
  throw new ProblemError(problem(repetition.code, detail, { seq: repetition.first_sequence }), {
    'Idempotent-Replayed': 'true',
  });
}

function fillOf(
  trade: EventOf<'TradeExecuted'>,
  order: { readonly order: number; readonly account: number; readonly side: 'BUY' | 'SELL' },
  contractId: string | null,
  outcome: CommandOutcome,
): Fill {
  const fee = order.side === 'BUY' ? trade.buyer_fee_micro_usd : trade.seller_fee_micro_usd;
  return {
    trade_id: formatTradeId(trade.contract, trade.trade),
    order_id: formatOrderId(trade.contract, order.order),
    account_id: formatId('account', order.account),
    contract_id: contractId,
    side: order.side,
    liquidity: 'TAKER',
    quantity_mtok: formatMtok(trade.lots),
    price_usd_per_mtok: formatPrice(trade.price_ticks),
    amount_usd: formatUsd(trade.amount_micro_usd),
    fee_usd: formatUsd(fee),
    traded_at: formatInstant(outcome.at_us),
    seq: outcome.sequence,
  };
}

/**
 * The average price of fills as a decimal with six places: micro-USD ÷ lots is ticks, rounded half up to a thousandth
 * of a tick. Null without lots.
 */
export function averagePrice(amountMicroUsd: number, lots: number): string | null {
  if (lots === 0) return null;
  const doubled = (BigInt(amountMicroUsd) * 2_000n) / BigInt(lots);
  return formatDecimal((doubled + 1n) / 2n, 6);
}

/** The answer of a placed order: as it stands after its own record. */
export function placedOrder(
  command: CommandOf<'PlaceOrder'>,
  contractId: string,
  outcome: CommandOutcome,
): PlacedOrder {
  assertTaken(outcome);
  const accepted = eventOf(outcome, 'OrderAccepted');
  if (accepted === undefined) throw new Error(`record ${outcome.sequence} answers an order without accepting it`);
  let open = accepted.lots;
  let cancelled = 0;
  let amount = 0;
  let fees = 0;
  let held = accepted.hold_micro_usd;
  let reason: PlacedOrder['cancel_reason'] = null;
  const fills: Fill[] = [];
  for (const event of outcome.events) {
    if (event.type === 'TradeExecuted' && event.taker_order === accepted.order) {
      const isBuy = accepted.side === 'BUY';
      open = event.taker_open_lots;
      amount += event.amount_micro_usd;
      fees += isBuy ? event.buyer_fee_micro_usd : event.seller_fee_micro_usd;
      if (isBuy) held -= event.buyer_hold_released_micro_usd;
      fills.push(fillOf(event, accepted, contractId, outcome));
    } else if (event.type === 'OrderDecremented' && event.order === accepted.order) {
      open = event.open_lots;
      cancelled += event.cancelled_lots;
      held -= event.hold_released_micro_usd;
    } else if (event.type === 'OrderCancelled' && event.order === accepted.order) {
      open = 0;
      cancelled += event.cancelled_lots;
      held -= event.hold_released_micro_usd;
      reason = event.reason;
    }
  }
  const filled = accepted.lots - open - cancelled;
  const at = formatInstant(outcome.at_us);
  return {
    order_id: formatOrderId(accepted.contract, accepted.order),
    client_order_id: command.command_id === '' ? null : command.command_id,
    account_id: formatId('account', accepted.account),
    contract_id: contractId,
    side: accepted.side,
    order_type: accepted.order_type,
    time_in_force: accepted.time_in_force,
    status: open > 0 ? 'OPEN' : cancelled > 0 ? 'CANCELLED' : 'FILLED',
    quantity_mtok: formatMtok(accepted.lots),
    filled_mtok: formatMtok(filled),
    open_mtok: formatMtok(open),
    cancelled_mtok: formatMtok(cancelled),
    price_usd_per_mtok: accepted.order_type === 'MARKET' ? null : formatPrice(accepted.price_ticks),
    average_price_usd_per_mtok: averagePrice(amount, filled),
    filled_amount_usd: formatUsd(amount),
    fees_usd: formatUsd(fees),
    held_usd: formatUsd(held),
    post_only: accepted.post_only,
    self_trade: accepted.self_trade,
    good_till_at: accepted.good_till_us === 0 ? null : formatInstant(accepted.good_till_us),
    offer_id: null,
    cancel_reason: reason,
    accepted_at: at,
    updated_at: at,
    fills,
    seq: outcome.sequence,
  };
}

/** The answer of an amended order: as it stands after the amendment's record. */
export function amendedOrder(contractId: string | null, outcome: CommandOutcome): AmendedOrder {
  assertTaken(outcome);
  const amended = eventOf(outcome, 'OrderAmended');
  const closed = eventOf(outcome, 'OrderCancelled');
  const order = amended ?? closed;
  if (order === undefined) throw new Error(`record ${outcome.sequence} answers an amendment without one`);
  let open = amended?.open_lots ?? 0;
  let held = amended?.hold_micro_usd ?? 0;
  let status: AmendedOrder['status'] = amended === undefined ? 'CANCELLED' : 'OPEN';
  const fills: Fill[] = [];
  for (const event of outcome.events) {
    if (event.type === 'TradeExecuted' && event.taker_order === order.order) {
      open = event.taker_open_lots;
      if (order.side === 'BUY') held -= event.buyer_hold_released_micro_usd;
      if (open === 0) status = 'FILLED';
      fills.push(fillOf(event, order, contractId, outcome));
    } else if (event.type === 'OrderDecremented' && event.order === order.order) {
      open = event.open_lots;
      held -= event.hold_released_micro_usd;
    } else if (event.type === 'OrderCancelled' && event.order === order.order && amended !== undefined) {
      open = 0;
      held -= event.hold_released_micro_usd;
      status = 'CANCELLED';
    }
  }
  return {
    order_id: formatOrderId(order.contract, order.order),
    price_usd_per_mtok: formatPrice(order.price_ticks),
    quantity_mtok: amended === undefined ? null : formatMtok(amended.lots),
    open_mtok: formatMtok(open),
    status,
    keeps_priority: amended?.keeps_priority ?? false,
    held_usd: formatUsd(held),
    fills,
    seq: outcome.sequence,
  };
}
