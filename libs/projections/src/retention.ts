// How much of the past the read models keep. All of it is counted in log time or in rows, so a rebuild keeps the same.

import { HOUR_US } from '@tokenbourse/domain';
import type { CandleInterval } from './queries';

export interface Retention {
  /** Settled contracts with their orders, trades, candles and positions: so long after settlement, in microseconds … */
  readonly settled_contract_us: number;
  /** … and at most so many. */
  readonly settled_contracts: number;
  /** Closed capacity offers and ended windows' factory use, after their window ended, in microseconds. */
  readonly ended_window_us: number;
  readonly trades_per_contract: number;
  readonly trades_of_market: number;
  readonly fills_per_account: number;
  readonly ledger_entries_per_account: number;
  /** Candles kept per contract and per tier; intervals without trades have none. */
  readonly candles: { readonly [I in CandleInterval]: number };
  /** Refused orders that can be found by their client order id, in the whole market. */
  readonly rejected_orders: number;
  /** Refused deposits and withdrawals that can be found by their id; accepted ones are kept for good. */
  readonly rejected_cash_movements: number;
  /** Commands other than orders and movements of cash whose outcome can be found by their id, in the whole market. */
  readonly command_outcomes: number;
  /** Contracts whose value split is kept by itself; older ones are rolled up per tier and zone. */
  readonly split_contracts: number;
}

export const DEFAULT_RETENTION: Retention = {
  settled_contract_us: 12 * HOUR_US,
  settled_contracts: 2_000,
  ended_window_us: 7 * 24 * HOUR_US,
  trades_per_contract: 5_000,
  trades_of_market: 20_000,
  fills_per_account: 5_000,
  ledger_entries_per_account: 10_000,
  candles: { '1s': 3_600, '1m': 2_880, '5m': 2_016, '15m': 1_344, '1h': 2_160, '1d': 3_650 },
  rejected_orders: 100_000,
  rejected_cash_movements: 10_000,
  command_outcomes: 100_000,
  split_contracts: 20_000,
};
