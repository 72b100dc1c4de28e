// Use case: the market’s schedule, fees, limits, split rule and totals.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { marketAnswer } from '../answers/market';
import { readOptions } from '../answers/page';
import { unknownName } from '../names';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'getMarket'>>;

export class GetMarket extends Query<Result> {
  constructor(readonly query: QueryOf<RouteOf<'getMarket'>>) {
    super();
  }
}

@QueryHandler(GetMarket)
export class GetMarketHandler implements IQueryHandler<GetMarket> {
  constructor(@Inject(READ_MODELS) private readonly models: ReadModels) {}

  async execute({ query }: GetMarket): Promise<Result> {
    const { data, as_of_seq } = await this.models.market(readOptions(query));
    if (data === null) throw unknownName('MARKET_NOT_OPEN');
    const totals = await this.models.totals({ min_seq: as_of_seq });
    return marketAnswer(data, totals.data, totals.as_of_seq);
  }
}
