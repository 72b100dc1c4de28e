// Use case: revoke an API key: it stops working with this answer.

import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ResponseOf, RouteOf } from '@tokenbourse/protocol';
import type { CommandGateway } from '@tokenbourse/sequencer';
import type { Answered } from '../answered';
import { parseId } from '@tokenbourse/domain';
import { firstOutcome } from '../first-outcome';
import { Keyring } from './keyring';
import { GATEWAY } from '../tokens';

type Result = ResponseOf<RouteOf<'revokeApiKey'>>;

export class RevokeApiKey extends Command<Answered<Result>> {
  constructor(
    readonly keyId: string,
    readonly commandId: string,
  ) {
    super();
  }
}

@CommandHandler(RevokeApiKey)
export class RevokeApiKeyHandler implements ICommandHandler<RevokeApiKey> {
  constructor(
    @Inject(GATEWAY) private readonly gateway: CommandGateway,
    private readonly keyring: Keyring,
  ) {}

  async execute({ keyId, commandId }: RevokeApiKey): Promise<Answered<Result>> {
    const key = parseId('key', keyId) ?? 0;
    const { replayed, sequence } = firstOutcome(
      await this.gateway.submit({ type: 'RevokeApiKey', command_id: commandId, key }),
    );
    this.keyring.drop(key);
    return { replayed, data: { key_id: keyId, seq: sequence } };
  }
}
