// Use case: list the quality tiers.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { formatPrice } from '@tokenbourse/protocol';
import { readOptions, wholeList } from '../answers/page';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'listTiers'>>;

export class ListTiers extends Query<Result> {
  constructor(readonly query: QueryOf<RouteOf<'listTiers'>>) {
    super();
  }
}

@QueryHandler(ListTiers)
export class ListTiersHandler implements IQueryHandler<ListTiers> {
  constructor(@Inject(READ_MODELS) private readonly models: ReadModels) {}

  async execute({ query }: ListTiers): Promise<Result> {
    const { data, as_of_seq } = await this.models.market(readOptions(query));
    return wholeList(data?.tiers ?? [], as_of_seq, (tier) => ({
      tier: tier.name,
      aliases: [...tier.aliases],
      reference_price_usd_per_mtok: formatPrice(tier.reference_price_ticks),
      description: tier.description,
    }));
  }
}
