// Use case: list the zones.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { readOptions, wholeList } from '../answers/page';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'listZones'>>;

export class ListZones extends Query<Result> {
  constructor(readonly query: QueryOf<RouteOf<'listZones'>>) {
    super();
  }
}

@QueryHandler(ListZones)
export class ListZonesHandler implements IQueryHandler<ListZones> {
  constructor(@Inject(READ_MODELS) private readonly models: ReadModels) {}

  async execute({ query }: ListZones): Promise<Result> {
    const { data, as_of_seq } = await this.models.market(readOptions(query));
    return wholeList(data?.zones ?? [], as_of_seq, ({ name }) => ({ zone: name }));
  }
}
