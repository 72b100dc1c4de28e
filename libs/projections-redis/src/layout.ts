// Where in Redis which collection of documents stands; docs/read-store.md describes it for others who read it.

/** Grows with each change of the layout; the models' own versions stand beside it. */
const LAYOUT = 1;

/** Small or seldom changed: every reader keeps a copy, and is given what changed since with each answer. */
export const GROUPS = {
  reference: [
    'market',
    'tiers',
    'zones',
    'forgotten_ids',
    'participants',
    'accounts',
    'factories',
    'api_keys',
    'contracts',
    'windows',
    'factory_use',
  ],
  offers: ['offers'],
  split: ['split_contracts', 'split_rolled_up', 'split_rule_version'],
} as const;
export type GroupName = keyof typeof GROUPS;

/** One list of rows per owner. */
export const RINGS = ['trades', 'contract_candles', 'tier_candles', 'fills', 'ledger'] as const;
export type RingName = (typeof RINGS)[number];

/** One hash each, field by document key. */
export const HASHES = [
  'balances',
  'market_cash',
  'cash_totals',
  'contract_trading',
  'tier_trading',
  'market_trading',
  'order_counts',
] as const;

/** Each in a form of its own. */
export const OWN_FORM = [
  'depth',
  'positions',
  'orders',
  'rejected_orders',
  'cash_movements',
  'rejected_cash_movements',
  'command_outcomes',
] as const;

/** What only the fold needs: no question reads it, so it is not in Redis. */
export const FOLD_ONLY = [
  'candle_tiers',
  'trading_tiers',
  'factory_power',
  'split_holdings',
  'split_figures',
  'account_order_counts',
] as const;

/** All keys of a market begin so, and share a hash slot. */
export function keyPrefix(market: string): string {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(market)) {
    throw new RangeError(`a market's name is made of letters, digits, ".", "_" and "-", not "${market}"`);
  }
  return `tokenbourse:{${market}}:`;
}

/** Stores with another version's documents are not read, and not gone on with. */
export function versionText(
  models: readonly { readonly name: string; readonly version: number }[],
  retention: object,
): string {
  return JSON.stringify({
    layout: LAYOUT,
    models: Object.fromEntries(models.map(({ name, version }) => [name, version])),
    retention,
  });
}

/** A client's id as part of a field: texts that are no valid UTF-8 stay apart. */
export const idField = (id: string): string => JSON.stringify(id);
