// Use case: change an order's price or total quantity.

import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  amendedOrder,
  amendOrderCommand,
  assertFirstTaken,
  assertTaken,
  eventOf,
  formatMtok,
  formatPrice,
  formatUsd,
  type AmendedOrder,
  type AmendOrderRequest,
  type OrderNumber,
} from '@tokenbourse/protocol';
import type { ReadModels } from '@tokenbourse/projections';
import type { CommandGateway } from '@tokenbourse/sequencer';
import { fresh, replay, type Answered } from '../answered';
import { readAfterwards } from '../first-outcome';
import { Health } from '../health';
import type { Caller } from '../keys/caller';
import { Names } from '../names';
import { GATEWAY, READ_MODELS } from '../tokens';
import { accountOfOrder, numberOf, ownOrder } from './own-order';

export class AmendOrder extends Command<Answered<AmendedOrder>> {
  constructor(
    readonly orderId: string,
    readonly request: AmendOrderRequest,
    readonly commandId: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(AmendOrder)
export class AmendOrderHandler implements ICommandHandler<AmendOrder> {
  constructor(
    @Inject(GATEWAY) private readonly gateway: CommandGateway,
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly health: Health,
    private readonly names: Names,
  ) {}

  async execute({ orderId, request, commandId, caller }: AmendOrder): Promise<Answered<AmendedOrder>> {
    const number = numberOf(orderId);
    const account = await accountOfOrder(caller, number, this.models, this.health);
    const names = await this.names.contractNames([number.contract]);
    const outcome = await this.gateway.submit(
      amendOrderCommand(request, account, number, commandId, Date.now() * 1_000),
    );
    assertTaken(outcome);
    const repeated = eventOf(outcome, 'CommandRepeated');
    if (repeated !== undefined) {
      assertFirstTaken(repeated);
      return replay(await this.asItStands(orderId, number, caller, repeated.first_sequence));
    }
    return fresh(amendedOrder(names.get(number.contract) ?? null, outcome));
  }

  private async asItStands(
    orderId: string,
    number: OrderNumber,
    caller: Caller,
    sequence: number,
  ): Promise<AmendedOrder> {
    const data = await readAfterwards(ownOrder(caller, number, this.models, { min_seq: sequence }));
    return {
      order_id: orderId,
      price_usd_per_mtok: formatPrice(data.price_ticks),
      quantity_mtok: formatMtok(data.lots),
      open_mtok: formatMtok(data.open_lots),
      status: data.state,
      keeps_priority: false,
      held_usd: formatUsd(data.hold_micro_usd),
      fills: [],
      seq: sequence,
    };
  }
}
