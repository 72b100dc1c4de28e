// The only translation of events into ledger movements. The engine's apply and every projection use it, so the money
// that a reader sees cannot differ from the money that the engine moved.
//
// Cash buckets are double entry: the deltas of AVAILABLE, HELD, ESCROW and OUTSIDE of one event add up to zero.
// Position buckets (LOTS, PAID, RECEIVABLE) belong to an account and a contract.

import type { MarketEvent } from './events/catalogue';

/** The account that collects fees. It belongs to no participant, and places no orders. */
export const HOUSE_ACCOUNT = 0;

export type CashBucket = 'AVAILABLE' | 'HELD' | 'ESCROW' | 'OUTSIDE';
export type PositionBucket = 'LOTS' | 'PAID' | 'RECEIVABLE';
export type Bucket = CashBucket | PositionBucket;

/**
 * Receives one movement. `account` is 0 for ESCROW and OUTSIDE, which belong to the market; `contract` is 0 where the
 * bucket knows none. `delta` is in micro-USD, in lots for LOTS.
 */
export type Post = (account: number, bucket: Bucket, delta: number, contract: number) => void;

/** Calls `post` for each movement of `event`, in a fixed order; for events that move nothing it does not call. */
export function postings(event: MarketEvent, post: Post): void {
  switch (event.type) {
    case 'OrderAccepted':
      if (event.hold_micro_usd > 0) hold(event.account, event.hold_micro_usd, post);
      return;
    case 'TradeExecuted': {
      const { buyer, seller, contract, amount_micro_usd: amount } = event;
      const paid = amount + event.buyer_fee_micro_usd;
      const owed = amount - event.seller_fee_micro_usd;
      const released = event.buyer_hold_released_micro_usd;
      if (released !== 0) post(buyer, 'HELD', -released, 0);
      if (released !== paid) post(buyer, 'AVAILABLE', released - paid, 0);
      if (owed !== 0) post(0, 'ESCROW', owed, contract);
      const fees = event.buyer_fee_micro_usd + event.seller_fee_micro_usd;
      if (fees !== 0) post(HOUSE_ACCOUNT, 'AVAILABLE', fees, 0);
      post(buyer, 'LOTS', event.lots, contract);
      post(seller, 'LOTS', -event.lots, contract);
      if (paid !== 0) post(buyer, 'PAID', paid, contract);
      if (owed !== 0) post(seller, 'RECEIVABLE', owed, contract);
      return;
    }
    case 'OrderCancelled':
    case 'OrderDecremented':
      if (event.hold_released_micro_usd > 0) hold(event.account, -event.hold_released_micro_usd, post);
      return;
    case 'OrderAmended': {
      const more = event.hold_micro_usd - event.hold_before_micro_usd;
      if (more !== 0) hold(event.account, more, post);
      return;
    }
    case 'CashDeposited':
      post(0, 'OUTSIDE', -event.amount_micro_usd, 0);
      post(event.account, 'AVAILABLE', event.amount_micro_usd, 0);
      return;
    case 'CashWithdrawn':
      post(event.account, 'AVAILABLE', -event.amount_micro_usd, 0);
      post(0, 'OUTSIDE', event.amount_micro_usd, 0);
      return;
    case 'PositionSettled':
      settle(event, post);
      return;
    default:
      return;
  }
}

function hold(account: number, amount: number, post: Post): void {
  post(account, 'AVAILABLE', -amount, 0);
  post(account, 'HELD', amount, 0);
}

/** A receivable can exceed 2^53 micro-USD; it is then posted in steps that don't. */
function settle(event: Extract<MarketEvent, { type: 'PositionSettled' }>, post: Post): void {
  const step = BigInt(Number.MAX_SAFE_INTEGER);
  let left = event.received_micro_usd;
  while (left > 0n) {
    const part = Number(left < step ? left : step);
    post(0, 'ESCROW', -part, event.contract);
    post(event.account, 'AVAILABLE', part, 0);
    post(event.account, 'RECEIVABLE', -part, event.contract);
    left -= BigInt(part);
  }
}
