// Use case: where each dollar goes.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { parseInstant } from '@tokenbourse/protocol';
import { valueSplitAnswer } from '../answers/market';
import { readOptions } from '../answers/page';
import { Names } from '../names';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'getValueSplit'>>;

export class GetValueSplit extends Query<Result> {
  constructor(readonly query: QueryOf<RouteOf<'getValueSplit'>>) {
    super();
  }
}

@QueryHandler(GetValueSplit)
export class GetValueSplitHandler implements IQueryHandler<GetValueSplit> {
  constructor(
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly names: Names,
  ) {}

  async execute({ query }: GetValueSplit): Promise<Result> {
    const { group_by: groupBy = 'tier', format = 'table' } = query;
    const grouping = { tier: 'tier', zone: 'zone', window: 'contract', link: 'total' } as const;
    const { data, as_of_seq } = await this.models.valueSplit({
      ...readOptions(query),
      group_by: grouping[groupBy],
      tier: await this.names.tierNumber(query.tier),
      zone: await this.names.zoneNumber(query.zone),
      contract: await this.names.contractNumber(query.contract_id),
      from_us: query.from === undefined ? undefined : parseInstant(query.from),
      to_us: query.to === undefined ? undefined : parseInstant(query.to),
    });
    return valueSplitAnswer(data, as_of_seq, groupBy, format);
  }
}
