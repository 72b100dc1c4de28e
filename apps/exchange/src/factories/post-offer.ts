// Use case: offer capacity of a delivery window.

import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { formatId, formatInstant, formatOrderId, type CommandOf, type EventOf } from '@tokenbourse/domain';
import type { ReadModels } from '@tokenbourse/projections';
import {
  eventOf,
  formatMtok,
  formatPrice,
  postOfferCommand,
  type CommandOutcome,
  type Offer,
  type OfferRequest,
  type ResponseOf,
  type RouteOf,
} from '@tokenbourse/protocol';
import type { CommandGateway } from '@tokenbourse/sequencer';
import { offerAnswer } from '../answers/factories';
import type { Answered } from '../answered';
import { firstOutcome, readAfterwards } from '../first-outcome';
import { Health } from '../health';
import { factoryInPath, type Caller } from '../keys/caller';
import { Names } from '../names';
import { GATEWAY, READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'postOffer'>>;

export class PostOffer extends Command<Answered<Result>> {
  constructor(
    readonly factoryId: string,
    readonly request: OfferRequest,
    readonly commandId: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(PostOffer)
export class PostOfferHandler implements ICommandHandler<PostOffer> {
  constructor(
    @Inject(GATEWAY) private readonly gateway: CommandGateway,
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly names: Names,
    private readonly health: Health,
  ) {}

  async execute({ factoryId, request, commandId, caller }: PostOffer): Promise<Answered<Result>> {
    const account = factoryInPath(caller, factoryId);
    const tiers = await Promise.all(request.quotes.map(({ tier }) => this.names.tier(tier)));
    const factory = await this.models.factory(account, { min_seq: this.health.writer().sequence });
    const command = postOfferCommand(request, account, tiers, commandId, Date.now() * 1_000);
    const outcome = await this.gateway.submit(command);
    const { replayed, sequence, made } = firstOutcome(outcome);
    const zone = factory.data?.zone_name ?? '';
    if (!replayed) return { replayed, data: { ...postedOffer(command, request, zone, outcome), seq: sequence } };
    const view = await readAfterwards(this.models.offer(made, { min_seq: sequence }));
    return { replayed, data: { ...offerAnswer(view, zone), seq: sequence } };
  }
}

interface QuoteState {
  readonly order: EventOf<'OrderAccepted'>;
  filled: number;
  cancelled: number;
}

/** The offer as it stands after its own record: a quote may have traded on arrival. */
function postedOffer(
  command: CommandOf<'PostOffer'>,
  request: OfferRequest,
  zone: string,
  outcome: CommandOutcome,
): Offer {
  const posted = eventOf(outcome, 'OfferPosted')!;
  const quotes: QuoteState[] = [];
  const byOrder = new Map<string, QuoteState>();
  for (const event of outcome.events) {
    if (event.type === 'OrderAccepted' && event.offer === posted.offer) {
      const quote = { order: event, filled: 0, cancelled: 0 };
      quotes.push(quote);
      byOrder.set(`${event.contract}/${event.order}`, quote);
    } else if (event.type === 'TradeExecuted') {
      const quote = byOrder.get(`${event.contract}/${event.taker_order}`);
      if (quote !== undefined) quote.filled += event.lots;
    } else if (event.type === 'OrderCancelled' || event.type === 'OrderDecremented') {
      const quote = byOrder.get(`${event.contract}/${event.order}`);
      if (quote !== undefined) quote.cancelled += event.cancelled_lots;
    }
  }
  const isOpen = quotes.some(({ order, filled, cancelled }) => order.lots > filled + cancelled);
  return {
    offer_id: formatId('offer', posted.offer),
    factory_id: formatId('factory', posted.account),
    window_start_at: formatInstant(command.window_start_at_us),
    zone,
    energy_policy: posted.energy_policy,
    state: isOpen ? 'OPEN' : 'CLOSED',
    quotes: quotes.map(({ order, filled, cancelled }, i) => ({
      tier: request.quotes[i]!.tier,
      price_usd_per_mtok: formatPrice(order.price_ticks),
      quantity_mtok: formatMtok(order.lots),
      filled_mtok: formatMtok(filled),
      open_mtok: formatMtok(order.lots - filled - cancelled),
      cancelled_mtok: formatMtok(cancelled),
      order_id: formatOrderId(order.contract, order.order),
    })),
    posted_at: formatInstant(outcome.at_us),
  };
}
