// Use case: what an account has bought and sold, by contract.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { positionAnswer } from '../answers/accounts';
import { list, pageRequest } from '../answers/page';
import { accountInPath, type Caller } from '../keys/caller';
import { Names } from '../names';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'listPositions'>>;

export class ListPositions extends Query<Result> {
  constructor(
    readonly accountId: string,
    readonly query: QueryOf<RouteOf<'listPositions'>>,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(ListPositions)
export class ListPositionsHandler implements IQueryHandler<ListPositions> {
  constructor(
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly names: Names,
  ) {}

  async execute({ accountId, query, caller }: ListPositions): Promise<Result> {
    const account = accountInPath(caller, accountId);
    const contract = await this.names.contractNumber(query.contract_id);
    const settled = query.settled === undefined ? undefined : query.settled === 'true';
    return list(await this.models.positions(account, { ...pageRequest(query), contract, settled }), positionAnswer);
  }
}
