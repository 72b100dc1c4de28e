// Use case: place an order.

import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandOf } from '@tokenbourse/domain';
import {
  eventOf,
  placedOrder,
  placeOrderCommand,
  type CommandOutcome,
  type PlacedOrder,
  type PlaceOrderRequest,
} from '@tokenbourse/protocol';
import type { CommandGateway } from '@tokenbourse/sequencer';
import { fresh, replay, type Answered } from '../answered';
import { accountNamed, type Caller } from '../keys/caller';
import { Names, type NamedContract } from '../names';
import { Repetitions } from '../repetitions';
import { GATEWAY } from '../tokens';

export class PlaceOrder extends Command<Answered<PlacedOrder>> {
  constructor(
    readonly request: PlaceOrderRequest,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(PlaceOrder)
export class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
  constructor(
    @Inject(GATEWAY) private readonly gateway: CommandGateway,
    private readonly names: Names,
    private readonly repetitions: Repetitions,
  ) {}

  async execute({ request, caller }: PlaceOrder): Promise<Answered<PlacedOrder>> {
    const account = accountNamed(caller, request.account_id, 'body');
    const contract = this.names.contractKnown(request.contract_id) ?? (await this.names.contract(request.contract_id));
    const command = placeOrderCommand(request, account, contract.contract, Date.now() * 1_000);
    const order = this.repetitions.newOrder(command);
    if (order !== undefined) return this.answer(command, contract, await this.gateway.submit(order));
    const known = await this.repetitions.unlessEarlierOrder(command, (asked) => this.gateway.submit(asked));
    return 'earlier' in known ? replay(known.earlier) : this.answer(command, contract, known.outcome);
  }

  private async answer(
    command: CommandOf<'PlaceOrder'>,
    { contract_id }: NamedContract,
    outcome: CommandOutcome,
  ): Promise<Answered<PlacedOrder>> {
    const repeated = eventOf(outcome, 'CommandRepeated');
    if (repeated === undefined) return fresh(placedOrder(command, contract_id, outcome));
    return replay(await this.repetitions.repeatedOrder(repeated, command.contract));
  }
}
