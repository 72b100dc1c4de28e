// Use case: what an account traded.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { fillAnswer } from '../answers/orders';
import { list, pageRequest } from '../answers/page';
import { accountInPath, type Caller } from '../keys/caller';
import { Names } from '../names';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'listFills'>>;

export class ListFills extends Query<Result> {
  constructor(
    readonly accountId: string,
    readonly query: QueryOf<RouteOf<'listFills'>>,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(ListFills)
export class ListFillsHandler implements IQueryHandler<ListFills> {
  constructor(
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly names: Names,
  ) {}

  async execute({ accountId, query, caller }: ListFills): Promise<Result> {
    const account = accountInPath(caller, accountId);
    const contract = await this.names.contractNumber(query.contract_id);
    const page = await this.models.fills(account, { ...pageRequest(query), contract });
    const names = await this.names.contractNames(page.data.map((fill) => fill.contract));
    return list(page, (fill) => fillAnswer(fill, names.get(fill.contract) ?? null));
  }
}
