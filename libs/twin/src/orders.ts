// Placing and amending orders: their checks in their order, then what follows. Sections 2.1 to 2.3 of the rules.

import { PRICE_TICKS_MAX, type CommandOf } from '@tokenbourse/domain';

import { demand, demandInTime, Refusal, told, tradingAccount } from './refusal';
import { nextSequence, openLots, ordersOf, type Account, type Contract, type Market, type Order } from './market';
import { amountOf, demandFunds, holdOf, LARGEST, limitHold } from './money';
import { demandBacking, demandEnergy } from './power';
import { cancelOpen, demandFillable, ordersInTheWay, takePlace, walk, type Steps } from './walk';

/** So that a fee of 100 % still fits. */
const AMOUNT_MAX = 2 ** 52 - 1;

export function placeOrder(market: Market, command: CommandOf<'PlaceOrder'>): void {
  demandInTime(market, command.expires_at_us);
  const account = tradingAccount(market, command.account);
  const contract = tradedContract(market, command.contract);
  demandQuantity(command.lots, 1);
  demandPrice(command.price_ticks);
  demandTimeInForce(command);
  demandMaximum(command);
  demandGoodTill(market, command, contract);
  demandAmountOf(command.price_ticks, command.lots);
  demandRoomFor(market, account, 1);
  const order = newOrder(market, contract, account, command, 0);
  if (order.side === 'BUY') {
    demandFunds(market, account, holdOf(order));
  } else {
    const sale = [{ contract, lots: order.total }];
    demandBacking(account, sale);
    demandEnergy(market, account, sale);
  }
  demandPostOnly(order);
  if (order.timeInForce === 'FOK') demandFillable(order, market.limits.matches_per_command);
  market.made = order.number;
  accept(market, order, { left: market.limits.matches_per_command });
}

/** An order as it arrives. It is not in its contract yet. */
export function newOrder(
  market: Market,
  contract: Contract,
  account: Account,
  command: CommandOf<'PlaceOrder'>,
  offer: number,
): Order {
  return {
    contract,
    number: contract.lastOrder + 1,
    account,
    side: command.side,
    type: command.order_type,
    timeInForce: command.time_in_force,
    selfTrade: command.self_trade,
    postOnly: command.post_only,
    goodTillUs: command.good_till_us,
    fees: market.fees,
    offer,
    price: command.price_ticks,
    total: command.lots,
    filled: 0,
    decremented: 0,
    budget: BigInt(command.max_amount_micro_usd),
    place: 0,
  };
}

/** Takes an order in: it rests whole if nobody is in its way, else it walks. */
export function accept(market: Market, order: Order, steps: Steps): void {
  const { contract } = order;
  const mayRest = order.timeInForce === 'GTC' || order.timeInForce === 'GTD';
  const rests = mayRest && ordersInTheWay(order).length === 0;
  contract.lastOrder = order.number;
  contract.orders.push(order);
  market.tell({
    type: 'OrderAccepted',
    contract: contract.number,
    order: order.number,
    account: order.account.number,
    side: order.side,
    order_type: order.type,
    time_in_force: order.timeInForce,
    price_ticks: order.price,
    lots: order.total,
    hold_micro_usd: Number(holdOf(order)),
    fee_schedule: order.fees.number,
    self_trade: order.selfTrade,
    post_only: order.postOnly,
    good_till_us: order.goodTillUs,
    offer: order.offer,
    rests,
    contract_sequence: nextSequence(contract),
  });
  if (rests) takePlace(market, order);
  else walk(market, order, steps);
}

export function amendOrder(market: Market, command: CommandOf<'AmendOrder'>): void {
  demandInTime(market, command.expires_at_us);
  const account = tradingAccount(market, command.account);
  const contract = tradedContract(market, command.contract);
  const order = openOrder(contract, account, command.order);
  if (command.lots !== -1) demandQuantity(command.lots, 0);
  if (command.price_ticks !== -1) demandPrice(command.price_ticks);
  const total = command.lots === -1 ? order.total : command.lots;
  const price = command.price_ticks === -1 ? order.price : command.price_ticks;
  demandAmountOf(price, total);
  demand(price !== order.price || total !== order.total, 'NO_CHANGE');
  const openBefore = openLots(order);
  const open = total - order.filled - order.decremented;
  if (open <= 0) return cancelOpen(market, order, 'AMENDED');
  const heldBefore = holdOf(order);
  const held = order.side === 'BUY' ? limitHold(price, open, order) : 0n;
  if (held > heldBefore) demandFunds(market, account, held - heldBefore);
  if (order.side === 'SELL' && open > openBefore) {
    const sale = [{ contract, lots: open - openBefore }];
    demandBacking(account, sale);
    demandEnergy(market, account, sale);
  }
  demandPostOnly({ ...order, price });
  const priceBefore = order.price;
  const keeps = price === priceBefore && open < openBefore;
  order.price = price;
  order.total = total;
  if (!keeps) order.place = 0;
  const rests = keeps || ordersInTheWay(order).length === 0;
  market.made = order.number;
  market.tell({
    type: 'OrderAmended',
    contract: contract.number,
    order: order.number,
    account: account.number,
    side: order.side,
    price_before_ticks: priceBefore,
    price_ticks: price,
    open_before_lots: openBefore,
    open_lots: open,
    lots: total,
    hold_before_micro_usd: Number(heldBefore),
    hold_micro_usd: Number(held),
    keeps_priority: keeps,
    rests,
    contract_sequence: nextSequence(contract),
  });
  if (rests && !keeps) takePlace(market, order);
  if (!rests) walk(market, order, { left: market.limits.matches_per_command });
}

function tradedContract(market: Market, number: number): Contract {
  const contract = market.contracts.find((known) => known.number === number);
  if (contract === undefined) throw new Refusal('UNKNOWN_CONTRACT');
  demandTrading(contract);
  return contract;
}

export function demandTrading({ window }: Contract): void {
  demand(window.stage !== 'LISTED', 'CONTRACT_NOT_OPEN', 0, 0, window.opensAtUs);
  demand(window.stage === 'OPEN', 'GATE_CLOSED', 0, 0, window.gateClosesAtUs);
}

/** An open order of the account's own. */
export function openOrder(contract: Contract, account: Account | undefined, number: number): Order {
  const order = contract.orders.find((open) => open.number === number && open.account === account);
  if (order === undefined) throw new Refusal('UNKNOWN_ORDER');
  return order;
}

export function demandQuantity(lots: number, least: number): void {
  demand(Number.isSafeInteger(lots) && lots >= least, 'INVALID_QUANTITY', LARGEST, told(lots));
}

export function demandPrice(price: number): void {
  const within = Number.isSafeInteger(price) && price >= 0 && price <= PRICE_TICKS_MAX;
  demand(within, 'INVALID_PRICE', PRICE_TICKS_MAX, told(price));
}

function demandTimeInForce(command: CommandOf<'PlaceOrder'>): void {
  const { order_type, time_in_force, price_ticks, post_only, good_till_us } = command;
  const immediate = time_in_force === 'IOC' || time_in_force === 'FOK';
  if (order_type === 'MARKET') demand(immediate && price_ticks === 0, 'INVALID_TIME_IN_FORCE');
  demand(!(post_only && immediate), 'INVALID_TIME_IN_FORCE');
  demand((time_in_force === 'GTD') === (good_till_us !== 0), 'INVALID_TIME_IN_FORCE');
}

/** Only a market buy has a maximum amount; 0 is allowed. */
function demandMaximum(command: CommandOf<'PlaceOrder'>): void {
  const maximum = command.max_amount_micro_usd;
  const most = command.order_type === 'MARKET' && command.side === 'BUY' ? LARGEST : 0;
  const within = Number.isSafeInteger(maximum) && maximum >= 0 && maximum <= most;
  demand(within, 'INVALID_AMOUNT', most, told(maximum));
}

function demandGoodTill(market: Market, { good_till_us: until }: CommandOf<'PlaceOrder'>, contract: Contract): void {
  if (until === 0) return;
  const gate = contract.window.gateClosesAtUs;
  demand(until > market.nowUs, 'GOOD_TILL_PAST', 0, 0, until);
  demand(until <= gate, 'GOOD_TILL_AFTER_GATE', 0, 0, gate);
}

export function demandAmountOf(price: number, lots: number): void {
  demand(amountOf(price, lots) <= BigInt(AMOUNT_MAX), 'AMOUNT_TOO_LARGE', AMOUNT_MAX);
}

/** Refuses further open orders beyond the account's limit. */
export function demandRoomFor(market: Market, account: Account, more: number): void {
  const open = ordersOf(market, account).length;
  const limit = market.limits.open_orders_per_account;
  demand(open + more <= limit, 'TOO_MANY_OPEN_ORDERS', limit, open);
}

function demandPostOnly(order: Order): void {
  const [inTheWay] = ordersInTheWay(order);
  if (order.postOnly && inTheWay !== undefined) throw new Refusal('WOULD_TRADE', 0, inTheWay.price);
}
