// Use case: withdraw a capacity offer.

import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { eventOf } from '@tokenbourse/protocol';
import type { CommandGateway } from '@tokenbourse/sequencer';
import type { Answered } from '../answered';
import { parseId } from '@tokenbourse/domain';
import { firstOutcome } from '../first-outcome';
import { factoryInPath, notFound, type Caller } from '../keys/caller';
import { GATEWAY } from '../tokens';

type Result = ResponseOf<RouteOf<'withdrawOffer'>>;

export class WithdrawOffer extends Command<Answered<Result>> {
  constructor(
    readonly factoryId: string,
    readonly offerId: string,
    readonly commandId: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(WithdrawOffer)
export class WithdrawOfferHandler implements ICommandHandler<WithdrawOffer> {
  constructor(@Inject(GATEWAY) private readonly gateway: CommandGateway) {}

  async execute({ factoryId, offerId, commandId, caller }: WithdrawOffer): Promise<Answered<Result>> {
    const account = factoryInPath(caller, factoryId);
    const offer = parseId('offer', offerId);
    if (offer === undefined) throw notFound('UNKNOWN_OFFER');
    const outcome = await this.gateway.submit({ type: 'WithdrawOffer', account, command_id: commandId, offer });
    const { replayed, sequence } = firstOutcome(outcome);
    const cancelled_orders = eventOf(outcome, 'OfferWithdrawn')?.cancelled_orders ?? null;
    return { replayed, data: { offer_id: offerId, factory_id: factoryId, cancelled_orders, seq: sequence } };
  }
}
