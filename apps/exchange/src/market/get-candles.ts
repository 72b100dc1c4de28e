// Use case: candles of a contract, or of all trades of a tier.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { CandleRequest, ReadModels } from '@tokenbourse/projections';
import { parseInstant, type Candles, type QueryOf, type RouteOf } from '@tokenbourse/protocol';
import { candleAnswer, candleColumnsAnswer } from '../answers/market';
import { pageRequest } from '../answers/page';
import { Names } from '../names';
import { READ_MODELS } from '../tokens';

/** Exactly one of contract and tier. */
export type CandlesOf = { readonly contractId: string } | { readonly tier: string };

export class GetCandles extends Query<Candles> {
  constructor(
    readonly of: CandlesOf,
    readonly query: QueryOf<RouteOf<'getCandles'>>,
  ) {
    super();
  }
}

@QueryHandler(GetCandles)
export class GetCandlesHandler implements IQueryHandler<GetCandles> {
  constructor(
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly names: Names,
  ) {}

  async execute({ of, query }: GetCandles): Promise<Candles> {
    const { interval = '1m', format = 'rows' } = query;
    const whose =
      'tier' in of
        ? { tier: await this.names.tier(of.tier) }
        : { contract: (await this.names.contract(of.contractId)).contract };
    const request: CandleRequest = {
      ...pageRequest(query),
      ...whose,
      interval,
      from_us: query.from === undefined ? undefined : parseInstant(query.from),
      to_us: query.to === undefined ? undefined : parseInstant(query.to),
    };
    if (format === 'columns') {
      const { data, has_more, cursor, as_of_seq } = await this.models.candleColumns(request);
      return { interval, format, columns: candleColumnsAnswer(data), has_more, cursor, as_of_seq };
    }
    const { data, has_more, cursor, as_of_seq } = await this.models.candles(request);
    return { interval, format, data: data.map(candleAnswer), has_more, cursor, as_of_seq };
  }
}
