// Use case: set the rule of the value split, in full.

import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { BodyOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import type { CommandGateway } from '@tokenbourse/sequencer';
import type { Answered } from '../answered';
import { invalidRequest } from '@tokenbourse/protocol';
import { firstOutcome } from '../first-outcome';
import { GATEWAY } from '../tokens';

const RULE_CHARACTERS_MAX = 60_000;

type Result = ResponseOf<RouteOf<'setSplitRule'>>;

export class SetSplitRule extends Command<Answered<Result>> {
  constructor(
    readonly request: BodyOf<RouteOf<'setSplitRule'>>,
    readonly commandId: string,
  ) {
    super();
  }
}

@CommandHandler(SetSplitRule)
export class SetSplitRuleHandler implements ICommandHandler<SetSplitRule> {
  constructor(@Inject(GATEWAY) private readonly gateway: CommandGateway) {}

  async execute({ request, commandId }: SetSplitRule): Promise<Answered<Result>> {
    const { version } = request;
    const rule = JSON.stringify(request.rule);
    if (rule.length > RULE_CHARACTERS_MAX) {
      throw invalidRequest([
        { path: '/body/rule', message: `is longer than ${RULE_CHARACTERS_MAX} characters as JSON` },
      ]);
    }
    const { replayed, sequence } = firstOutcome(
      await this.gateway.submit({ type: 'SetSplitRule', command_id: commandId, version, rule }),
    );
    return { replayed, data: { version, seq: sequence } };
  }
}
