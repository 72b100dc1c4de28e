// Use case: set what a factory spends per MWh.

import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { BodyOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import type { CommandGateway } from '@tokenbourse/sequencer';
import type { Answered } from '../answered';
import { formatUsd, setFactoryCostsCommand } from '@tokenbourse/protocol';
import { firstOutcome } from '../first-outcome';
import { factoryInPath, type Caller } from '../keys/caller';
import { GATEWAY } from '../tokens';

type Result = ResponseOf<RouteOf<'setFactoryCosts'>>;

export class SetFactoryCosts extends Command<Answered<Result>> {
  constructor(
    readonly factoryId: string,
    readonly request: BodyOf<RouteOf<'setFactoryCosts'>>,
    readonly commandId: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(SetFactoryCosts)
export class SetFactoryCostsHandler implements ICommandHandler<SetFactoryCosts> {
  constructor(@Inject(GATEWAY) private readonly gateway: CommandGateway) {}

  async execute({ factoryId, request, commandId, caller }: SetFactoryCosts): Promise<Answered<Result>> {
    const command = setFactoryCostsCommand(request, factoryInPath(caller, factoryId), commandId);
    const { replayed, sequence } = firstOutcome(await this.gateway.submit(command));
    return {
      replayed,
      data: {
        factory_id: factoryId,
        power_usd_per_mwh: formatUsd(command.power_micro_usd_per_mwh),
        equipment_usd_per_mwh: formatUsd(command.equipment_micro_usd_per_mwh),
        facility_usd_per_mwh: formatUsd(command.facility_micro_usd_per_mwh),
        seq: sequence,
      },
    };
  }
}
