// One client of the exchange: wishes of every kind, drawn by seed, each with an id of its own so that it can be sent again.

import type { Stream } from '@tokenbourse/agents';
import { parseDecimal, USD_PLACES, MTOK_PLACES, type PlacedOrder, type TokenbourseClient } from '@tokenbourse/protocol';
import type { Outcome } from './told';

/** How a trader reaches the exchange, while it runs. */
export interface Access {
  /** With the trader's own key. */
  readonly trade: TokenbourseClient;
  readonly admin: TokenbourseClient;
}

/** One command; sent again it is the same command. */
export interface Wish {
  readonly id: string;
  /** The outcome that it was answered with. Throws ProblemReply, and fetch's errors where nothing answered. */
  send(access: Access): Promise<Outcome>;
}

export interface TraderTerms {
  readonly name: string;
  readonly account: string;
  /** Set where the account is a factory. */
  readonly factory: string | undefined;
  readonly key: string;
  readonly contracts: readonly string[];
  /** Windows of the contracts, as RFC 3339. */
  readonly windows: readonly string[];
}

const isReplayed = ({ headers }: { readonly headers: Headers }): boolean =>
  headers.get('idempotent-replayed') === 'true';

export class Trader {
  /** Orders and offers that may still be open. */
  private readonly orders: string[] = [];
  private readonly offers: string[] = [];
  private wishes = 0;

  constructor(
    readonly terms: TraderTerms,
    private readonly stream: Stream,
  ) {}

  next(): Wish {
    const id = `${this.terms.name}-${++this.wishes}`;
    const draw = this.stream.uniform();
    const order = this.drawn(this.orders);
    if (draw < 0.04) return this.moveCash(id);
    if (draw < 0.06) return this.cancelAll(id);
    if (order !== undefined && draw < 0.2) return this.cancel(id, order);
    if (order !== undefined && draw < 0.32) return this.amend(id, order);
    if (this.terms.factory !== undefined && draw < 0.42) return this.offer(id, this.terms.factory);
    return this.place(id);
  }

  private place(id: string): Wish {
    const { stream, terms } = this;
    const isSell = terms.factory !== undefined;
    const isMarket = stream.chance(0.12);
    const price = { price_usd_per_mtok: this.price() };
    const cost = isSell ? {} : { max_amount_usd: '0.05' };
    const body = {
      contract_id: this.drawn(terms.contracts)!,
      client_order_id: id,
      side: isSell ? ('SELL' as const) : ('BUY' as const),
      order_type: isMarket ? ('MARKET' as const) : ('LIMIT' as const),
      time_in_force: isMarket || stream.chance(0.2) ? ('IOC' as const) : ('GTC' as const),
      quantity_mtok: this.quantity(),
      ...(isMarket ? cost : price),
    };
    return {
      id,
      send: async ({ trade }) => {
        const reply = await trade.reply('placeOrder', { body });
        if (reply.data.status === 'OPEN') this.orders.push(reply.data.order_id);
        return placedOutcome(reply.data, isReplayed(reply));
      },
    };
  }

  private cancel(id: string, order_id: string): Wish {
    return {
      id,
      send: async ({ trade }) => {
        const reply = await trade.reply('cancelOrder', { params: { order_id }, idempotencyKey: id });
        const { seq, cancelled_mtok } = reply.data;
        const detail = isReplayed(reply) ? undefined : `${parseDecimal(cancelled_mtok, MTOK_PLACES)} lots`;
        return { sequence: seq, code: 'ACCEPTED', about: reply.data.order_id, detail };
      },
    };
  }

  private amend(id: string, order_id: string): Wish {
    const body = this.stream.chance(0.5)
      ? { price_usd_per_mtok: this.price() }
      : { price_usd_per_mtok: this.price(), quantity_mtok: this.quantity() };
    return {
      id,
      send: async ({ trade }) => {
        const { data } = await trade.reply('amendOrder', { params: { order_id }, body, idempotencyKey: id });
        return { sequence: data.seq, code: 'ACCEPTED', about: data.order_id };
      },
    };
  }

  private cancelAll(id: string): Wish {
    const query = this.stream.chance(0.5) ? {} : { contract_id: this.drawn(this.terms.contracts)! };
    return {
      id,
      send: async ({ trade }) => {
        const { data } = await trade.reply('cancelAllOrders', { query, idempotencyKey: id });
        return { sequence: data.seq, code: 'ACCEPTED', about: '' };
      },
    };
  }

  private moveCash(id: string): Wish {
    const route = this.stream.chance(0.5) ? 'deposit' : 'withdraw';
    const call = {
      params: { account_id: this.terms.account },
      body: { amount_usd: `${1 + this.stream.index(40)}.25`, reference: id },
      idempotencyKey: id,
    };
    return {
      id,
      send: async ({ admin, trade }) => {
        const { data } = await (route === 'deposit' ? admin : trade).reply(route, call);
        const detail = `${parseDecimal(data.amount_usd, USD_PLACES)} micro-USD`;
        return { sequence: data.seq, code: 'ACCEPTED', about: '', detail };
      },
    };
  }

  private offer(id: string, factory_id: string): Wish {
    const known = this.offers.length > 3 ? this.offers.shift() : undefined;
    if (known !== undefined) return this.withdrawOffer(id, factory_id, known);
    const body = {
      window_start_at: this.drawn(this.terms.windows)!,
      quotes: ['HIGH', 'MEDIUM'].map((tier) => ({
        tier,
        price_usd_per_mtok: this.price(),
        quantity_mtok: this.quantity(),
      })),
    };
    return {
      id,
      send: async ({ trade }) => {
        const { data } = await trade.reply('postOffer', { params: { factory_id }, body, idempotencyKey: id });
        this.offers.push(data.offer_id);
        return { sequence: data.seq, code: 'ACCEPTED', about: data.offer_id };
      },
    };
  }

  private withdrawOffer(id: string, factory_id: string, offer_id: string): Wish {
    return {
      id,
      send: async ({ trade }) => {
        const { data } = await trade.reply('withdrawOffer', { params: { factory_id, offer_id }, idempotencyKey: id });
        return { sequence: data.seq, code: 'ACCEPTED', about: data.offer_id };
      },
    };
  }

  /** Around 1 dollar: some cross, some rest. */
  private price(): string {
    return (this.stream.between(0.9, 1.1) + (this.terms.factory === undefined ? -0.04 : 0.04)).toFixed(3);
  }

  private quantity(): string {
    return (this.stream.between(0.001, 0.02) + 0.0005).toFixed(3);
  }

  private drawn(from: readonly string[]): string | undefined {
    return from.length === 0 ? undefined : from[this.stream.index(from.length)];
  }
}

function placedOutcome({ order_id, fills, seq }: PlacedOrder, isRepeated: boolean): Outcome {
  const trades = fills.map(({ trade_id, amount_usd }) => `${trade_id} of ${parseDecimal(amount_usd, USD_PLACES)}`);
  return { sequence: seq, code: 'ACCEPTED', about: order_id, detail: isRepeated ? undefined : trades.join(', ') };
}
