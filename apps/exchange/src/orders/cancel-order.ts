// Use case: cancel an order.

import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { formatOrderId } from '@tokenbourse/domain';
import { assertFirstTaken, assertTaken, eventOf, formatMtok, type CancelledOrder } from '@tokenbourse/protocol';
import type { ReadModels } from '@tokenbourse/projections';
import type { CommandGateway } from '@tokenbourse/sequencer';
import { fresh, replay, type Answered } from '../answered';
import { readAfterwards } from '../first-outcome';
import { Health } from '../health';
import type { Caller } from '../keys/caller';
import { GATEWAY, READ_MODELS } from '../tokens';
import { accountOfOrder, numberOf, ownOrder } from './own-order';

export class CancelOrder extends Command<Answered<CancelledOrder>> {
  constructor(
    readonly orderId: string,
    readonly commandId: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(CancelOrder)
export class CancelOrderHandler implements ICommandHandler<CancelOrder> {
  constructor(
    @Inject(GATEWAY) private readonly gateway: CommandGateway,
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly health: Health,
  ) {}

  async execute({ orderId, commandId, caller }: CancelOrder): Promise<Answered<CancelledOrder>> {
    const { contract, order } = numberOf(orderId);
    const account = await accountOfOrder(caller, { contract, order }, this.models, this.health);
    const outcome = await this.gateway.submit({ type: 'CancelOrder', account, contract, command_id: commandId, order });
    assertTaken(outcome);
    const answer = (lots: number, seq: number): CancelledOrder => ({
      order_id: formatOrderId(contract, order),
      status: 'CANCELLED',
      cancelled_mtok: formatMtok(lots),
      seq,
    });
    const repeated = eventOf(outcome, 'CommandRepeated');
    if (repeated === undefined)
      return fresh(answer(eventOf(outcome, 'OrderCancelled')?.cancelled_lots ?? 0, outcome.sequence));
    assertFirstTaken(repeated);
    const data = await readAfterwards(
      ownOrder(caller, { contract, order }, this.models, { min_seq: repeated.first_sequence }),
    );
    return replay(answer(data.cancelled_lots, repeated.first_sequence));
  }
}
