// Use case: what became of a command, by its id.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { formatId, formatInstant } from '@tokenbourse/domain';
import type { CommandOutcomeView, ReadModels } from '@tokenbourse/projections';
import {
  refusalProblem,
  type CommandOutcomeAnswer,
  type QueryOf,
  type ResponseOf,
  type RouteOf,
} from '@tokenbourse/protocol';
import { orNull, readOptions, wholeList } from '../answers/page';
import { accountInPath, maySee, type Caller } from '../keys/caller';
import { Names } from '../names';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'getCommand'>>;

/** Owner of the market's own commands. */
const MARKET = 0;

export class GetCommand extends Query<Result> {
  constructor(
    readonly commandId: string,
    readonly query: QueryOf<RouteOf<'getCommand'>>,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(GetCommand)
export class GetCommandHandler implements IQueryHandler<GetCommand> {
  constructor(
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly names: Names,
  ) {}

  async execute({ commandId, query, caller }: GetCommand): Promise<Result> {
    const named = query.account_id === undefined ? undefined : accountInPath(caller, query.account_id);
    const accounts = new Set(named === undefined ? [caller.account, MARKET] : [named]);
    const found: CommandOutcomeView[] = [];
    let asOfSeq = Number.MAX_SAFE_INTEGER;
    for (const account of accounts) {
      if (!maySee(caller, account)) continue;
      const { data, as_of_seq } = await this.models.commandOutcomes(account, commandId, readOptions(query));
      found.push(...data);
      asOfSeq = Math.min(asOfSeq, as_of_seq);
    }
    // Of a key that may see nothing, nothing is shown, as of the log's beginning.
    if (asOfSeq === Number.MAX_SAFE_INTEGER) asOfSeq = 0;
    const contracts = await this.names.contractNames(found.map(({ contract }) => contract));
    return wholeList(found, asOfSeq, (outcome) => outcomeAnswer(outcome, contracts.get(outcome.contract) ?? null));
  }
}

function outcomeAnswer(view: CommandOutcomeView, contractId: string | null): CommandOutcomeAnswer {
  return {
    command_id: view.command_id,
    command: view.command,
    account_id: view.account === MARKET ? null : formatId('account', view.account),
    contract_id: contractId,
    outcome: view.outcome,
    problem: orNull(view.refusal, (refusal) => refusalProblem(refusal, view.sequence)),
    decided_at: formatInstant(view.at_us),
    seq: view.sequence,
  };
}
