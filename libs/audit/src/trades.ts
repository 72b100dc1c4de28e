// Trades: who served whom at which price, the money, the fees, and what became of both orders.

import type { EventOf } from '@tokenbourse/domain';

import type { Account } from './accounts';
import { amountOf, feeOf } from './arithmetic';
import type { Books } from './books';
import type { ContractBook } from './contracts';
import { closeOrder, expectQuantity, expectTrading, release } from './orders';
import type { AuditedOrder } from './queue';
import { Subject } from './subject';

type Trade = EventOf<'TradeExecuted'>;

/** A trade with both of its orders, as buyer and seller. */
interface Sides {
  readonly contract: ContractBook;
  readonly name: Subject;
  readonly maker: AuditedOrder;
  readonly taker: AuditedOrder;
  readonly buy: AuditedOrder;
  readonly sell: AuditedOrder;
  readonly buyer: Account;
  readonly seller: Account;
}

export function tradeExecuted(books: Books, event: Trade): void {
  const contract = books.contract(event.contract);
  if (contract === undefined) return;
  books.step(contract, event.contract_sequence);
  const name = new Subject(contract.id, 'trade', event.trade);
  expectTrading(books, contract, name);
  books.expect('numbers', contract.id, 'number of a trade', event.trade, contract.lastTrade + 1);
  contract.lastTrade = event.trade;
  contract.tradedLots = Math.min(Number.MAX_SAFE_INTEGER, contract.tradedLots + event.lots);
  const [maker, taker] = [contract.orders.get(event.maker_order), contract.orders.get(event.taker_order)];
  const [buyer, seller] = [books.account(event.buyer), books.account(event.seller)];
  if (maker === undefined || taker === undefined || maker === taker) {
    const missing = maker === undefined ? event.maker_order : event.taker_order;
    return books.report('orders', `${name}: order ${missing} is not open`);
  }
  if (buyer === undefined || seller === undefined) return;
  const [buy, sell] = event.taker_side === 'BUY' ? [taker, maker] : [maker, taker];
  const sides = { contract, name, maker, taker, buy, sell, buyer, seller };
  expectPartners(books, event, sides);
  expectPriority(books, event, sides);
  settleTrade(books, event, sides);
}

function expectPartners(books: Books, event: Trade, { name, buy, sell, buyer, seller, taker }: Sides): void {
  books.expect('trades', name, "side of the buyer's order", buy.side, 'BUY');
  books.expect('trades', name, "side of the seller's order", sell.side, 'SELL');
  books.expect('trades', name, 'buyer', event.buyer, buy.account);
  books.expect('trades', name, 'seller', event.seller, sell.account);
  if (buyer.participant === seller.participant) {
    books.report('trades', `${name}: participant ${buyer.participant} trades with itself`);
  }
  for (const order of [buy, sell]) {
    if (order.goodTillUs !== 0 && books.atUs >= order.goodTillUs) {
      books.report('schedule', `${name}: order ${order.number} has expired`);
    }
  }
  if (taker.postOnly) books.report('book', `${name}: order ${taker.number} is post-only, and takes`);
}

/** The maker is served at its price, when nobody stands before it; the taker's limit allows that price. */
function expectPriority(books: Books, event: Trade, { contract, name, maker, taker }: Sides): void {
  books.expect('trades', name, 'price', event.price_ticks, maker.price);
  const first = contract.queue(maker.side).best();
  if (first !== maker) {
    const instead = first === undefined ? 'nobody' : `order ${first.number}`;
    books.report('book', `${name}: order ${maker.number} is served where ${instead} stands first`);
  }
  if (contract.unplaced !== taker)
    books.report('book', `${name}: order ${taker.number} takes, and did not just arrive`);
  const beyond = taker.side === 'BUY' ? event.price_ticks > taker.price : event.price_ticks < taker.price;
  if (taker.type === 'LIMIT' && beyond) {
    books.report('trades', `${name}: ${event.price_ticks} ticks are beyond the taker's limit of ${taker.price}`);
  }
}

function settleTrade(books: Books, event: Trade, sides: Sides): void {
  const { contract, name, maker, taker, buy, sell, buyer, seller } = sides;
  const amount = amountOf(event.price_ticks, event.lots);
  const buyerFee = feeOf(amount, buy === taker ? buy.takerPpm : buy.makerPpm);
  const sellerFee = feeOf(amount, sell === taker ? sell.takerPpm : sell.makerPpm);
  const told = {
    amount: BigInt(event.amount_micro_usd),
    buyerFee: BigInt(event.buyer_fee_micro_usd),
    sellerFee: BigInt(event.seller_fee_micro_usd),
  };
  if (told.amount !== amount) {
    const product = `${event.price_ticks} ticks × ${event.lots} lots`;
    books.report('trades', `${name}: amount is ${told.amount} micro-USD, ${product} are ${amount}`);
  }
  books.expect('trades', name, "buyer's fee", told.buyerFee, buyerFee);
  books.expect('trades', name, "seller's fee", told.sellerFee, sellerFee);
  if (event.lots < 1) books.report('trades', `${name} is of ${event.lots} lots`);

  const [buyOpen, sellOpen] = [buy.open, sell.open];
  maker.open = event.maker_open_lots;
  taker.open = event.taker_open_lots;
  for (const order of [maker, taker]) {
    order.filled += event.lots;
    expectQuantity(books, order, new Subject(name, 'order', order.number));
  }
  const sold = sellOpen - sell.open;
  books.changePosition(contract, seller, -sold, -sold);
  books.changePosition(contract, buyer, 0, buyOpen - buy.open);

  const paid = told.amount + told.buyerFee;
  const owed = told.amount - told.sellerFee;
  contract.position(buyer.number).paid += paid;
  contract.position(seller.number).receivable += owed;
  contract.receivable += owed;
  books.changeAvailable(buyer, -paid);
  books.changeEscrow(contract, amount - sellerFee);
  books.changeAvailable(books.accounts[0]!, buyerFee + sellerFee);
  buy.budget -= amount + buyerFee;
  release(books, buyer, buy, BigInt(event.buyer_hold_released_micro_usd), new Subject(name, 'order', buy.number));
  if (buy.open <= 0) closeOrder(books, contract, buyer, buy, new Subject(contract.id, 'order', buy.number));
  if (sell.open <= 0) closeOrder(books, contract, seller, sell, new Subject(contract.id, 'order', sell.number));
}
