// Use case: cancel all orders of an account, or those of a contract, tier or side.

import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { assertFirstTaken, assertTaken, eventOf, type CancelAllQuery, type CancelledAll } from '@tokenbourse/protocol';
import type { CommandGateway } from '@tokenbourse/sequencer';
import { fresh, replay, type Answered } from '../answered';
import { accountNamed, type Caller } from '../keys/caller';
import { Names } from '../names';
import { GATEWAY } from '../tokens';

export class CancelAllOrders extends Command<Answered<CancelledAll>> {
  constructor(
    readonly query: CancelAllQuery,
    readonly commandId: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(CancelAllOrders)
export class CancelAllOrdersHandler implements ICommandHandler<CancelAllOrders> {
  constructor(
    @Inject(GATEWAY) private readonly gateway: CommandGateway,
    private readonly names: Names,
  ) {}

  async execute({ query, commandId, caller }: CancelAllOrders): Promise<Answered<CancelledAll>> {
    const account = accountNamed(caller, query.account_id, 'query');
    const outcome = await this.gateway.submit({
      type: 'CancelAllOrders',
      account,
      contract: (await this.names.contractNumber(query.contract_id)) ?? 0,
      command_id: commandId,
      tier: (await this.names.tierNumber(query.tier)) ?? 0,
      side: query.side ?? 'ANY',
    });
    assertTaken(outcome);
    const repeated = eventOf(outcome, 'CommandRepeated');
    if (repeated !== undefined) {
      assertFirstTaken(repeated);
      return replay({ cancelled_orders: null, seq: repeated.first_sequence });
    }
    const completed = eventOf(outcome, 'CancelAllCompleted');
    return fresh({ cancelled_orders: completed?.cancelled_orders ?? null, seq: outcome.sequence });
  }
}
