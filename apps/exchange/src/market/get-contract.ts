// Use case: get a contract.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { contractAnswer } from '../answers/market';
import { readOptions } from '../answers/page';
import { Names, unknownName } from '../names';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'getContract'>>;

export class GetContract extends Query<Result> {
  constructor(
    readonly contractId: string,
    readonly query: QueryOf<RouteOf<'getContract'>>,
  ) {
    super();
  }
}

@QueryHandler(GetContract)
export class GetContractHandler implements IQueryHandler<GetContract> {
  constructor(
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly names: Names,
  ) {}

  async execute({ contractId, query }: GetContract): Promise<Result> {
    const { contract } = await this.names.contract(contractId);
    const { data, as_of_seq } = await this.models.contract(contract, readOptions(query));
    if (data === null) throw unknownName('UNKNOWN_CONTRACT');
    return { ...contractAnswer(data), as_of_seq };
  }
}
