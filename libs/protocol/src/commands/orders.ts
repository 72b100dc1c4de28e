// Requests about orders → commands. Numbers of accounts, contracts and tiers have been looked up by the caller.

import { parseOrderId, SECOND_US, type CommandOf } from '@tokenbourse/domain';
import { MTOK_PLACES, parseDecimal, PRICE_PLACES, USD_PLACES } from '../decimals';
import { parseInstant } from '../instants';
import { invalidRequest, type FieldFault } from '../problems';
import type { AmendOrderRequest, PlaceOrderRequest } from '../schemas/orders';

/** How long after its receipt a command is refused as expired, unless it says so itself. */
export const EXPIRY_DEFAULT_US = 30 * SECOND_US;

export function expiryOf(expiresAt: string | undefined, receivedAtUs: number): number {
  return expiresAt === undefined ? receivedAtUs + EXPIRY_DEFAULT_US : parseInstant(expiresAt);
}

function orderFaults(request: PlaceOrderRequest): FieldFault[] {
  const faults: FieldFault[] = [];
  const fault = (field: string, message: string): void => void faults.push({ path: `/body/${field}`, message });
  const isMarket = request.order_type === 'MARKET';
  const isMarketBuy = isMarket && request.side === 'BUY';
  if (isMarket && request.price_usd_per_mtok !== undefined) {
    fault('price_usd_per_mtok', 'a market order has no price; leave it out, or write order_type LIMIT');
  }
  if (!isMarket && request.price_usd_per_mtok === undefined) {
    fault('price_usd_per_mtok', 'is missing; a limit order has a price');
  }
  if (isMarketBuy && request.max_amount_usd === undefined) {
    fault('max_amount_usd', 'is missing; a market buy names the most that it may cost, fee included');
  }
  if (!isMarketBuy && request.max_amount_usd !== undefined) {
    fault('max_amount_usd', 'belongs to a market buy alone; leave it out');
  }
  const isGtd = request.time_in_force === 'GTD';
  if (isGtd && request.good_till_at === undefined) fault('good_till_at', 'is missing; a GTD order names its instant');
  if (!isGtd && request.good_till_at !== undefined)
    fault('good_till_at', 'belongs to time_in_force GTD alone; leave it out');
  return faults;
}

/** Throws INVALID_REQUEST where fields contradict each other. `receivedAtUs` is the API's wall clock. */
export function placeOrderCommand(
  request: PlaceOrderRequest,
  account: number,
  contract: number,
  receivedAtUs: number,
): CommandOf<'PlaceOrder'> {
  const faults = orderFaults(request);
  if (faults.length > 0) throw invalidRequest(faults);
  const isMarket = request.order_type === 'MARKET';
  return {
    type: 'PlaceOrder',
    account,
    contract,
    command_id: request.client_order_id ?? '',
    side: request.side,
    order_type: request.order_type ?? 'LIMIT',
    time_in_force: request.time_in_force ?? (isMarket ? 'IOC' : 'GTC'),
    price_ticks: request.price_usd_per_mtok === undefined ? 0 : parseDecimal(request.price_usd_per_mtok, PRICE_PLACES),
    lots: parseDecimal(request.quantity_mtok, MTOK_PLACES),
    max_amount_micro_usd: request.max_amount_usd === undefined ? 0 : parseDecimal(request.max_amount_usd, USD_PLACES),
    post_only: request.post_only ?? false,
    self_trade: request.self_trade ?? 'CANCEL_NEWEST',
    good_till_us: request.good_till_at === undefined ? 0 : parseInstant(request.good_till_at),
    expires_at_us: expiryOf(request.expires_at, receivedAtUs),
  };
}

export interface OrderNumber {
  readonly contract: number;
  readonly order: number;
}

/** The numbers in an order's id; undefined where the text is none. */
export function orderNumberOf(orderId: string): OrderNumber | undefined {
  const parsed = parseOrderId(orderId);
  return parsed === undefined ? undefined : { contract: parsed.contract, order: parsed.number };
}

export function amendOrderCommand(
  request: AmendOrderRequest,
  account: number,
  { contract, order }: OrderNumber,
  commandId: string,
  receivedAtUs: number,
): CommandOf<'AmendOrder'> {
  const { price_usd_per_mtok: price, quantity_mtok: quantity } = request;
  if (price === undefined && quantity === undefined) {
    throw invalidRequest([
      { path: '/body', message: 'changes nothing; give price_usd_per_mtok, quantity_mtok or both' },
    ]);
  }
  return {
    type: 'AmendOrder',
    account,
    contract,
    command_id: commandId,
    order,
    price_ticks: price === undefined ? -1 : parseDecimal(price, PRICE_PLACES),
    lots: quantity === undefined ? -1 : parseDecimal(quantity, MTOK_PLACES),
    expires_at_us: expiryOf(request.expires_at, receivedAtUs),
  };
}
