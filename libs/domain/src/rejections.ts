// Reasons for refusals: stable codes, with what the two figures of the refusal mean and what would make the command pass.

export interface Rejection {
  /** The unit of `needed` and `available`; empty where they are not used. */
  readonly unit: string;
  /** Whether the very same command can pass later without a change. */
  readonly retryable: boolean;
  /** What is wrong and what would pass. {needed}, {available}, {missing}, {at} stand for the refusal's figures. */
  readonly sentence: string;
}

const rejection = (sentence: string, unit = '', retryable = false): Rejection => ({ sentence, unit, retryable });

/** In the order of their codes in the log: new ones are added at the end. */
export const REJECTIONS = {
  MARKET_NOT_OPEN: rejection('The market has not been opened; open it first.', '', true),
  MARKET_ALREADY_OPEN: rejection('The market is open already; it is opened once.'),
  UNKNOWN_PARTICIPANT: rejection('No such participant; register it first.'),
  UNKNOWN_ACCOUNT: rejection('No such account; open it first.'),
  UNKNOWN_ZONE: rejection('No such zone; use one that the market lists.'),
  UNKNOWN_TIER: rejection('No such tier; use one that the market lists.'),
  UNKNOWN_CONTRACT: rejection('No such contract, or it has been settled and has left the market.'),
  UNKNOWN_FACTORY: rejection('The account is no factory; register it as one first.'),
  UNKNOWN_OFFER: rejection('No open capacity offer of this account has that id.'),
  UNKNOWN_KEY: rejection('No such API key, or it is revoked already.'),
  UNKNOWN_ORDER: rejection('No open order of this account has that id; it may be filled, cancelled or expired.'),
  ACCOUNT_NOT_TRADING: rejection('The house account collects fees; it places no orders.'),
  ALREADY_FACTORY: rejection('The account is a factory already; one factory is one account.'),
  DUPLICATE_ZONE: rejection('A zone with that name exists already; choose another name.'),
  CONTRACT_NOT_OPEN: rejection('The contract opens for trading at {at}.', '', true),
  GATE_CLOSED: rejection('The gate closed at {at}; choose a contract with a later delivery window.'),
  COMMAND_EXPIRED: rejection('The command expired at {at} before its turn came; send it anew.'),
  COMMAND_ID_REUSED: rejection(
    'The id was used for another request; use a new one. The first has record {needed}.',
    '',
  ),
  INVALID_PRICE: rejection('The price must be from 0 to {needed} ticks; it is {available}.', 'ticks'),
  INVALID_QUANTITY: rejection('The quantity must be from 1 to {needed} lots; it is {available}.', 'lots'),
  INVALID_TIME_IN_FORCE: rejection(
    'A market order has no limit price and is IOC or FOK; a post-only order is GTC or GTD; GTD and only GTD has an instant.',
  ),
  INVALID_AMOUNT: rejection('The amount must be positive, and at most {needed}; it is {available}.', 'micro_usd'),
  INVALID_FIGURE: rejection(
    'A figure lies outside its range: it is {available}, the nearest that would pass is {needed}.',
  ),
  AMOUNT_TOO_LARGE: rejection(
    'Price × quantity leaves the exact range of {needed}; make the order smaller.',
    'micro_usd',
  ),
  ENERGY_TOO_LARGE: rejection(
    'Quantity × joules per Mtok leaves the exact range of {needed}; make the order smaller.',
    'millijoules',
  ),
  GOOD_TILL_PAST: rejection('The order would expire at {at}, which has passed; choose a later instant.'),
  GOOD_TILL_AFTER_GATE: rejection(
    'The order would outlive the gate, which closes at {at}; choose an earlier instant or GTC.',
  ),
  INSUFFICIENT_FUNDS: rejection(
    '{needed} are needed and {available} are free; deposit the missing {missing} or ask for less.',
    'micro_usd',
    true,
  ),
  INSUFFICIENT_POSITION: rejection(
    '{needed} would be on sale and {available} are held; buy the missing {missing} or sell less.',
    'lots',
    true,
  ),
  INSUFFICIENT_ENERGY: rejection(
    '{needed} are needed and {available} of the window’s energy are free; the missing {missing} can be bought back or freed by cancelling offers.',
    'millijoules',
    true,
  ),
  TIER_NOT_MADE: rejection(
    'The factory states no joules per Mtok for this tier; it can sell what it has bought: {needed} would be on sale, {available} are held.',
    'lots',
  ),
  WOULD_TRADE: rejection(
    'A post-only order at this price would trade with {available} ticks; choose a price that does not cross.',
    'ticks',
    true,
  ),
  NOT_FILLABLE: rejection('Only {available} of {needed} can be filled at once; ask for less or use IOC.', 'lots', true),
  WOULD_SELF_TRADE: rejection(
    'A fill-or-kill order would meet an order of the same participant; cancel that first or use CANCEL_OLDEST.',
    '',
    true,
  ),
  TOO_MANY_MATCHES: rejection('More than {needed} fills would be needed in one command; split the order.'),
  TOO_MANY_OPEN_ORDERS: rejection(
    'The account has {available} open orders, the limit is {needed}; cancel some first.',
    '',
    true,
  ),
  TOO_MANY_QUOTES: rejection('An offer has from 1 to {needed} quotes; this one has {available}.'),
  NO_CHANGE: rejection('The amendment changes nothing; give a new price or a new total quantity.'),
  WINDOW_NOT_LISTED: rejection('No contracts are listed for that window in the factory’s zone.'),
  CLOCK_NOT_CONFIRMED: rejection('The clock is in no doubt; there is nothing to confirm.'),
  NAME_INVALID: rejection('A zone’s name has 2 to 8 capital letters or digits.'),
  INTERNAL: rejection('The command failed inside the engine and changed nothing; this is a bug.'),
} as const satisfies Record<string, Rejection>;

export type RejectionCode = keyof typeof REJECTIONS;
export const REJECTION_CODES = Object.keys(REJECTIONS) as readonly RejectionCode[];
