// The requests of the load, whole as they go over the wire: seeded, each order under an id of its own.

import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformInt } from 'pure-rand/distribution/uniformInt';

/** Who orders, and on which side: nobody meets himself. */
export interface Trader {
  readonly key: string;
  readonly side: 'BUY' | 'SELL';
}

/** `orders`: a fifth of them meant to trade. `orders and cancels`: in turn, of orders that rest. */
export type Mix = 'orders' | 'orders and cancels';

export interface OrdersOptions {
  readonly host: string;
  readonly contract_id: string;
  readonly traders: readonly Trader[];
  readonly mix: Mix;
  readonly seed: number;
  /** Begins each id: no two loads share one. */
  readonly prefix: string;
}

export type Kind = 'place' | 'cancel';

export interface Wish {
  readonly kind: Kind;
  readonly trader: number;
  readonly text: string;
}

/** Prices lie around 100 USD; resting orders up to 4 USD away from it, crossing ones 0.20 USD beyond. */
const MIDDLE_CENTS = 10_000;
const DEPTH_CENTS = 400;
const CROSSING_CENTS = 20;
const MTOK_THOUSANDTHS_MOST = 100;
const ORDER_ID = /"order_id":"([^"]+)"/;

export class Orders {
  private readonly random;
  private readonly heads: readonly string[];
  /** Orders of each trader that rest, as far as a cancel may name them. */
  private readonly resting: readonly string[][];
  private readonly places: readonly boolean[];
  private made = 0;

  constructor(private readonly options: OrdersOptions) {
    this.random = xoroshiro128plus(options.seed);
    const { traders, host } = options;
    this.resting = traders.map(() => []);
    this.places = traders.map(() => true);
    this.heads = traders.map(({ key }) => `Host: ${host}\r\nAuthorization: Bearer ${key}\r\n`);
  }

  /** That trader's next request. */
  next(trader: number): Wish {
    const places = this.places as boolean[];
    const order = this.options.mix === 'orders' || places[trader]! ? undefined : this.resting[trader]!.shift();
    places[trader] = order !== undefined;
    return order === undefined
      ? { kind: 'place', trader, text: this.order(trader) }
      : { kind: 'cancel', trader, text: `DELETE /v1/orders/${order} HTTP/1.1\r\n${this.heads[trader]!}\r\n` };
  }

  /** Notes what the answer says that later requests need. */
  answered({ kind, trader }: Wish, body: string): void {
    if (kind !== 'place' || this.options.mix === 'orders') return;
    const order = ORDER_ID.exec(body)?.[1];
    if (order !== undefined) this.resting[trader]!.push(order);
  }

  private order(trader: number): string {
    const { contract_id, traders, prefix, mix } = this.options;
    const { side } = traders[trader]!;
    const crosses = mix === 'orders' && this.below(5) === 0;
    // What is to be cancelled rests beyond the reach of what crosses.
    const nearest = mix === 'orders' ? 1 : CROSSING_CENTS + 1;
    const away = crosses ? -this.below(CROSSING_CENTS) : nearest + this.below(DEPTH_CENTS);
    const price = decimal(side === 'BUY' ? MIDDLE_CENTS - away : MIDDLE_CENTS + away, 2);
    const quantity = decimal(1 + this.below(MTOK_THOUSANDTHS_MOST), 3);
    const body =
      `{"contract_id":"${contract_id}","client_order_id":"${prefix}${++this.made}","side":"${side}",` +
      `"quantity_mtok":"${quantity}","price_usd_per_mtok":"${price}"}`;
    const head = `${this.heads[trader]!}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    return `POST /v1/orders HTTP/1.1\r\n${head}${body}`;
  }

  private below(n: number): number {
    return uniformInt(this.random, 0, n - 1);
  }
}

function decimal(count: number, places: 2 | 3): string {
  const unit = 10 ** places;
  return `${Math.floor(count / unit)}.${String(count % unit).padStart(places, '0')}`;
}
