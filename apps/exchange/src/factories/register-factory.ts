// Use case: make an account a factory.

import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { BodyOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import type { CommandGateway } from '@tokenbourse/sequencer';
import type { Answered } from '../answered';
import { formatInstant, formatId } from '@tokenbourse/domain';
import { eventOf, formatMw, formatUsd, registerFactoryCommand } from '@tokenbourse/protocol';
import { factoryAnswer } from '../answers/factories';
import { firstOutcome, readAfterwards } from '../first-outcome';
import { accountInPath, type Caller } from '../keys/caller';
import { Names } from '../names';
import { GATEWAY, READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'registerFactory'>>;

export class RegisterFactory extends Command<Answered<Result>> {
  constructor(
    readonly request: BodyOf<RouteOf<'registerFactory'>>,
    readonly commandId: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(RegisterFactory)
export class RegisterFactoryHandler implements ICommandHandler<RegisterFactory> {
  constructor(
    @Inject(GATEWAY) private readonly gateway: CommandGateway,
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly names: Names,
  ) {}

  async execute({ request, commandId, caller }: RegisterFactory): Promise<Answered<Result>> {
    const account = accountInPath(caller, request.account_id);
    const zone = await this.names.zone(request.zone);
    const tiers = await Promise.all(request.yields.map(({ tier }) => this.names.tier(tier)));
    const command = registerFactoryCommand(request, account, zone, tiers, commandId);
    const outcome = await this.gateway.submit(command);
    const { replayed, sequence } = firstOutcome(outcome);
    if (replayed) {
      const view = await readAfterwards(this.models.factory(account, { min_seq: sequence }));
      return { replayed, data: { ...factoryAnswer(view), seq: sequence } };
    }
    const event = eventOf(outcome, 'FactoryRegistered')!;
    return {
      replayed,
      data: {
        factory_id: formatId('factory', account),
        account_id: request.account_id,
        participant_id: formatId('participant', event.participant),
        name: request.name,
        zone: request.zone,
        hardware: request.hardware,
        power_mw: formatMw(command.power_watts),
        yields: request.yields.map(({ tier }, i) => ({ ...command.yields[i]!, tier })),
        power_usd_per_mwh: formatUsd(command.power_micro_usd_per_mwh),
        equipment_usd_per_mwh: formatUsd(command.equipment_micro_usd_per_mwh),
        facility_usd_per_mwh: formatUsd(command.facility_micro_usd_per_mwh),
        registered_at: formatInstant(outcome.at_us),
        seq: sequence,
      },
    };
  }
}
