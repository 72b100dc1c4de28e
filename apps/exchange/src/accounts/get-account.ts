// Use case: get an account.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { accountAnswer } from '../answers/accounts';
import { readOptions } from '../answers/page';
import { accountInPath, notFound, type Caller } from '../keys/caller';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'getAccount'>>;

export class GetAccount extends Query<Result> {
  constructor(
    readonly accountId: string,
    readonly query: QueryOf<RouteOf<'getAccount'>>,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(GetAccount)
export class GetAccountHandler implements IQueryHandler<GetAccount> {
  constructor(@Inject(READ_MODELS) private readonly models: ReadModels) {}

  async execute({ accountId, query, caller }: GetAccount): Promise<Result> {
    const account = accountInPath(caller, accountId);
    const { data, as_of_seq } = await this.models.account(account, readOptions(query));
    if (data === null) throw notFound('UNKNOWN_ACCOUNT');
    return { ...accountAnswer(data), as_of_seq };
  }
}
