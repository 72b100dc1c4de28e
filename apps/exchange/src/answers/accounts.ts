// Rows of the read models about participants, accounts, cash, positions and keys → responses.

import { formatId, formatInstant, formatOrderId, formatTradeId, type ApiScope } from '@tokenbourse/domain';
import {
  formatMtok,
  formatUsd,
  type Account,
  type Balance,
  type Key,
  type Participant,
  type Position,
  type StatementLine,
} from '@tokenbourse/protocol';
import type {
  AccountView,
  ApiKeyView,
  BalanceView,
  LedgerEntryView,
  ParticipantView,
  PositionView,
} from '@tokenbourse/projections';
import { formatAverage, orNull } from './page';

const usd = (micro: string): string => formatUsd(BigInt(micro));
const mtok = (lots: string): string => formatMtok(BigInt(lots));

export function participantAnswer(view: ParticipantView): Participant {
  return {
    participant_id: formatId('participant', view.participant),
    name: view.name,
    role: view.role,
    registered_at: formatInstant(view.registered_at_us),
  };
}

export function accountAnswer(view: AccountView): Account {
  return {
    account_id: formatId('account', view.account),
    participant_id: formatId('participant', view.participant),
    name: view.name,
    is_factory: view.is_factory,
    opened_at: formatInstant(view.opened_at_us),
  };
}

export function balanceAnswer(view: BalanceView, asOfSeq: number): Balance {
  return {
    account_id: formatId('account', view.account),
    available_usd: usd(view.available_micro_usd),
    held_usd: usd(view.held_micro_usd),
    total_usd: formatUsd(BigInt(view.available_micro_usd) + BigInt(view.held_micro_usd)),
    receivable_usd: usd(view.receivable_micro_usd),
    paid_usd: usd(view.paid_micro_usd),
    as_of_seq: asOfSeq,
  };
}

export function positionAnswer(view: PositionView): Position {
  return {
    account_id: formatId('account', view.account),
    contract_id: view.contract_id,
    position_mtok: formatMtok(view.lots),
    bought_mtok: mtok(view.bought_lots),
    sold_mtok: mtok(view.sold_lots),
    average_price_usd_per_mtok: orNull(view.average_price_ticks, formatAverage),
    paid_usd: usd(view.paid_micro_usd),
    receivable_usd: usd(view.receivable_micro_usd),
    settled: view.settled,
  };
}

/** Events whose ledger movements name a trade; all others that name anything name an order. */
const TRADE_EVENTS: ReadonlySet<string> = new Set(['TradeExecuted']);

export function statementLine(view: LedgerEntryView, contractId: string | null): StatementLine {
  const isTrade = TRADE_EVENTS.has(view.event);
  const named = view.contract !== 0 && view.reference !== 0;
  return {
    number: view.number,
    seq: view.sequence,
    booked_at: formatInstant(view.at_us),
    event: view.event,
    bucket: view.bucket,
    contract_id: contractId,
    order_id: named && !isTrade ? formatOrderId(view.contract, view.reference) : null,
    trade_id: named && isTrade ? formatTradeId(view.contract, view.reference) : null,
    amount_usd: usd(view.delta_micro_usd),
    balance_usd: usd(view.balance_micro_usd),
  };
}

export function keyAnswer(view: Omit<ApiKeyView, 'hash' | 'revoked_at_us'>): Key {
  return {
    key_id: formatId('key', view.key),
    name: view.name,
    scopes: [...view.scopes] as ApiScope[],
    account_id: view.account === 0 ? null : formatId('account', view.account),
    all_accounts: view.all_accounts,
    revoked: view.revoked,
    created_at: formatInstant(view.created_at_us),
  };
}
