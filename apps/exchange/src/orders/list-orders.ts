// Use case: list orders, or find those with a client order id.

import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { OrderView, ReadModels } from '@tokenbourse/projections';
import type { OrderResponse, OrdersQuery } from '@tokenbourse/protocol';
import { orderAnswer } from '../answers/orders';
import { list, pageRequest, readOptions, wholeList, type WireList } from '../answers/page';
import { accountNamed, type Caller } from '../keys/caller';
import { Names } from '../names';
import { READ_MODELS } from '../tokens';

export class ListOrders extends Query<WireList<OrderResponse>> {
  constructor(
    readonly query: OrdersQuery,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(ListOrders)
export class ListOrdersHandler implements IQueryHandler<ListOrders> {
  constructor(
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly names: Names,
  ) {}

  async execute({ query, caller }: ListOrders): Promise<WireList<OrderResponse>> {
    const account = accountNamed(caller, query.account_id, 'query');
    const contract = await this.names.contractNumber(query.contract_id);
    const tier = await this.names.tierNumber(query.tier);
    const { client_order_id: clientId, side, status: state } = query;
    if (clientId === undefined) {
      return list(
        await this.models.orders(account, { ...pageRequest(query), contract, tier, side, state }),
        orderAnswer,
      );
    }
    const { data, as_of_seq } = await this.models.ordersByClientId(account, clientId, {
      ...readOptions(query),
      contract,
    });
    const orders = data
      .flatMap((found) => (found.outcome === 'ACCEPTED' ? [found.order] : []))
      .filter((order: OrderView) => (side ?? order.side) === order.side && (state ?? order.state) === order.state);
    return wholeList(orders, as_of_seq, orderAnswer);
  }
}
