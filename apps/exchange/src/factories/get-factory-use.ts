// Use case: a factory’s power sold, offered, free and perished, by delivery window.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { parseInstant } from '@tokenbourse/protocol';
import { factoryUseAnswer } from '../answers/factories';
import { list, pageRequest } from '../answers/page';
import { factoryInPath, type Caller } from '../keys/caller';
import { Names } from '../names';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'getFactoryUse'>>;

export class GetFactoryUse extends Query<Result> {
  constructor(
    readonly factoryId: string,
    readonly query: QueryOf<RouteOf<'getFactoryUse'>>,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(GetFactoryUse)
export class GetFactoryUseHandler implements IQueryHandler<GetFactoryUse> {
  constructor(
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly names: Names,
  ) {}

  async execute({ factoryId, query, caller }: GetFactoryUse): Promise<Result> {
    const account = factoryInPath(caller, factoryId);
    const from_us = query.from === undefined ? undefined : parseInstant(query.from);
    const to_us = query.to === undefined ? undefined : parseInstant(query.to);
    const page = await this.models.factoryUse({ ...pageRequest(query), account, from_us, to_us });
    const contracts = await this.names.contractNames(
      page.data.flatMap(({ tiers }) => tiers.map(({ contract }) => contract)),
    );
    const zones = new Map<number, string>();
    for (const { zone } of page.data) if (!zones.has(zone)) zones.set(zone, await this.names.zoneName(zone));
    return list(page, (row) => factoryUseAnswer(row, zones.get(row.zone)!, contracts));
  }
}
