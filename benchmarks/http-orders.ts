// The orders that the load sends, as whole HTTP requests: seeded, each under an id of its own, a fifth of them meant to trade.

import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformInt } from 'pure-rand/distribution/uniformInt';

/** Who orders, and on which side: nobody meets himself. */
export interface Trader {
  readonly key: string;
  readonly side: 'BUY' | 'SELL';
}

export interface OrdersOptions {
  readonly host: string;
  readonly contract_id: string;
  readonly traders: readonly Trader[];
  readonly seed: number;
  /** Begins each id: no two loads share one. */
  readonly prefix: string;
}

/** Prices lie around 100 USD; resting orders up to 4 USD away from it, crossing ones 0.20 USD beyond. */
const MIDDLE_CENTS = 10_000;
const DEPTH_CENTS = 400;
const CROSSING_CENTS = 20;
const MTOK_THOUSANDTHS_MOST = 100;

export class Orders {
  private readonly random;
  private readonly heads: readonly string[];
  private made = 0;

  constructor(private readonly options: OrdersOptions) {
    this.random = xoroshiro128plus(options.seed);
    this.heads = options.traders.map(
      ({ key }) =>
        `POST /v1/orders HTTP/1.1\r\nHost: ${options.host}\r\nAuthorization: Bearer ${key}\r\n` +
        'Content-Type: application/json\r\nContent-Length: ',
    );
  }

  /** The next order, from that trader. */
  next(trader: number): string {
    const { options } = this;
    const { side } = options.traders[trader]!;
    const away = this.below(5) === 0 ? -this.below(CROSSING_CENTS) : 1 + this.below(DEPTH_CENTS);
    const cents = side === 'BUY' ? MIDDLE_CENTS - away : MIDDLE_CENTS + away;
    const thousandths = 1 + this.below(MTOK_THOUSANDTHS_MOST);
    const body =
      `{"contract_id":"${options.contract_id}","client_order_id":"${options.prefix}${++this.made}","side":"${side}",` +
      `"quantity_mtok":"${decimal(thousandths, 1_000)}","price_usd_per_mtok":"${decimal(cents, 100)}"}`;
    return `${this.heads[trader]!}${body.length}\r\n\r\n${body}`;
  }

  /** The cancellation of that trader's order. */
  cancel(trader: number, orderId: string): string {
    const { options } = this;
    return (
      `DELETE /v1/orders/${orderId} HTTP/1.1\r\nHost: ${options.host}\r\n` +
      `Authorization: Bearer ${options.traders[trader]!.key}\r\n\r\n`
    );
  }

  private below(n: number): number {
    return uniformInt(this.random, 0, n - 1);
  }
}

function decimal(count: number, unit: number): string {
  const places = unit === 100 ? 2 : 3;
  return `${Math.floor(count / unit)}.${String(count % unit).padStart(places, '0')}`;
}
