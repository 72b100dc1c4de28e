// Requests and responses about participants, accounts, cash, positions and API keys.

import { Type, type Static } from 'typebox';
import { API_SCOPES, PARTICIPANT_ROLES } from '@tokenbourse/domain';
import {
  accountId,
  asOfSeq,
  average,
  contractId,
  flag,
  instant,
  keyId,
  listOf,
  minSeq,
  mtokFigure,
  name,
  oneOf,
  orderId,
  orNull,
  page,
  participantId,
  strict,
  total,
  tradeId,
  usd,
  usdFigure,
} from './fields';

const seq = total('record of the log that answers the request');

export const ParticipantRequest = strict({
  name: name(120, 'name of a person or firm', 'Ada’s app'),
  role: oneOf(PARTICIPANT_ROLES, 'what it does in the market', { examples: ['APP_VENDOR'] }),
});
export type ParticipantRequest = Static<typeof ParticipantRequest>;

export const ParticipantSchema = strict({
  participant_id: participantId(),
  name: Type.String(),
  role: oneOf(PARTICIPANT_ROLES, 'what it does in the market'),
  registered_at: instant('when'),
});
export type Participant = Static<typeof ParticipantSchema>;
export const ParticipantMade = strict({ ...ParticipantSchema.properties, seq });

export const AccountRequest = strict({
  participant_id: participantId('owner'),
  name: name(120, 'name of the account', 'Main account'),
});
export type AccountRequest = Static<typeof AccountRequest>;

export const AccountSchema = strict({
  account_id: accountId(),
  participant_id: participantId(),
  name: Type.String(),
  is_factory: flag('whether it has power and can make tokens'),
  opened_at: instant('when'),
});
export type Account = Static<typeof AccountSchema>;
export const AccountMade = strict({ ...AccountSchema.properties, seq });
export const AccountRead = strict({ ...AccountSchema.properties, as_of_seq: asOfSeq });

export const CashRequest = strict({
  amount_usd: usd('amount'),
  reference: Type.Optional(name(120, 'the payer’s or payee’s reference; empty if left out', 'wire 4711')),
});
export type CashRequest = Static<typeof CashRequest>;

export const CashMoved = strict({
  account_id: accountId(),
  direction: oneOf(['DEPOSIT', 'WITHDRAWAL'], 'in or out'),
  amount_usd: usdFigure('amount'),
  reference: Type.String(),
  booked_at: instant('when'),
  seq,
});

export type CashMoved = Static<typeof CashMoved>;

export const BalanceSchema = strict({
  account_id: accountId(),
  available_usd: usdFigure('free for orders and withdrawals'),
  held_usd: usdFigure('set aside for open buy orders'),
  total_usd: usdFigure('available + held'),
  receivable_usd: usdFigure('sold and not yet settled: paid at settlement, fees deducted'),
  paid_usd: usdFigure('paid for positions that are not settled yet, fees included'),
  as_of_seq: asOfSeq,
});
export type Balance = Static<typeof BalanceSchema>;

export const PositionSchema = strict({
  account_id: accountId(),
  contract_id: contractId(),
  position_mtok: mtokFigure('bought less sold; negative: to be made'),
  bought_mtok: mtokFigure('bought'),
  sold_mtok: mtokFigure('sold', '0.000'),
  average_price_usd_per_mtok: orNull(average('average price of the position, fees excluded; null for a flat one')),
  paid_usd: usdFigure('paid for purchases, fees included'),
  receivable_usd: usdFigure('owed for sales, fees deducted'),
  settled: flag('whether the contract is settled'),
});
export type Position = Static<typeof PositionSchema>;

export const StatementLineSchema = strict({
  number: total('counts the account’s movements, from 1'),
  seq: total('record of the log'),
  booked_at: instant('when'),
  event: Type.String({ description: 'the event that moved the money', examples: ['TradeExecuted'] }),
  bucket: oneOf(['AVAILABLE', 'HELD'], 'free, or set aside for open orders'),
  contract_id: orNull(contractId('contract; null for none')),
  order_id: orNull(orderId('order that the movement belongs to; null for none')),
  trade_id: orNull(tradeId('trade that the movement belongs to; null for none')),
  amount_usd: usdFigure('change', '-60.000000'),
  balance_usd: usdFigure('the bucket after it', '40.000000'),
});
export type StatementLine = Static<typeof StatementLineSchema>;

const bothBuckets = strict({
  available_usd: usdFigure('free'),
  held_usd: usdFigure('set aside for open orders'),
});
export const StatementSchema = strict({
  opening: bothBuckets,
  closing: bothBuckets,
  ...listOf(StatementLineSchema).properties,
});
export type Statement = Static<typeof StatementSchema>;

export const FillsQuery = strict({
  contract_id: Type.Optional(contractId('only of this contract')),
  ...page,
  ...minSeq,
});
export const ReadQuery = strict({ ...minSeq });
export const ListQuery = strict({ ...page, ...minSeq });
export const PositionsQuery = strict({
  contract_id: Type.Optional(contractId('only of this contract')),
  settled: Type.Optional(oneOf(['true', 'false'], 'only settled ones, or only others', { examples: ['false'] })),
  ...page,
  ...minSeq,
});
export const StatementQuery = strict({
  bucket: Type.Optional(oneOf(['AVAILABLE', 'HELD'], 'only this bucket', { examples: ['AVAILABLE'] })),
  ...page,
  ...minSeq,
});
export const KeysQuery = strict({
  revoked: Type.Optional(oneOf(['true', 'false'], 'only revoked ones, or only others', { examples: ['false'] })),
  ...page,
  ...minSeq,
});
export const AccountParams = strict({ account_id: accountId() });

export const KeyRequest = strict({
  name: name(120, 'what it is for', 'trading bot'),
  scopes: Type.Array(oneOf(API_SCOPES, 'read, trade or admin'), {
    minItems: 1,
    maxItems: 3,
    uniqueItems: true,
    examples: [['read', 'trade']],
  }),
  account_id: Type.Optional(accountId('the account it speaks for; none if left out')),
  all_accounts: Type.Optional(flag('may act for every account; false if left out')),
});
export type KeyRequest = Static<typeof KeyRequest>;

export const KeySchema = strict({
  key_id: keyId(),
  name: Type.String(),
  scopes: Type.Array(oneOf(API_SCOPES, 'read, trade or admin')),
  account_id: orNull(accountId('the account it speaks for; null for none')),
  all_accounts: flag('may act for every account'),
  revoked: flag('whether it was revoked'),
  created_at: instant('when'),
});
export type Key = Static<typeof KeySchema>;
export const KeyMade = strict({
  ...KeySchema.properties,
  key: Type.String({ description: 'the key itself, shown this once; only its hash is kept' }),
  seq,
});
export const KeyParams = strict({ key_id: keyId() });
export const KeyRevoked = strict({ key_id: keyId(), seq });
