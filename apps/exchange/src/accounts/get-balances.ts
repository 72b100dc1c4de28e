// Use case: what an account holds in cash.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { balanceAnswer } from '../answers/accounts';
import { readOptions } from '../answers/page';
import { accountInPath, notFound, type Caller } from '../keys/caller';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'getBalances'>>;

export class GetBalances extends Query<Result> {
  constructor(
    readonly accountId: string,
    readonly query: QueryOf<RouteOf<'getBalances'>>,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(GetBalances)
export class GetBalancesHandler implements IQueryHandler<GetBalances> {
  constructor(@Inject(READ_MODELS) private readonly models: ReadModels) {}

  async execute({ accountId, query, caller }: GetBalances): Promise<Result> {
    const account = accountInPath(caller, accountId);
    const { data, as_of_seq } = await this.models.balance(account, readOptions(query));
    if (data === null) throw notFound('UNKNOWN_ACCOUNT');
    return balanceAnswer(data, as_of_seq);
  }
}
