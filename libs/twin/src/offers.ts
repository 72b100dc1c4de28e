// Capacity offers: quotes of a factory for one window, taken whole or refused. Section 4 of the rules, OFR.

import type { CommandOf } from '@tokenbourse/domain';

import { demand, demandInTime, Refusal } from './refusal';
import type { Account, DeliveryWindow, Market, Order } from './market';
import { accept, demandAmountOf, demandPrice, demandQuantity, demandRoomFor, demandTrading, newOrder } from './orders';
import { demandBacking, demandEnergy, type Sale } from './power';
import { cancelOpen } from './walk';

type PostOffer = CommandOf<'PostOffer'>;
type Quote = PostOffer['quotes'][number];

export function postOffer(market: Market, command: PostOffer): void {
  const { quotes, energy_policy } = command;
  demandInTime(market, command.expires_at_us);
  const account = factoryAccount(market, command.account);
  const window = offeredWindow(market, account, command.window_start_at_us);
  const most = market.limits.quotes_per_offer;
  demand(quotes.length >= 1 && quotes.length <= most, 'TOO_MANY_QUOTES', most, quotes.length);
  const sales = quotes.map((quote) => saleOf(window, quote));
  demandBacking(account, sales);
  demandRoomFor(market, account, quotes.length);
  demandEnergy(market, account, sales);
  market.lastOffer += 1;
  const number = market.lastOffer;
  const offer = { number, account, window, orders: [] as Order[] };
  market.offers.push(offer);
  market.made = number;
  market.tell({
    type: 'OfferPosted',
    offer: number,
    account: account.number,
    window: window.number,
    quotes,
    energy_policy,
  });
  const steps = { left: market.limits.matches_per_command };
  for (const [i, { contract }] of sales.entries()) {
    const order = newOrder(market, contract, account, asOrder(command, quotes[i]!), number);
    offer.orders.push(order);
    accept(market, order, steps);
  }
}

function factoryAccount(market: Market, number: number): Account {
  const account = market.accounts[number];
  if (account?.factory === undefined) throw new Refusal('UNKNOWN_FACTORY');
  return account;
}

function offeredWindow(market: Market, account: Account, startUs: number): DeliveryWindow {
  const window = market.windows.find((known) => known.zone === account.factory!.zone && known.startUs === startUs);
  if (window === undefined) throw new Refusal('WINDOW_NOT_LISTED');
  return window;
}

function saleOf(window: DeliveryWindow, { tier, price_ticks, lots }: Quote): Sale {
  const contract = window.contracts.find((known) => known.tier === tier);
  if (contract === undefined) throw new Refusal('UNKNOWN_TIER');
  demandTrading(contract);
  demandQuantity(lots, 1);
  demandPrice(price_ticks);
  demandAmountOf(price_ticks, lots);
  return { contract, lots };
}

/** Each quote is a GTC sell order with mode CANCEL_NEWEST. */
function asOrder(command: PostOffer, { price_ticks, lots }: Quote): CommandOf<'PlaceOrder'> {
  return {
    type: 'PlaceOrder',
    account: command.account,
    contract: 0,
    command_id: '',
    side: 'SELL',
    order_type: 'LIMIT',
    time_in_force: 'GTC',
    price_ticks,
    lots,
    max_amount_micro_usd: 0,
    post_only: false,
    self_trade: 'CANCEL_NEWEST',
    good_till_us: 0,
    expires_at_us: 0,
  };
}

export function withdrawOffer(market: Market, command: CommandOf<'WithdrawOffer'>): void {
  const offer = market.offers.find(
    ({ number, account }) => number === command.offer && account.number === command.account,
  );
  if (offer === undefined) throw new Refusal('UNKNOWN_OFFER');
  const open = offer.orders.filter((order) => order.contract.orders.includes(order));
  for (const order of open) cancelOpen(market, order, 'OFFER_WITHDRAWN');
  market.offers = market.offers.filter((other) => other !== offer);
  market.tell({
    type: 'OfferWithdrawn',
    offer: offer.number,
    account: command.account,
    window: offer.window.number,
    cancelled_orders: open.length,
  });
}
