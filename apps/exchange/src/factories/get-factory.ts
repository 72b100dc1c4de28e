// Use case: get a factory.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { factoryAnswer } from '../answers/factories';
import { readOptions } from '../answers/page';
import { factoryInPath, notFound, type Caller } from '../keys/caller';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'getFactory'>>;

export class GetFactory extends Query<Result> {
  constructor(
    readonly factoryId: string,
    readonly query: QueryOf<RouteOf<'getFactory'>>,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(GetFactory)
export class GetFactoryHandler implements IQueryHandler<GetFactory> {
  constructor(@Inject(READ_MODELS) private readonly models: ReadModels) {}

  async execute({ factoryId, query, caller }: GetFactory): Promise<Result> {
    const account = factoryInPath(caller, factoryId);
    const { data, as_of_seq } = await this.models.factory(account, readOptions(query));
    if (data === null) throw notFound('UNKNOWN_FACTORY');
    return { ...factoryAnswer(data), as_of_seq };
  }
}
