// Orders over HTTP.

import { Controller, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { tell } from '../answered';
import { idempotencyKeyOf, type ApiReply, type ApiRequest } from '../http/api-request';
import { Endpoint } from '../http/endpoint';
import { AmendOrder } from './amend-order';
import { CancelAllOrders } from './cancel-all-orders';
import { CancelOrder } from './cancel-order';
import { GetOrder } from './get-order';
import { ListOrders } from './list-orders';
import { PlaceOrder } from './place-order';

@Controller()
export class OrdersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Endpoint('placeOrder')
  async place(@Req() { body, caller }: ApiRequest<'placeOrder'>, @Res({ passthrough: true }) reply: ApiReply) {
    return tell(await this.commands.execute(new PlaceOrder(body, caller)), reply);
  }

  @Endpoint('listOrders')
  list(@Req() { query, caller }: ApiRequest<'listOrders'>) {
    return this.queries.execute(new ListOrders(query, caller));
  }

  @Endpoint('getOrder')
  get(@Req() { params, query, caller }: ApiRequest<'getOrder'>) {
    return this.queries.execute(new GetOrder(params.order_id, query, caller));
  }

  @Endpoint('amendOrder')
  async amend(@Req() request: ApiRequest<'amendOrder'>, @Res({ passthrough: true }) reply: ApiReply) {
    const { params, body, caller } = request;
    return tell(
      await this.commands.execute(new AmendOrder(params.order_id, body, idempotencyKeyOf(request), caller)),
      reply,
    );
  }

  @Endpoint('cancelOrder')
  async cancel(@Req() request: ApiRequest<'cancelOrder'>, @Res({ passthrough: true }) reply: ApiReply) {
    const { params, caller } = request;
    return tell(
      await this.commands.execute(new CancelOrder(params.order_id, idempotencyKeyOf(request), caller)),
      reply,
    );
  }

  @Endpoint('cancelAllOrders')
  async cancelAll(@Req() request: ApiRequest<'cancelAllOrders'>, @Res({ passthrough: true }) reply: ApiReply) {
    const { query, caller } = request;
    return tell(await this.commands.execute(new CancelAllOrders(query, idempotencyKeyOf(request), caller)), reply);
  }
}
