// Use case: every movement of an account’s cash.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { statementLine } from '../answers/accounts';
import { list, pageRequest } from '../answers/page';
import { formatUsd } from '@tokenbourse/protocol';
import { accountInPath, type Caller } from '../keys/caller';
import { Names } from '../names';
import { READ_MODELS } from '../tokens';

type Result = ResponseOf<RouteOf<'getStatement'>>;

export class GetStatement extends Query<Result> {
  constructor(
    readonly accountId: string,
    readonly query: QueryOf<RouteOf<'getStatement'>>,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(GetStatement)
export class GetStatementHandler implements IQueryHandler<GetStatement> {
  constructor(
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly names: Names,
  ) {}

  async execute({ accountId, query, caller }: GetStatement): Promise<Result> {
    const account = accountInPath(caller, accountId);
    const page = await this.models.ledger(account, { ...pageRequest(query), bucket: query.bucket });
    const names = await this.names.contractNames(page.data.map(({ contract }) => contract));
    const both = (buckets: typeof page.opening) => ({
      available_usd: formatUsd(BigInt(buckets.available_micro_usd)),
      held_usd: formatUsd(BigInt(buckets.held_micro_usd)),
    });
    return {
      opening: both(page.opening),
      closing: both(page.closing),
      ...list(page, (row) => statementLine(row, names.get(row.contract) ?? null)),
    };
  }
}
