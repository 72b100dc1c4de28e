// Requests and responses about orders, fills and trades.

import { Type, type Static } from 'typebox';
import { CANCEL_REASONS, ORDER_TYPES, SELF_TRADE_MODES, SIDES, TIMES_IN_FORCE } from '@tokenbourse/domain';
import {
  accountId,
  asOfSeq,
  average,
  commandId,
  contractId,
  flag,
  instant,
  minSeq,
  mtok,
  mtokFigure,
  offerId,
  oneOf,
  orderId,
  orNull,
  page,
  price,
  priceFigure,
  strict,
  tierName,
  total,
  tradeId,
  usd,
  usdFigure,
} from './fields';

/** OPEN: rests or waits; FILLED: wholly traded; CANCELLED: closed with cancelled quantity. */
export const ORDER_STATUSES = ['OPEN', 'FILLED', 'CANCELLED'] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

const ownAccount = () => accountId('account that orders; may be left out where the key speaks for one account');

export const PlaceOrderRequest = strict({
  contract_id: contractId(),
  account_id: Type.Optional(ownAccount()),
  client_order_id: Type.Optional(
    commandId('your own id, unique per account and contract: the same request sent again is answered, not made, again'),
  ),
  side: oneOf(SIDES, 'buy or sell', { examples: ['BUY'] }),
  order_type: Type.Optional(oneOf(ORDER_TYPES, 'LIMIT if left out', { examples: ['LIMIT'] })),
  time_in_force: Type.Optional(
    oneOf(TIMES_IN_FORCE, 'GTC until gate closure, GTD until good_till_at, IOC, FOK; GTC if left out, IOC for MARKET', {
      examples: ['GTC'],
    }),
  ),
  quantity_mtok: mtok('quantity'),
  price_usd_per_mtok: Type.Optional(price('limit price; a limit order has one, a market order none')),
  max_amount_usd: Type.Optional(usd('most that a market buy may cost, fee included; other orders have none')),
  post_only: Type.Optional(flag('refuse rather than trade on arrival; false if left out')),
  self_trade: Type.Optional(
    oneOf(SELF_TRADE_MODES, 'what gives way when it would meet an own order; CANCEL_NEWEST if left out', {
      examples: ['CANCEL_NEWEST'],
    }),
  ),
  good_till_at: Type.Optional(instant('when a GTD order expires')),
  expires_at: Type.Optional(
    instant('refused when its turn comes later than this; 30 seconds after receipt if left out'),
  ),
});
export type PlaceOrderRequest = Static<typeof PlaceOrderRequest>;

export const AmendOrderRequest = strict(
  {
    price_usd_per_mtok: Type.Optional(price('new limit price; as it is if left out')),
    quantity_mtok: Type.Optional(mtok('new total quantity, filled included; as it is if left out')),
    expires_at: Type.Optional(instant('refused when its turn comes later; 30 seconds after receipt if left out')),
  },
  { description: 'A new price or more quantity loses the place in the queue; less quantity keeps it.' },
);
export type AmendOrderRequest = Static<typeof AmendOrderRequest>;

export const FillSchema = strict({
  trade_id: tradeId(),
  order_id: orderId(),
  account_id: accountId(),
  contract_id: orNull(contractId('contract; null where it is so old that its name is forgotten')),
  side: oneOf(SIDES, 'side of this account'),
  liquidity: oneOf(['MAKER', 'TAKER'], 'rested, or arrived'),
  quantity_mtok: mtokFigure('quantity'),
  price_usd_per_mtok: priceFigure('price'),
  amount_usd: usdFigure('price × quantity'),
  fee_usd: usdFigure('fee of this account', '0.030000'),
  traded_at: instant('when'),
  seq: total('record of the log'),
});
export type Fill = Static<typeof FillSchema>;

export const OrderSchema = strict({
  order_id: orderId(),
  client_order_id: orNull(Type.String({ description: 'the sender’s id' })),
  account_id: accountId(),
  contract_id: contractId(),
  side: oneOf(SIDES, 'side'),
  order_type: oneOf(ORDER_TYPES, 'limit or market'),
  time_in_force: oneOf(TIMES_IN_FORCE, 'how long it may rest'),
  status: oneOf(ORDER_STATUSES, 'OPEN, FILLED wholly, or CANCELLED: closed with something unfilled'),
  quantity_mtok: mtokFigure('total quantity: filled + open + cancelled'),
  filled_mtok: mtokFigure('traded so far', '4.000'),
  open_mtok: mtokFigure('still open', '6.000'),
  cancelled_mtok: mtokFigure('cancelled', '0.000'),
  price_usd_per_mtok: orNull(priceFigure('limit price; null for a market order')),
  average_price_usd_per_mtok: orNull(average('average price of its fills')),
  filled_amount_usd: usdFigure('sum of its fills, fees excluded'),
  fees_usd: usdFigure('fees of its fills'),
  held_usd: usdFigure('money set aside now'),
  post_only: flag('refused rather than traded on arrival'),
  self_trade: oneOf(SELF_TRADE_MODES, 'what gives way when it would meet an own order'),
  good_till_at: orNull(instant('when a GTD order expires')),
  offer_id: orNull(offerId('the capacity offer that it is part of')),
  cancel_reason: orNull(oneOf(CANCEL_REASONS, 'why the rest was cancelled')),
  accepted_at: instant('when it was accepted'),
  updated_at: instant('when it changed last'),
});
export type OrderResponse = Static<typeof OrderSchema>;

export const PlacedOrderSchema = strict({
  ...OrderSchema.properties,
  fills: Type.Array(FillSchema, { description: 'what it traded on arrival' }),
  seq: total('record of the log that answers the request'),
});
export type PlacedOrder = Static<typeof PlacedOrderSchema>;

export const OrderReadSchema = strict({ ...OrderSchema.properties, as_of_seq: asOfSeq });

export const OrderReadQuery = strict({ ...minSeq });

export const AmendedOrderSchema = strict({
  order_id: orderId(),
  price_usd_per_mtok: priceFigure('limit price'),
  quantity_mtok: orNull(
    mtokFigure('total quantity: filled + open + cancelled; null where the amendment closed the order'),
  ),
  open_mtok: mtokFigure('still open'),
  status: oneOf(ORDER_STATUSES, 'OPEN, FILLED wholly, or CANCELLED: closed with something unfilled'),
  keeps_priority: flag('only the quantity went down: it keeps its place in the queue'),
  held_usd: usdFigure('money set aside now'),
  fills: Type.Array(FillSchema, { description: 'what it traded at its new price' }),
  seq: total('record of the log that answers the request'),
});
export type AmendedOrder = Static<typeof AmendedOrderSchema>;

export const CancelledOrderSchema = strict({
  order_id: orderId(),
  status: oneOf(['CANCELLED'], 'the order is closed'),
  cancelled_mtok: mtokFigure('quantity that was open'),
  seq: total('record of the log that answers the request'),
});

export const CancelledAllSchema = strict({
  cancelled_orders: orNull(total('orders cancelled; null while the work goes on in further records')),
  seq: total('record of the log that answers the request'),
});

export const OrdersQuery = strict({
  account_id: Type.Optional(ownAccount()),
  contract_id: Type.Optional(contractId('only of this contract')),
  client_order_id: Type.Optional(
    commandId('the order with this id of yours; orders of several contracts may share one'),
  ),
  tier: Type.Optional(tierName('only of this tier')),
  side: Type.Optional(oneOf(SIDES, 'only this side', { examples: ['BUY'] })),
  status: Type.Optional(oneOf(ORDER_STATUSES, 'only those', { examples: ['OPEN'] })),
  ...page,
  ...minSeq,
});
export type OrdersQuery = Static<typeof OrdersQuery>;

export const CancelAllQuery = strict({
  account_id: Type.Optional(ownAccount()),
  contract_id: Type.Optional(contractId('only of this contract')),
  tier: Type.Optional(tierName('only of this tier')),
  side: Type.Optional(oneOf(SIDES, 'only this side', { examples: ['BUY'] })),
});
export type CancelAllQuery = Static<typeof CancelAllQuery>;

export const TradeSchema = strict({
  trade_id: tradeId(),
  contract_id: contractId(),
  price_usd_per_mtok: priceFigure('price'),
  quantity_mtok: mtokFigure('quantity'),
  amount_usd: usdFigure('price × quantity'),
  taker_side: oneOf(SIDES, 'side of the order that arrived'),
  contract_seq: total('market-data sequence number of the contract, without gaps'),
  traded_at: instant('when'),
  seq: total('record of the log'),
});
export type Trade = Static<typeof TradeSchema>;
export type CancelledOrder = Static<typeof CancelledOrderSchema>;
export type CancelledAll = Static<typeof CancelledAllSchema>;
export const OrderParams = strict({ order_id: orderId() });
