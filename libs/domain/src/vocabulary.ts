// The closed word lists of orders, contracts, accounts and keys. Names are only ever added at a list's end: logs hold codes.

export const SIDES = ['BUY', 'SELL'] as const;
export type Side = (typeof SIDES)[number];

export const ORDER_TYPES = ['LIMIT', 'MARKET'] as const;
export type OrderType = (typeof ORDER_TYPES)[number];

/** GTC until gate closure, GTD until an instant, IOC immediate or cancel, FOK fill or kill. */
export const TIMES_IN_FORCE = ['GTC', 'GTD', 'IOC', 'FOK'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

/** What happens when an order would meet one of the same participant: which of the two gives way. */
export const SELF_TRADE_MODES = ['CANCEL_NEWEST', 'CANCEL_OLDEST', 'CANCEL_BOTH', 'DECREMENT'] as const;
export type SelfTradeMode = (typeof SELF_TRADE_MODES)[number];

export const CONTRACT_STATES = ['LISTED', 'OPEN', 'CLOSED', 'DELIVERING', 'SETTLED'] as const;
export type ContractState = (typeof CONTRACT_STATES)[number];

export const PARTICIPANT_ROLES = [
  'OPERATOR',
  'FACTORY',
  'CLOUD_OPERATOR',
  'MODEL_OWNER',
  'APP_VENDOR',
  'CONSUMER',
  'TRADER',
] as const;
export type ParticipantRole = (typeof PARTICIPANT_ROLES)[number];

/** SEPARATE: every quote sets its own energy aside. */
export const ENERGY_POLICIES = ['SEPARATE'] as const;
export type EnergyPolicy = (typeof ENERGY_POLICIES)[number];

/** Why an order's open quantity was cancelled. */
export const CANCEL_REASONS = [
  'REQUESTED',
  'ALL_REQUESTED',
  'IMMEDIATE_REMAINDER',
  'MAX_AMOUNT',
  'MATCH_LIMIT',
  'SELF_TRADE',
  'AMENDED',
  'EXPIRED',
  'GATE_CLOSED',
  'OFFER_WITHDRAWN',
] as const;
export type CancelReason = (typeof CANCEL_REASONS)[number];

export const API_SCOPES = ['read', 'trade', 'admin'] as const;
export type ApiScope = (typeof API_SCOPES)[number];

/** Why a record was written: a command came, an instant fell due, or a bounded slice of larger work. */
export const RECORD_CAUSES = ['COMMAND', 'DUE', 'CONTINUATION'] as const;
export type RecordCause = (typeof RECORD_CAUSES)[number];
