// What the read models tell of balances, positions and movements of cash.

import type { EventType } from '@tokenbourse/domain';
import type { Refusal } from './orders';
import type { Average, Page, PageRequest, Wide } from './paging';

export interface BalanceView {
  readonly account: number;
  readonly available_micro_usd: Wide;
  readonly held_micro_usd: Wide;
  /** Owed to the account by escrow, paid out at settlement. */
  readonly receivable_micro_usd: Wide;
  /** Paid for positions that are not settled yet, fees included. */
  readonly paid_micro_usd: Wide;
}

/** deposits − withdrawals = available + held + escrow + fees, at every record. */
export interface MarketTotalsView {
  readonly deposits_micro_usd: Wide;
  readonly withdrawals_micro_usd: Wide;
  readonly available_micro_usd: Wide;
  readonly held_micro_usd: Wide;
  readonly escrow_micro_usd: Wide;
  readonly fees_micro_usd: Wide;
  readonly trades: number;
  readonly volume_lots: Wide;
  readonly amount_micro_usd: Wide;
  readonly orders_accepted: number;
  readonly orders_rejected: number;
}

export interface PositionView {
  readonly account: number;
  readonly contract: number;
  readonly contract_id: string;
  /** Bought less sold. */
  readonly lots: number;
  readonly bought_lots: Wide;
  readonly sold_lots: Wide;
  readonly paid_micro_usd: Wide;
  readonly receivable_micro_usd: Wide;
  /** Average price of the lots that make up the position, fees excluded; null for a flat one. */
  readonly average_price_ticks: Average;
  readonly settled: boolean;
}

/** One movement of an account's cash. Balance after = balance after the bucket's entry before + delta. */
export interface LedgerEntryView {
  readonly account: number;
  /** Counts the account's movements, from 1. */
  readonly number: number;
  readonly sequence: number;
  readonly at_us: number;
  readonly event: EventType;
  readonly bucket: 'AVAILABLE' | 'HELD';
  /** Order or trade number inside `contract`; 0 for none. */
  readonly contract: number;
  readonly reference: number;
  readonly delta_micro_usd: Wide;
  readonly balance_micro_usd: Wide;
}

export interface LedgerRequest extends PageRequest {
  readonly bucket?: 'AVAILABLE' | 'HELD';
}

/** A page of entries, newest first, with the balances before its oldest and after its newest entry. */
export interface LedgerStatement extends Page<LedgerEntryView> {
  readonly opening: { readonly available_micro_usd: Wide; readonly held_micro_usd: Wide };
  readonly closing: { readonly available_micro_usd: Wide; readonly held_micro_usd: Wide };
}

/** A deposit or withdrawal; kept for good, with its command's id, so that cash never moves twice. */
export interface CashMovementView {
  readonly account: number;
  readonly kind: 'DEPOSIT' | 'WITHDRAWAL';
  readonly command_id: string;
  readonly fingerprint: number;
  readonly sequence: number;
  readonly at_us: number;
  readonly outcome: 'ACCEPTED' | 'REJECTED';
  /** Null for an accepted one. */
  readonly refusal: Refusal | null;
  /** 0 for a rejected one. */
  readonly amount_micro_usd: number;
  readonly reference: string;
}
