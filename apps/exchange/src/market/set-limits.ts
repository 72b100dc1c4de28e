// Use case: set the market’s limits.

import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { BodyOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import type { CommandGateway } from '@tokenbourse/sequencer';
import type { Answered } from '../answered';
import { SECOND_US } from '@tokenbourse/domain';
import { firstOutcome } from '../first-outcome';
import { Repetitions } from '../repetitions';
import { GATEWAY } from '../tokens';

type Result = ResponseOf<RouteOf<'setLimits'>>;

export class SetLimits extends Command<Answered<Result>> {
  constructor(
    readonly request: BodyOf<RouteOf<'setLimits'>>,
    readonly commandId: string,
  ) {
    super();
  }
}

@CommandHandler(SetLimits)
export class SetLimitsHandler implements ICommandHandler<SetLimits> {
  constructor(
    @Inject(GATEWAY) private readonly gateway: CommandGateway,
    private readonly repetitions: Repetitions,
  ) {}

  async execute({ request, commandId }: SetLimits): Promise<Answered<Result>> {
    const { idempotency_window_seconds, ...limits } = request;
    const idempotency_window_us = idempotency_window_seconds * SECOND_US;
    const command = { type: 'SetLimits', command_id: commandId, ...limits, idempotency_window_us } as const;
    const { replayed, sequence } = firstOutcome(
      await this.repetitions.whileSetting(idempotency_window_us, () => this.gateway.submit(command)),
    );
    return { replayed, data: { ...request, seq: sequence } };
  }
}
