// Use case: confirm the wall clock after it has jumped.

import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { BodyOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import type { CommandGateway } from '@tokenbourse/sequencer';
import type { Answered } from '../answered';
import { formatInstant } from '@tokenbourse/domain';
import { eventOf, parseInstant } from '@tokenbourse/protocol';
import { firstOutcome } from '../first-outcome';
import { GATEWAY } from '../tokens';

type Result = ResponseOf<RouteOf<'confirmClock'>>;

export class ConfirmClock extends Command<Answered<Result>> {
  constructor(
    readonly request: BodyOf<RouteOf<'confirmClock'>>,
    readonly commandId: string,
  ) {
    super();
  }
}

@CommandHandler(ConfirmClock)
export class ConfirmClockHandler implements ICommandHandler<ConfirmClock> {
  constructor(@Inject(GATEWAY) private readonly gateway: CommandGateway) {}

  async execute({ request, commandId }: ConfirmClock): Promise<Answered<Result>> {
    const outcome = await this.gateway.submit({
      type: 'ConfirmClock',
      command_id: commandId,
      wall_us: parseInstant(request.wall_at),
    });
    const { replayed, sequence } = firstOutcome(outcome);
    const last = eventOf(outcome, 'ClockConfirmed')?.last_stamp_us;
    const last_stamp_at = last === undefined ? null : formatInstant(last);
    return { replayed, data: { wall_at: request.wall_at, last_stamp_at, seq: sequence } };
  }
}
