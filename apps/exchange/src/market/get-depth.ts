// Use case: a contract’s order book by price level.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { levelAnswer } from '../answers/market';
import { readOptions } from '../answers/page';
import { Names, unknownName } from '../names';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'getDepth'>>;

export class GetDepth extends Query<Result> {
  constructor(
    readonly contractId: string,
    readonly query: QueryOf<RouteOf<'getDepth'>>,
  ) {
    super();
  }
}

@QueryHandler(GetDepth)
export class GetDepthHandler implements IQueryHandler<GetDepth> {
  constructor(
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly names: Names,
  ) {}

  async execute({ contractId, query }: GetDepth): Promise<Result> {
    const { contract } = await this.names.contract(contractId);
    const levels = query.levels === undefined ? undefined : Number(query.levels);
    const { data, as_of_seq } = await this.models.depth(contract, { ...readOptions(query), levels });
    if (data === null) throw unknownName('UNKNOWN_CONTRACT');
    const { contract_sequence: contract_seq, bids, asks } = data;
    return {
      contract_id: contractId,
      contract_seq,
      bids: bids.map(levelAnswer),
      asks: asks.map(levelAnswer),
      as_of_seq,
    };
  }
}
