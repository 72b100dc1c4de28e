// Use case: list a factory’s capacity offers.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { offerAnswer } from '../answers/factories';
import { list, pageRequest } from '../answers/page';
import { factoryInPath, type Caller } from '../keys/caller';
import { Names } from '../names';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'listOffers'>>;

export class ListOffers extends Query<Result> {
  constructor(
    readonly factoryId: string,
    readonly query: QueryOf<RouteOf<'listOffers'>>,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(ListOffers)
export class ListOffersHandler implements IQueryHandler<ListOffers> {
  constructor(
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly names: Names,
  ) {}

  async execute({ factoryId, query, caller }: ListOffers): Promise<Result> {
    const account = factoryInPath(caller, factoryId);
    const page = await this.models.offers({ ...pageRequest(query), account, state: query.state });
    const zones = new Map<number, string>();
    for (const { zone } of page.data) if (!zones.has(zone)) zones.set(zone, await this.names.zoneName(zone));
    return list(page, (offer) => offerAnswer(offer, zones.get(offer.zone)!));
  }
}
