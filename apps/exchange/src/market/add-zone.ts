// Use case: add a zone.

import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { BodyOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import type { CommandGateway } from '@tokenbourse/sequencer';
import type { Answered } from '../answered';
import { firstOutcome } from '../first-outcome';
import { GATEWAY } from '../tokens';

type Result = ResponseOf<RouteOf<'addZone'>>;

export class AddZone extends Command<Answered<Result>> {
  constructor(
    readonly request: BodyOf<RouteOf<'addZone'>>,
    readonly commandId: string,
  ) {
    super();
  }
}

@CommandHandler(AddZone)
export class AddZoneHandler implements ICommandHandler<AddZone> {
  constructor(@Inject(GATEWAY) private readonly gateway: CommandGateway) {}

  async execute({ request, commandId }: AddZone): Promise<Answered<Result>> {
    const { name } = request;
    const { replayed, sequence } = firstOutcome(
      await this.gateway.submit({ type: 'AddZone', command_id: commandId, name }),
    );
    return { replayed, data: { zone: name, seq: sequence } };
  }
}
