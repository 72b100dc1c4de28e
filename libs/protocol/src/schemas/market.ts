// Requests and responses about market data: tiers, zones, contracts, depth, candles, prices, the value split.

import { Type, type Static } from 'typebox';
import { CONTRACT_STATES } from '@tokenbourse/domain';
import {
  asOfSeq,
  average,
  contractId,
  flag,
  instant,
  minSeq,
  mtokFigure,
  mwhFigure,
  oneOf,
  orNull,
  page,
  priceFigure,
  strict,
  thousand,
  tierName,
  total,
  usdFigure,
  zoneName,
} from './fields';

export const TierSchema = strict({
  tier: tierName(),
  aliases: Type.Array(Type.String(), { description: 'other names in use' }),
  reference_price_usd_per_mtok: priceFigure('published reference price; the market finds its own'),
  description: Type.String({ description: 'what it buys' }),
});
export const ZoneSchema = strict({ zone: zoneName() });
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
