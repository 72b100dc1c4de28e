// Requests and responses about the market’s own settings: schedule, fees, limits, zones, split rule.

import { Type, type Static } from 'typebox';
import { asOfSeq, instant, integer, mtokFigure, orNull, strict, total, usdFigure, zoneName } from './fields';

const seq = total('record of the log that answers the request');

export const ZoneRequest = strict({
  name: Type.String({ pattern: '^[A-Z0-9]{2,8}$', description: '2 to 8 capital letters or digits', examples: ['EUN'] }),
});
export const ZoneMade = strict({ zone: zoneName(), seq });

const schedule = {
  window_seconds: total('length of a delivery window', 3600),
  horizon_seconds: total('how long before its start a window is listed', 86400),
  open_lead_seconds: total('how long before its start a window opens for trading', 86400),
  gate_lead_seconds: total('how long before its start a window’s gate closes', 300),
  settlement_lag_seconds: total('how long after its end a window is settled', 0),
};
const ppmRange = (what: string, example: number) => integer(0, 1_000_000, `${what}, in parts per million`, example);
export const FeesRequest = strict({
  maker_ppm: ppmRange('fee of the resting side', 100),
  taker_ppm: ppmRange('fee of the arriving side', 500),
});
export const FeesSet = strict({ ...FeesRequest.properties, seq });
export const LimitsRequest = strict({
  open_orders_per_account: integer(1, 0xffff_ffff, 'open orders of one account', 10_000),
  matches_per_command: integer(1, 500, 'fills and self-trade steps of one command', 500),
  quotes_per_offer: integer(1, 100, 'quotes of one capacity offer', 100),
  idempotency_window_seconds: integer(1, 31_536_000, 'how long an id is remembered after its order has closed', 3600),
});
export const LimitsSet = strict({ ...LimitsRequest.properties, seq });
export const SplitRuleRequest = strict({
  version: integer(1, 1_000_000, 'version of the rule', 2),
  rule: Type.Unsafe<Record<string, unknown>>({
    type: 'object',
    description: 'the rule: links, formulas and sources; at most 60,000 characters as JSON',
    examples: [{ version: 1 }],
  }),
});
export const SplitRuleSet = strict({ version: total('version of the rule'), seq });
export const MarketSchema = strict({
  market: Type.String(),
  currency: Type.String(),
  opened_at: instant('when'),
  ...schedule,
  fees: orNull(strict({ ...FeesRequest.properties })),
  limits: orNull(strict({ ...LimitsRequest.properties })),
  split_rule: orNull(
    strict({
      version: total('version of the rule'),
      rule: Type.Unsafe<Record<string, unknown>>({ type: 'object', description: 'the rule in full' }),
      set_at: instant('when'),
    }),
  ),
  totals: strict({
    deposits_usd: usdFigure('all deposits'),
    withdrawals_usd: usdFigure('all withdrawals'),
    available_usd: usdFigure('free balances'),
    held_usd: usdFigure('set aside for open orders'),
    escrow_usd: usdFigure('paid and not yet settled'),
    fees_usd: usdFigure('collected fees'),
    trades: total('number of trades'),
    volume_mtok: mtokFigure('traded'),
    amount_usd: usdFigure('sum of price × quantity'),
    orders_accepted: total('orders accepted'),
    orders_rejected: total('orders refused'),
  }),
  as_of_seq: asOfSeq,
});
export type Market = Static<typeof MarketSchema>;
