// Requests and responses about the market’s own settings: schedule, fees, limits, zones, split rule.

import { Type, type Static } from 'typebox';
import { SPLIT_RULE_VERSION } from '@tokenbourse/domain';
import {
  name,
  oneOf,
  asOfSeq,
  instant,
  integer,
  mtokFigure,
  orNull,
  strict,
  total,
  usdFigure,
  zoneName,
} from './fields';
import { SPLIT_LINKS } from './market';

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
  open_orders_per_account: integer(1, 10_000_000, 'open orders of one account', 10_000),
  matches_per_command: integer(1, 500, 'fills and self-trade steps of one command', 500),
  quotes_per_offer: integer(1, 100, 'quotes of one capacity offer', 100),
  idempotency_window_seconds: integer(
    1,
    31_622_400,
    'how long a command’s outcome is known; that of an order also while the order is open',
    3600,
  ),
});
export const LimitsSet = strict({ ...LimitsRequest.properties, seq });
/** The read models compute the parts by version; what may change is how the rule says it, and its sources. */
export const SplitRuleRequest = strict({
  version: integer(
    SPLIT_RULE_VERSION,
    SPLIT_RULE_VERSION,
    'a version by which this exchange can divide',
    SPLIT_RULE_VERSION,
  ),
  rule: strict(
    {
      version: integer(SPLIT_RULE_VERSION, SPLIT_RULE_VERSION, 'the same', SPLIT_RULE_VERSION),
      title: name(200, 'title', 'Where each dollar goes'),
      scope: name(2_000, 'what is divided, and what is not', 'the amount of a trade'),
      rounding: name(2_000, 'how the parts become whole micro-USD', 'largest remainder'),
      links: Type.Array(
        strict({
          link: oneOf(SPLIT_LINKS, 'link of the chain', { examples: ['power'] }),
          name: name(120, 'its name', 'Power company'),
          formula: name(1_000, 'how its part is computed', 'energy × price'),
          source: name(1_000, 'where the figures come from', 'FactoryRegistered'),
        }),
        { minItems: SPLIT_LINKS.length, maxItems: SPLIT_LINKS.length },
      ),
    },
    { description: 'the rule in full' },
  ),
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
