// Use case: register a person or firm.

import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { BodyOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { eventOf } from '@tokenbourse/protocol';
import type { CommandGateway } from '@tokenbourse/sequencer';
import type { Answered } from '../answered';
import { formatId, formatInstant } from '@tokenbourse/domain';
import { participantAnswer } from '../answers/accounts';
import { firstOutcome, readAfterwards } from '../first-outcome';
import { GATEWAY, READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'registerParticipant'>>;

export class RegisterParticipant extends Command<Answered<Result>> {
  constructor(
    readonly request: BodyOf<RouteOf<'registerParticipant'>>,
    readonly commandId: string,
  ) {
    super();
  }
}

@CommandHandler(RegisterParticipant)
export class RegisterParticipantHandler implements ICommandHandler<RegisterParticipant> {
  constructor(
    @Inject(GATEWAY) private readonly gateway: CommandGateway,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {}

  async execute({ request, commandId }: RegisterParticipant): Promise<Answered<Result>> {
    const { name, role } = request;
    const outcome = await this.gateway.submit({ type: 'RegisterParticipant', command_id: commandId, name, role });
    const { replayed, sequence, made } = firstOutcome(outcome);
    if (replayed) {
      const view = await readAfterwards(this.models.participant(made, { min_seq: sequence }));
      return { replayed, data: { ...participantAnswer(view), seq: sequence } };
    }
    const event = eventOf(outcome, 'ParticipantRegistered')!;
    const participant_id = formatId('participant', event.participant);
    const registered_at = formatInstant(outcome.at_us);
    return { replayed, data: { participant_id, name, role, registered_at, seq: sequence } };
  }
}
