// Use case: list the accounts that a key may see.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { accountAnswer } from '../answers/accounts';
import { list, pageRequest, readOptions, wholeList } from '../answers/page';
import type { Caller } from '../keys/caller';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'listAccounts'>>;

export class ListAccounts extends Query<Result> {
  constructor(
    readonly query: QueryOf<RouteOf<'listAccounts'>>,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(ListAccounts)
export class ListAccountsHandler implements IQueryHandler<ListAccounts> {
  constructor(@Inject(READ_MODELS) private readonly models: ReadModels) {}

  async execute({ query, caller }: ListAccounts): Promise<Result> {
    if (caller.allAccounts) return list(await this.models.accounts(pageRequest(query)), accountAnswer);
    const { data, as_of_seq } = await this.models.account(caller.account, readOptions(query));
    return wholeList(data === null ? [] : [data], as_of_seq, accountAnswer);
  }
}
