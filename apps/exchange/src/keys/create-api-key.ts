// Use case: make an API key. Its text is told once and kept nowhere.

import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { BodyOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import type { CommandGateway } from '@tokenbourse/sequencer';
import type { Answered } from '../answered';
import { formatId, parseId } from '@tokenbourse/domain';
import { eventOf, createKeyCommand } from '@tokenbourse/protocol';
import { keyAnswer } from '../answers/accounts';
import { fresh } from '../answered';
import { firstOutcome } from '../first-outcome';
import { Keyring, keyDigest, newKey } from './keyring';
import { GATEWAY } from '../tokens';

type Result = ResponseOf<RouteOf<'createApiKey'>>;

export class CreateApiKey extends Command<Answered<Result>> {
  constructor(readonly request: BodyOf<RouteOf<'createApiKey'>>) {
    super();
  }
}

@CommandHandler(CreateApiKey)
export class CreateApiKeyHandler implements ICommandHandler<CreateApiKey> {
  constructor(
    @Inject(GATEWAY) private readonly gateway: CommandGateway,
    private readonly keyring: Keyring,
  ) {}

  async execute({ request }: CreateApiKey): Promise<Answered<Result>> {
    const key = newKey();
    const account = request.account_id === undefined ? 0 : (parseId('account', request.account_id) ?? 0);
    const command = createKeyCommand(request, account, keyDigest(key));
    const outcome = await this.gateway.submit(command);
    const { sequence } = firstOutcome(outcome);
    const event = eventOf(outcome, 'ApiKeyCreated')!;
    const view = {
      key: event.key,
      name: event.name,
      account: event.account,
      all_accounts: event.all_accounts === 'YES',
      scopes: event.scopes.split(','),
      created_at_us: outcome.at_us,
      revoked: false,
    };
    this.keyring.hold({ ...view, hash: event.hash });
    return fresh({ ...keyAnswer(view), key_id: formatId('key', event.key), key, seq: sequence });
  }
}
