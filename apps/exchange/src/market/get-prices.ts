// Use case: price discovery, per tier and along the delivery windows.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { pricesAnswer } from '../answers/market';
import { readOptions } from '../answers/page';
import { Names } from '../names';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'getPrices'>>;

export class GetPrices extends Query<Result> {
  constructor(readonly query: QueryOf<RouteOf<'getPrices'>>) {
    super();
  }
}

@QueryHandler(GetPrices)
export class GetPricesHandler implements IQueryHandler<GetPrices> {
  constructor(
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly names: Names,
  ) {}

  async execute({ query }: GetPrices): Promise<Result> {
    const tier = await this.names.tierNumber(query.tier);
    const zone = await this.names.zoneNumber(query.zone);
    const { data, as_of_seq } = await this.models.prices({ ...readOptions(query), tier, zone });
    return pricesAnswer(data, as_of_seq);
  }
}
