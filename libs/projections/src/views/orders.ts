// What the read models tell of orders and fills.

import type { CancelReason, OrderType, RejectionCode, SelfTradeMode, Side, TimeInForce } from '@tokenbourse/domain';
import type { Average } from './paging';

export const ORDER_STATES = ['OPEN', 'FILLED', 'CANCELLED'] as const;
export type OrderState = (typeof ORDER_STATES)[number];

export interface OrderView {
  readonly contract: number;
  readonly order: number;
  readonly contract_id: string;
  readonly account: number;
  /** Empty where the sender gave none. */
  readonly client_order_id: string;
  /** Digest of the request under that id. */
  readonly fingerprint: number;
  readonly side: Side;
  readonly order_type: OrderType;
  readonly time_in_force: TimeInForce;
  readonly self_trade: SelfTradeMode;
  readonly post_only: boolean;
  readonly price_ticks: number;
  /** lots = filled + open + cancelled. */
  readonly lots: number;
  readonly filled_lots: number;
  readonly open_lots: number;
  readonly cancelled_lots: number;
  /** Sum of its fills, fees excluded. */
  readonly filled_amount_micro_usd: number;
  readonly fees_micro_usd: number;
  readonly average_price_ticks: Average;
  /** Money set aside now; 0 for a sell and for a closed order. */
  readonly hold_micro_usd: number;
  readonly state: OrderState;
  /** Why the rest was cancelled; null while open or filled. */
  readonly cancel_reason: CancelReason | null;
  readonly good_till_us: number;
  /** Capacity offer that it is part of; 0 for none. */
  readonly offer: number;
  readonly fee_schedule: number;
  /** Record that accepted it. */
  readonly sequence: number;
  readonly accepted_at_us: number;
  /** Record that changed it last. */
  readonly updated_sequence: number;
  readonly updated_at_us: number;
}

export interface OrderFilter {
  readonly contract?: number;
  readonly tier?: number;
  readonly side?: Side;
  readonly state?: OrderState;
}

export interface Refusal {
  readonly code: RejectionCode;
  readonly needed: number;
  readonly available: number;
  readonly at_us: number;
}

/** What became of the order that an account sent under a client order id. */
export type ClientOrderView =
  | { readonly outcome: 'ACCEPTED'; readonly sequence: number; readonly fingerprint: number; readonly order: OrderView }
  | {
      readonly outcome: 'REJECTED';
      readonly sequence: number;
      readonly at_us: number;
      readonly fingerprint: number;
      readonly account: number;
      readonly contract: number;
      readonly client_order_id: string;
      readonly refusal: Refusal;
    };

export interface FillView {
  readonly account: number;
  /** Counts the account's fills, from 1. */
  readonly number: number;
  readonly contract: number;
  readonly trade: number;
  readonly order: number;
  readonly sequence: number;
  readonly at_us: number;
  readonly side: Side;
  readonly liquidity: 'MAKER' | 'TAKER';
  readonly price_ticks: number;
  readonly lots: number;
  readonly amount_micro_usd: number;
  readonly fee_micro_usd: number;
}

export interface FillFilter {
  readonly contract?: number;
  readonly order?: number;
}
