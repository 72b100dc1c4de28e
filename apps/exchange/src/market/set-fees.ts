// Use case: set the fees of orders accepted from then on.

import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { BodyOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import type { CommandGateway } from '@tokenbourse/sequencer';
import type { Answered } from '../answered';
import { firstOutcome } from '../first-outcome';
import { GATEWAY } from '../tokens';

type Result = ResponseOf<RouteOf<'setFees'>>;

export class SetFees extends Command<Answered<Result>> {
  constructor(
    readonly request: BodyOf<RouteOf<'setFees'>>,
    readonly commandId: string,
  ) {
    super();
  }
}

@CommandHandler(SetFees)
export class SetFeesHandler implements ICommandHandler<SetFees> {
  constructor(@Inject(GATEWAY) private readonly gateway: CommandGateway) {}

  async execute({ request, commandId }: SetFees): Promise<Answered<Result>> {
    // A JSON number may be -0, which is another bit pattern in the log.
    const fees = { maker_ppm: request.maker_ppm + 0, taker_ppm: request.taker_ppm + 0 };
    const { replayed, sequence } = firstOutcome(
      await this.gateway.submit({ type: 'SetFees', command_id: commandId, ...fees }),
    );
    return { replayed, data: { ...fees, seq: sequence } };
  }
}
