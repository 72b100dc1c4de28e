// Use case: book cash that came in or goes out. Each movement happens once, however old its id is.

import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { BodyOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import type { CommandGateway } from '@tokenbourse/sequencer';
import type { Answered } from '../answered';
import { formatId, formatInstant } from '@tokenbourse/domain';
import { assertTaken, cashCommand, eventOf, formatUsd } from '@tokenbourse/protocol';
import { fresh, replay } from '../answered';
import { accountInPath, type Caller } from '../keys/caller';
import { Repetitions } from '../repetitions';
import { GATEWAY } from '../tokens';

type Result = ResponseOf<RouteOf<'deposit'>>;

export class MoveCash extends Command<Answered<Result>> {
  constructor(
    readonly type: 'Deposit' | 'Withdraw',
    readonly accountId: string,
    readonly request: BodyOf<RouteOf<'deposit'>>,
    readonly commandId: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(MoveCash)
export class MoveCashHandler implements ICommandHandler<MoveCash> {
  constructor(
    @Inject(GATEWAY) private readonly gateway: CommandGateway,
    private readonly repetitions: Repetitions,
  ) {}

  async execute({ type, accountId, request, commandId, caller }: MoveCash): Promise<Answered<Result>> {
    const account = accountInPath(caller, accountId);
    const command = cashCommand(type, request, account, commandId);
    const submit = (timed: typeof command) => this.gateway.submit(timed);
    const known =
      commandId === '' ? { outcome: await submit(command) } : await this.repetitions.unlessEarlierCash(command, submit);
    if ('earlier' in known) return replay(known.earlier);
    const { outcome } = known;
    assertTaken(outcome);
    const repeated = eventOf(outcome, 'CommandRepeated');
    if (repeated !== undefined) return replay(await this.repetitions.repeatedCash(repeated, command));
    return fresh({
      account_id: formatId('account', account),
      direction: type === 'Deposit' ? 'DEPOSIT' : 'WITHDRAWAL',
      amount_usd: formatUsd(command.amount_micro_usd),
      reference: command.reference,
      booked_at: formatInstant(outcome.at_us),
      seq: outcome.sequence,
    });
  }
}
