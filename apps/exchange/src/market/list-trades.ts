// Use case: a contract’s tape.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { tradeAnswer } from '../answers/orders';
import { list, pageRequest } from '../answers/page';
import { Names } from '../names';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'listTrades'>>;

export class ListTrades extends Query<Result> {
  constructor(
    readonly contractId: string,
    readonly query: QueryOf<RouteOf<'listTrades'>>,
  ) {
    super();
  }
}

@QueryHandler(ListTrades)
export class ListTradesHandler implements IQueryHandler<ListTrades> {
  constructor(
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly names: Names,
  ) {}

  async execute({ contractId, query }: ListTrades): Promise<Result> {
    const { contract } = await this.names.contract(contractId);
    return list(await this.models.trades({ ...pageRequest(query), contract }), (row) => tradeAnswer(row, contractId));
  }
}
