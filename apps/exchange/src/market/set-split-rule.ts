// Use case: set the rule of the value split, in full.

import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { BodyOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import type { CommandGateway } from '@tokenbourse/sequencer';
import type { Answered } from '../answered';
import { invalidRequest } from '@tokenbourse/protocol';
import { firstOutcome } from '../first-outcome';
import { GATEWAY } from '../tokens';

const RULE_BYTES_MAX = 60_000;

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
    const links = new Set(request.rule.links.map(({ link }) => link));
    if (links.size < request.rule.links.length) {
      throw invalidRequest([{ path: '/body/rule/links', message: 'names a link twice; each has one entry' }]);
    }
    const rule = JSON.stringify(request.rule);
    if (Buffer.byteLength(rule) > RULE_BYTES_MAX) {
      throw invalidRequest([{ path: '/body/rule', message: `is longer than ${RULE_BYTES_MAX} bytes as JSON` }]);
    }
    const { replayed, sequence } = firstOutcome(
      await this.gateway.submit({ type: 'SetSplitRule', command_id: commandId, version, rule }),
    );
    return { replayed, data: { version, seq: sequence } };
  }
}
