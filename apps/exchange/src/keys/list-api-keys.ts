// Use case: list API keys.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { keyAnswer } from '../answers/accounts';
import { list, pageRequest } from '../answers/page';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'listApiKeys'>>;

export class ListApiKeys extends Query<Result> {
  constructor(readonly query: QueryOf<RouteOf<'listApiKeys'>>) {
    super();
  }
}

@QueryHandler(ListApiKeys)
export class ListApiKeysHandler implements IQueryHandler<ListApiKeys> {
  constructor(@Inject(READ_MODELS) private readonly models: ReadModels) {}

  async execute({ query }: ListApiKeys): Promise<Result> {
    const revoked = query.revoked === undefined ? undefined : query.revoked === 'true';
    return list(await this.models.apiKeys({ ...pageRequest(query), revoked }), keyAnswer);
  }
}
