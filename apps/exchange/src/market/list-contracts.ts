// Use case: list contracts by delivery window.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { parseInstant } from '@tokenbourse/protocol';
import { contractAnswer } from '../answers/market';
import { list, pageRequest } from '../answers/page';
import { Names } from '../names';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'listContracts'>>;

export class ListContracts extends Query<Result> {
  constructor(readonly query: QueryOf<RouteOf<'listContracts'>>) {
    super();
  }
}

@QueryHandler(ListContracts)
export class ListContractsHandler implements IQueryHandler<ListContracts> {
  constructor(
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly names: Names,
  ) {}

  async execute({ query }: ListContracts): Promise<Result> {
    const page = await this.models.contracts({
      ...pageRequest(query),
      tier: await this.names.tierNumber(query.tier),
      zone: await this.names.zoneNumber(query.zone),
      state: query.state,
      from_us: query.from === undefined ? undefined : parseInstant(query.from),
      to_us: query.to === undefined ? undefined : parseInstant(query.to),
    });
    return list(page, contractAnswer);
  }
}
