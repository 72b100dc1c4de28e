// Use case: list the factories that a key may see.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { factoryAnswer } from '../answers/factories';
import { list, pageRequest, readOptions, wholeList } from '../answers/page';
import type { Caller } from '../keys/caller';
import { Names } from '../names';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'listFactories'>>;

export class ListFactories extends Query<Result> {
  constructor(
    readonly query: QueryOf<RouteOf<'listFactories'>>,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(ListFactories)
export class ListFactoriesHandler implements IQueryHandler<ListFactories> {
  constructor(
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly names: Names,
  ) {}

  async execute({ query, caller }: ListFactories): Promise<Result> {
    const zone = await this.names.zoneNumber(query.zone);
    if (caller.allAccounts) return list(await this.models.factories({ ...pageRequest(query), zone }), factoryAnswer);
    const { data, as_of_seq } = await this.models.factory(caller.account, readOptions(query));
    const own = data === null || (zone ?? data.zone) !== data.zone ? [] : [data];
    return wholeList(own, as_of_seq, factoryAnswer);
  }
}
