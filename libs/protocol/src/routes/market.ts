// Routes of the market itself: what may be traded, market data, prices, the value split, settings.

import { SPLIT_RULE_VERSION, VALUE_SPLIT_RULE_V1 } from '@tokenbourse/domain';
import { idempotencyHeaders, listOf } from '../schemas/fields';
import * as market from '../schemas/market';
import * as settings from '../schemas/settings';
import { TradeSchema } from '../schemas/orders';
import { ListQuery, ReadQuery } from '../schemas/accounts';
import { route } from './route';

const tag = 'Market data';

const read = { method: 'GET', tag, scope: 'public', budget: 'reads', status: 200 } as const;
const set = { tag: 'Settings', scope: 'admin', budget: 'writes', headers: idempotencyHeaders } as const;

export const marketRoutes = {
  listTiers: route({
    ...read,
    path: '/v1/tiers',
    summary: 'List the quality tiers',
    query: ReadQuery,
    response: listOf(market.TierSchema),
  }),
  listZones: route({
    ...read,
    path: '/v1/zones',
    summary: 'List the zones',
    query: ReadQuery,
    response: listOf(market.ZoneSchema),
  }),
  listContracts: route({
    ...read,
    path: '/v1/contracts',
    summary: 'List contracts by delivery window',
    query: market.ContractsQuery,
    response: listOf(market.ContractSchema),
    refusals: ['UNKNOWN_TIER', 'UNKNOWN_ZONE'],
  }),
  getContract: route({
    ...read,
    path: '/v1/contracts/{contract_id}',
    summary: 'Get a contract',
    params: market.ContractParams,
    query: ReadQuery,
    response: market.ContractRead,
    refusals: ['UNKNOWN_CONTRACT'],
  }),
  getDepth: route({
    ...read,
    path: '/v1/contracts/{contract_id}/depth',
    summary: 'The order book by price level',
    params: market.ContractParams,
    query: market.DepthQuery,
    response: market.DepthSchema,
    refusals: ['UNKNOWN_CONTRACT'],
  }),
  listTrades: route({
    ...read,
    path: '/v1/contracts/{contract_id}/trades',
    summary: 'The tape, newest first',
    params: market.ContractParams,
    query: ListQuery,
    response: listOf(TradeSchema),
    refusals: ['UNKNOWN_CONTRACT'],
  }),
  getCandles: route({
    ...read,
    path: '/v1/contracts/{contract_id}/candles',
    summary: 'Candles of a contract, newest first, or as columns',
    params: market.ContractParams,
    query: market.CandlesQuery,
    response: market.CandlesSchema,
    refusals: ['UNKNOWN_CONTRACT'],
  }),
  getTierCandles: route({
    ...read,
    path: '/v1/tiers/{tier}/candles',
    summary: 'Candles of all trades of a tier, newest first, or as columns',
    params: market.TierParams,
    query: market.CandlesQuery,
    response: market.CandlesSchema,
    refusals: ['UNKNOWN_TIER'],
  }),
  getPrices: route({
    ...read,
    path: '/v1/prices',
    summary: 'Price discovery: per tier and along the delivery windows',
    query: market.PricesQuery,
    response: market.PricesSchema,
    refusals: ['UNKNOWN_TIER', 'UNKNOWN_ZONE'],
  }),
  getValueSplit: route({
    ...read,
    path: '/v1/value-split',
    summary: 'Where each dollar goes: power, equipment, facility, cloud operator, model licence, reseller',
    query: market.SplitQuery,
    response: market.ValueSplitSchema,
    refusals: ['UNKNOWN_TIER', 'UNKNOWN_ZONE', 'UNKNOWN_CONTRACT'],
  }),
  getMarket: route({
    ...read,
    path: '/v1/market',
    summary: 'The market’s schedule, fees, limits, split rule and totals',
    query: ReadQuery,
    response: settings.MarketSchema,
    refusals: ['MARKET_NOT_OPEN'],
  }),
  addZone: route({
    ...set,
    method: 'POST',
    path: '/v1/zones',
    summary: 'Add a zone',
    status: 201,
    alsoStatus: [200],
    body: settings.ZoneRequest,
    response: settings.ZoneMade,
    refusals: ['DUPLICATE_ZONE', 'NAME_INVALID', 'INVALID_FIGURE'],
  }),
  setFees: route({
    ...set,
    method: 'PUT',
    path: '/v1/market/fees',
    summary: 'Set the fees of orders accepted from then on',
    status: 200,
    body: settings.FeesRequest,
    response: settings.FeesSet,
    refusals: ['INVALID_FIGURE'],
  }),
  setLimits: route({
    ...set,
    method: 'PUT',
    path: '/v1/market/limits',
    summary: 'Set the market’s limits',
    status: 200,
    body: settings.LimitsRequest,
    response: settings.LimitsSet,
    refusals: ['INVALID_FIGURE'],
  }),
  setSplitRule: route({
    ...set,
    method: 'PUT',
    path: '/v1/market/split-rule',
    summary: 'Set the rule of the value split, in full',
    status: 200,
    body: settings.SplitRuleRequest,
    response: settings.SplitRuleSet,
    example: { version: SPLIT_RULE_VERSION, rule: VALUE_SPLIT_RULE_V1 },
    refusals: ['INVALID_FIGURE'],
  }),
};
