// The order book: price-time priority for one contract.

export type { Book, NewOrder } from './book';
export { NaiveBook } from './naive-book';
export { OrderBook } from './order-book';
export { NONE } from './order-index';
