// Use case: get an order.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ReadModels } from '@tokenbourse/projections';
import type { QueryOf, ResponseOf, RouteOf } from '@tokenbourse/protocol';
import { orderAnswer } from '../answers/orders';
import { readOptions } from '../answers/page';
import type { Caller } from '../keys/caller';
import { READ_MODELS } from '../tokens';
import { numberOf, ownOrder } from './own-order';

type OrderRead = ResponseOf<RouteOf<'getOrder'>>;

export class GetOrder extends Query<OrderRead> {
  constructor(
    readonly orderId: string,
    readonly query: QueryOf<RouteOf<'getOrder'>>,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(GetOrder)
export class GetOrderHandler implements IQueryHandler<GetOrder> {
  constructor(@Inject(READ_MODELS) private readonly models: ReadModels) {}

  async execute({ orderId, query, caller }: GetOrder): Promise<OrderRead> {
    const { data, as_of_seq } = await ownOrder(caller, numberOf(orderId), this.models, readOptions(query));
    return { ...orderAnswer(data), as_of_seq };
  }
}
