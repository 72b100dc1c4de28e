// The HTTP status of each reason code.

import type { RejectionCode } from '@tokenbourse/domain';

const statuses: { readonly [C in RejectionCode]?: number } = {
  MARKET_NOT_OPEN: 503,
  MARKET_ALREADY_OPEN: 409,
  UNKNOWN_PARTICIPANT: 404,
  UNKNOWN_ACCOUNT: 404,
  UNKNOWN_ZONE: 404,
  UNKNOWN_TIER: 404,
  UNKNOWN_CONTRACT: 404,
  UNKNOWN_FACTORY: 404,
  UNKNOWN_OFFER: 404,
  UNKNOWN_KEY: 404,
  UNKNOWN_ORDER: 404,
  ALREADY_FACTORY: 409,
  DUPLICATE_ZONE: 409,
  CONTRACT_NOT_OPEN: 409,
  GATE_CLOSED: 409,
  COMMAND_EXPIRED: 409,
  INSUFFICIENT_FUNDS: 409,
  INSUFFICIENT_POSITION: 409,
  INSUFFICIENT_ENERGY: 409,
  WOULD_TRADE: 409,
  NOT_FILLABLE: 409,
  WOULD_SELF_TRADE: 409,
  TOO_MANY_OPEN_ORDERS: 409,
  CLOCK_NOT_CONFIRMED: 409,
  INTERNAL: 500,
};

/** 404 for what doesn't exist, 409 where the market's state forbids it, 422 where the request itself can't pass. */
export function rejectionStatus(code: RejectionCode): number {
  return statuses[code] ?? 422;
}
