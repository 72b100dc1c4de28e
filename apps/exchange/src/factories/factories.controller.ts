// Factories and their capacity offers over HTTP.

import { Controller, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { tell } from '../answered';
import { idempotencyKeyOf, type ApiReply, type ApiRequest } from '../http/api-request';
import { Endpoint } from '../http/endpoint';
import { GetFactory } from './get-factory';
import { GetFactoryUse } from './get-factory-use';
import { ListFactories } from './list-factories';
import { ListOffers } from './list-offers';
import { PostOffer } from './post-offer';
import { RegisterFactory } from './register-factory';
import { SetFactoryCosts } from './set-factory-costs';
import { WithdrawOffer } from './withdraw-offer';

@Controller()
export class FactoriesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Endpoint('registerFactory')
  async register(@Req() request: ApiRequest<'registerFactory'>, @Res({ passthrough: true }) reply: ApiReply) {
    const { body, caller } = request;
    return tell(await this.commands.execute(new RegisterFactory(body, idempotencyKeyOf(request), caller)), reply);
  }

  @Endpoint('listFactories')
  list(@Req() { query, caller }: ApiRequest<'listFactories'>) {
    return this.queries.execute(new ListFactories(query, caller));
  }

  @Endpoint('getFactory')
  get(@Req() { params, query, caller }: ApiRequest<'getFactory'>) {
    return this.queries.execute(new GetFactory(params.factory_id, query, caller));
  }

  @Endpoint('setFactoryCosts')
  async setCosts(@Req() request: ApiRequest<'setFactoryCosts'>, @Res({ passthrough: true }) reply: ApiReply) {
    const { params, body, caller } = request;
    const command = new SetFactoryCosts(params.factory_id, body, idempotencyKeyOf(request), caller);
    return tell(await this.commands.execute(command), reply);
  }

  @Endpoint('postOffer')
  async postOffer(@Req() request: ApiRequest<'postOffer'>, @Res({ passthrough: true }) reply: ApiReply) {
    const { params, body, caller } = request;
    const command = new PostOffer(params.factory_id, body, idempotencyKeyOf(request), caller);
    return tell(await this.commands.execute(command), reply);
  }

  @Endpoint('listOffers')
  offers(@Req() { params, query, caller }: ApiRequest<'listOffers'>) {
    return this.queries.execute(new ListOffers(params.factory_id, query, caller));
  }

  @Endpoint('withdrawOffer')
  async withdrawOffer(@Req() request: ApiRequest<'withdrawOffer'>, @Res({ passthrough: true }) reply: ApiReply) {
    const { params, caller } = request;
    const command = new WithdrawOffer(params.factory_id, params.offer_id, idempotencyKeyOf(request), caller);
    return tell(await this.commands.execute(command), reply);
  }

  @Endpoint('getFactoryUse')
  use(@Req() { params, query, caller }: ApiRequest<'getFactoryUse'>) {
    return this.queries.execute(new GetFactoryUse(params.factory_id, query, caller));
  }
}
