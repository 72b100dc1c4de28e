// Requests and responses about the market itself: tiers, zones, contracts, depth, candles, prices, value split, settings.

import { Type, type Static } from 'typebox';
import { CONTRACT_STATES } from '@tokenbourse/domain';
import {
  asOfSeq,
  average,
  contractId,
  flag,
  instant,
  integer,
  minSeq,
  mtokFigure,
  mwhFigure,
  name,
  oneOf,
  orNull,
  page,
  priceFigure,
  queryNumber,
  strict,
  thousand,
  tierName,
  total,
  usdFigure,
  zoneName,
} from './fields';

const seq = total('record of the log that answers the request');

export const TierSchema = strict({
  tier: tierName(),
  aliases: Type.Array(Type.String(), { description: 'other names in use' }),
  reference_price_usd_per_mtok: priceFigure('published reference price; the market finds its own'),
  description: Type.String({ description: 'what it buys' }),
});
export const ZoneSchema = strict({ zone: zoneName() });
export const ZoneRequest = strict({
  name: Type.String({ pattern: '^[A-Z0-9]{2,8}$', description: '2 to 8 capital letters or digits', examples: ['EUN'] }),
});
export const ZoneMade = strict({ zone: zoneName(), seq });

const bestPrices = {
  best_bid_usd_per_mtok: orNull(priceFigure('best bid; null where nobody bids', '5.990')),
  best_ask_usd_per_mtok: orNull(priceFigure('best ask; null where nobody asks', '6.010')),
  last_price_usd_per_mtok: orNull(priceFigure('price of the last trade; null before the first')),
};

export const ContractSchema = strict({
  contract_id: contractId(),
  tier: tierName(),
  zone: zoneName(),
  state: oneOf(CONTRACT_STATES, 'LISTED, OPEN for trading, CLOSED after the gate, DELIVERING, SETTLED'),
  window_start_at: instant('start of delivery'),
  window_seconds: total('length of delivery', 3600),
  opens_at: instant('from then on it trades', '2026-11-19T14:00:00Z'),
  gate_closes_at: instant('from then on it no longer trades', '2026-11-20T13:55:00Z'),
  settles_at: instant('when it is settled', '2026-11-20T15:00:00Z'),
  ...bestPrices,
  trades: total('number of trades'),
  volume_mtok: mtokFigure('traded'),
  amount_usd: usdFigure('sum of price × quantity'),
  vwap_usd_per_mtok: orNull(average('volume-weighted average price')),
  contract_seq: total('market-data sequence number of the contract, without gaps'),
});
export type Contract = Static<typeof ContractSchema>;
export const ContractRead = strict({ ...ContractSchema.properties, as_of_seq: asOfSeq });

const level = strict({
  price_usd_per_mtok: priceFigure('price'),
  quantity_mtok: mtokFigure('open quantity'),
  orders: total('number of orders'),
});
export const DepthSchema = strict({
  contract_id: contractId(),
  contract_seq: total('market-data sequence number of the contract that this book shows'),
  bids: Type.Array(level, { description: 'best first' }),
  asks: Type.Array(level, { description: 'best first' }),
  as_of_seq: asOfSeq,
});

export const CANDLE_INTERVALS = ['1s', '1m', '5m', '15m', '1h', '1d'] as const;
export const CandleSchema = strict({
  start_at: instant('start of the interval'),
  open_usd_per_mtok: priceFigure('first price'),
  high_usd_per_mtok: priceFigure('highest price'),
  low_usd_per_mtok: priceFigure('lowest price'),
  close_usd_per_mtok: priceFigure('last price'),
  vwap_usd_per_mtok: average('volume-weighted average price'),
  volume_mtok: mtokFigure('traded'),
  amount_usd: usdFigure('sum of price × quantity'),
  trades: total('number of trades'),
});
const column = (of: ReturnType<typeof Type.String>) => Type.Array(of);
export const CandlesSchema = strict({
  interval: oneOf(CANDLE_INTERVALS, 'length of a candle'),
  format: oneOf(['rows', 'columns'], 'as asked'),
  data: Type.Optional(Type.Array(CandleSchema, { description: 'format rows: newest first' })),
  columns: Type.Optional(
    strict(
      {
        start_at: column(CandleSchema.properties.start_at),
        open_usd_per_mtok: column(CandleSchema.properties.open_usd_per_mtok),
        high_usd_per_mtok: column(CandleSchema.properties.high_usd_per_mtok),
        low_usd_per_mtok: column(CandleSchema.properties.low_usd_per_mtok),
        close_usd_per_mtok: column(CandleSchema.properties.close_usd_per_mtok),
        vwap_usd_per_mtok: column(CandleSchema.properties.vwap_usd_per_mtok),
        volume_mtok: column(CandleSchema.properties.volume_mtok),
        amount_usd: column(CandleSchema.properties.amount_usd),
        trades: Type.Array(total('number of trades')),
      },
      { description: 'format columns: oldest first' },
    ),
  ),
  has_more: flag('whether there are older candles'),
  cursor: orNull(Type.String({ description: 'ask with it for the next page; null at the end' })),
  as_of_seq: asOfSeq,
});
export type Candles = Static<typeof CandlesSchema>;

const summary = strict({
  trades: total('number of trades'),
  volume_mtok: mtokFigure('traded'),
  amount_usd: usdFigure('sum of price × quantity'),
  vwap_usd_per_mtok: orNull(average('volume-weighted average price')),
});
export const TierPriceSchema = strict({
  tier: tierName(),
  reference_price_usd_per_mtok: priceFigure('published reference price'),
  front_window_start_at: orNull(instant('the earliest window that trades; null where nothing is open')),
  ...bestPrices,
  mid_usd_per_mtok: orNull(average('half of best bid + best ask')),
  spread_usd_per_mtok: orNull(priceFigure('best ask less best bid', '0.020')),
  last_trade_at: orNull(instant('when it traded last')),
  last_hour: summary,
  since_start: summary,
  change_usd_per_mtok: orNull(priceFigure('last price less the price a day ago', '-0.120')),
  front_energy_sold_mwh: mwhFigure('energy of what factories have sold in the front window'),
  front_energy_offered_mwh: mwhFigure('energy of what factories offer in the front window'),
  forward_curve: Type.Array(
    strict({
      contract_id: contractId(),
      zone: zoneName(),
      state: oneOf(CONTRACT_STATES, 'state'),
      window_start_at: instant('start of delivery'),
      ...bestPrices,
      mid_usd_per_mtok: orNull(average('half of best bid + best ask')),
      vwap_usd_per_mtok: orNull(average('volume-weighted average price')),
      volume_mtok: mtokFigure('traded'),
    }),
    { description: 'the contracts that are not settled, by delivery window' },
  ),
});
export const PricesSchema = strict({
  at: instant('time of the last record'),
  front_window: orNull(
    strict(
      {
        window_start_at: instant('start of delivery'),
        energy_budget_mwh: mwhFigure('of all factories'),
        energy_sold_mwh: mwhFigure('of all factories'),
        energy_offered_mwh: mwhFigure('of all factories'),
      },
      { description: 'the earliest window that trades' },
    ),
  ),
  tiers: Type.Array(TierPriceSchema),
  as_of_seq: asOfSeq,
});
export type Prices = Static<typeof PricesSchema>;

export const SPLIT_LINKS = ['power', 'equipment', 'facility', 'cloud_operator', 'model_licence', 'reseller'] as const;
const linkFigures = strict(
  {
    power: usdFigure('electricity'),
    equipment: usdFigure('servers and network'),
    facility: usdFigure('land, shell, power and cooling plant'),
    cloud_operator: usdFigure('what is left; negative: a loss'),
    model_licence: usdFigure('the model’s owner'),
    reseller: usdFigure('margin of resales'),
  },
  { description: 'parts of the payment; they sum to it exactly' },
);
const splitRow = strict({
  tier: orNull(tierName()),
  zone: orNull(zoneName()),
  contract_id: orNull(contractId()),
  window_start_at: orNull(instant('start of delivery')),
  payment_usd: usdFigure('what the final holders paid for their tokens, fees excluded'),
  links: linkFigures,
  exchange_fee_usd: usdFigure('the market’s fees on top of the payment'),
  produced_mtok: mtokFigure('sold by factories less bought back'),
  resold_mtok: mtokFigure('resold'),
});
export const SPLIT_GROUPINGS = ['tier', 'zone', 'window', 'link'] as const;
export const ValueSplitSchema = strict({
  group_by: oneOf(SPLIT_GROUPINGS, 'as asked'),
  format: oneOf(['table', 'sankey'], 'as asked'),
  rule: strict({
    version: orNull(total('version of the rule')),
    links: Type.Array(
      strict({ link: Type.String(), name: Type.String(), formula: Type.String(), source: Type.String() }),
    ),
  }),
  total: splitRow,
  rows: Type.Optional(Type.Array(splitRow, { description: 'group_by tier, zone or window' })),
  shares: Type.Optional(
    Type.Array(
      strict({
        link: oneOf(SPLIT_LINKS, 'link of the chain'),
        amount_usd: usdFigure('its part; negative: a loss'),
        share_ppm: orNull(total('its part of the payment, in parts per million; null without a payment')),
      }),
      { description: 'group_by link' },
    ),
  ),
  nodes: Type.Optional(
    Type.Array(
      strict({
        id: Type.String(),
        name: Type.String(),
        kind: oneOf(['payer', 'tier', 'link', 'loss'], 'kind of node'),
      }),
      { description: 'format sankey' },
    ),
  ),
  links: Type.Optional(
    Type.Array(
      strict({
        source: Type.String(),
        target: Type.String(),
        value_usd: usdFigure('flow'),
        is_loss: flag('a link below cost: its loss flows in from the node `loss`'),
      }),
      { description: 'format sankey' },
    ),
  ),
  as_of_seq: asOfSeq,
});
export type ValueSplit = Static<typeof ValueSplitSchema>;

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

export const ContractsQuery = strict({
  tier: Type.Optional(tierName('only of this tier')),
  zone: Type.Optional(zoneName('only of this zone')),
  state: Type.Optional(oneOf(CONTRACT_STATES, 'only in this state', { examples: ['OPEN'] })),
  from: Type.Optional(instant('delivery starts at or after')),
  to: Type.Optional(instant('delivery starts before', '2026-11-21T14:00:00Z')),
  ...page,
  ...minSeq,
});
export const DepthQuery = strict({
  levels: Type.Optional(thousand('levels per side, from 1 to 1000; 20 if left out', '20')),
  ...minSeq,
});
export const CandlesQuery = strict({
  interval: Type.Optional(oneOf(CANDLE_INTERVALS, 'length of a candle; 1m if left out', { examples: ['1m'] })),
  format: Type.Optional(oneOf(['rows', 'columns'], 'rows if left out', { examples: ['rows'] })),
  from: Type.Optional(instant('candles that start at or after', '2026-11-20T00:00:00Z')),
  to: Type.Optional(instant('candles that start before', '2026-11-21T00:00:00Z')),
  ...page,
  ...minSeq,
});
export const PricesQuery = strict({
  tier: Type.Optional(tierName('only this tier')),
  zone: Type.Optional(zoneName('only this zone')),
  ...minSeq,
});
export const SplitQuery = strict({
  group_by: Type.Optional(oneOf(SPLIT_GROUPINGS, 'rows per …; tier if left out', { examples: ['tier'] })),
  format: Type.Optional(oneOf(['table', 'sankey'], 'table if left out', { examples: ['table'] })),
  tier: Type.Optional(tierName('only of this tier')),
  zone: Type.Optional(zoneName('only of this zone')),
  contract_id: Type.Optional(contractId('only of this contract')),
  from: Type.Optional(instant('delivery starts at or after')),
  to: Type.Optional(instant('delivery starts before', '2026-11-21T14:00:00Z')),
  ...minSeq,
});
export const ContractParams = strict({ contract_id: contractId() });
export const TierParams = strict({ tier: tierName() });
export const ClockRequest = strict({ wall_at: instant('the wall clock’s time, as you know it to be right') });
export const ClockConfirmed = strict({
  wall_at: instant('the confirmed time'),
  last_stamp_at: orNull(instant('the stamp of the record before; null in a repeated answer')),
  seq,
});

export const LiveSchema = strict({ status: oneOf(['LIVE'], 'the process answers') });
export const ReadySchema = strict({
  status: oneOf(['READY', 'NOT_READY'], 'whether commands are taken and reads are current'),
  reason: Type.String({ description: 'why not; empty while ready' }),
  writer: strict({
    state: oneOf(['STARTING', 'WRITING', 'CLOCK_IN_DOUBT', 'RECOVERING', 'STOPPED'], 'state of the writer'),
    reason: Type.String({ description: 'why it does not write' }),
    seq: total('last durable record'),
    last_stamp_at: orNull(instant('time of the last record')),
    inbox_depth: total('commands that wait', 0),
    inbox_limit: total('commands that can wait', 16384),
    recoveries: total('how often it began again since the start', 0),
  }),
  readers: Type.Array(
    strict({
      reader: name(40, 'who reads the log', 'projector'),
      ready: flag('whether it is up to date enough to answer'),
      reason: Type.String(),
      as_of_seq: total('last record that it has read'),
      lag_records: total('records behind the writer', 0),
    }),
  ),
});
export type Ready = Static<typeof ReadySchema>;

export const LogQuery = strict({
  from_seq: Type.Optional(queryNumber('first record wanted; 1 if left out', '1')),
  limit: Type.Optional(queryNumber('how many records at most; to the end of the log if left out', '1000')),
});
