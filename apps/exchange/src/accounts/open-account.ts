// Use case: open an account for a participant.

import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { BodyOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { eventOf } from '@tokenbourse/protocol';
import type { CommandGateway } from '@tokenbourse/sequencer';
import type { Answered } from '../answered';
import { formatId, formatInstant, parseId } from '@tokenbourse/domain';
import { accountAnswer } from '../answers/accounts';
import { firstOutcome, readAfterwards } from '../first-outcome';
import { GATEWAY, READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'openAccount'>>;

export class OpenAccount extends Command<Answered<Result>> {
  constructor(
    readonly request: BodyOf<RouteOf<'openAccount'>>,
    readonly commandId: string,
  ) {
    super();
  }
}

@CommandHandler(OpenAccount)
export class OpenAccountHandler implements ICommandHandler<OpenAccount> {
  constructor(
    @Inject(GATEWAY) private readonly gateway: CommandGateway,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {}

  async execute({ request, commandId }: OpenAccount): Promise<Answered<Result>> {
    const { participant_id, name } = request;
    const participant = parseId('participant', participant_id) ?? 0;
    const outcome = await this.gateway.submit({ type: 'OpenAccount', command_id: commandId, participant, name });
    const { replayed, sequence, made } = firstOutcome(outcome);
    if (replayed) {
      const view = await readAfterwards(this.models.account(made, { min_seq: sequence }));
      return { replayed, data: { ...accountAnswer(view), seq: sequence } };
    }
    const account_id = formatId('account', eventOf(outcome, 'AccountOpened')!.account);
    const opened_at = formatInstant(outcome.at_us);
    return { replayed, data: { account_id, participant_id, name, is_factory: false, opened_at, seq: sequence } };
  }
}
