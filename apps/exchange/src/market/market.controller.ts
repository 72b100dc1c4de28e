// Market data, prices, the value split and the market's settings over HTTP.

import { Controller, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { tell } from '../answered';
import { idempotencyKeyOf, type ApiReply, type ApiRequest } from '../http/api-request';
import { Endpoint } from '../http/endpoint';
import { AddZone } from './add-zone';
import { GetCandles } from './get-candles';
import { GetContract } from './get-contract';
import { GetDepth } from './get-depth';
import { GetMarket } from './get-market';
import { GetPrices } from './get-prices';
import { GetValueSplit } from './get-value-split';
import { ListContracts } from './list-contracts';
import { ListTiers } from './list-tiers';
import { ListTrades } from './list-trades';
import { ListZones } from './list-zones';
import { SetFees } from './set-fees';
import { SetLimits } from './set-limits';
import { SetSplitRule } from './set-split-rule';

@Controller()
export class MarketController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Endpoint('listTiers')
  tiers(@Req() { query }: ApiRequest<'listTiers'>) {
    return this.queries.execute(new ListTiers(query));
  }

  @Endpoint('listZones')
  zones(@Req() { query }: ApiRequest<'listZones'>) {
    return this.queries.execute(new ListZones(query));
  }

  @Endpoint('listContracts')
  contracts(@Req() { query }: ApiRequest<'listContracts'>) {
    return this.queries.execute(new ListContracts(query));
  }

  @Endpoint('getContract')
  contract(@Req() { params, query }: ApiRequest<'getContract'>) {
    return this.queries.execute(new GetContract(params.contract_id, query));
  }

  @Endpoint('getDepth')
  depth(@Req() { params, query }: ApiRequest<'getDepth'>) {
    return this.queries.execute(new GetDepth(params.contract_id, query));
  }

  @Endpoint('listTrades')
  trades(@Req() { params, query }: ApiRequest<'listTrades'>) {
    return this.queries.execute(new ListTrades(params.contract_id, query));
  }

  @Endpoint('getCandles')
  candles(@Req() { params, query }: ApiRequest<'getCandles'>) {
    return this.queries.execute(new GetCandles({ contractId: params.contract_id }, query));
  }

  @Endpoint('getTierCandles')
  tierCandles(@Req() { params, query }: ApiRequest<'getTierCandles'>) {
    return this.queries.execute(new GetCandles({ tier: params.tier }, query));
  }

  @Endpoint('getPrices')
  prices(@Req() { query }: ApiRequest<'getPrices'>) {
    return this.queries.execute(new GetPrices(query));
  }

  @Endpoint('getValueSplit')
  valueSplit(@Req() { query }: ApiRequest<'getValueSplit'>) {
    return this.queries.execute(new GetValueSplit(query));
  }

  @Endpoint('getMarket')
  market(@Req() { query }: ApiRequest<'getMarket'>) {
    return this.queries.execute(new GetMarket(query));
  }

  @Endpoint('addZone')
  async addZone(@Req() request: ApiRequest<'addZone'>, @Res({ passthrough: true }) reply: ApiReply) {
    return tell(await this.commands.execute(new AddZone(request.body, idempotencyKeyOf(request))), reply);
  }

  @Endpoint('setFees')
  async setFees(@Req() request: ApiRequest<'setFees'>, @Res({ passthrough: true }) reply: ApiReply) {
    return tell(await this.commands.execute(new SetFees(request.body, idempotencyKeyOf(request))), reply);
  }

  @Endpoint('setLimits')
  async setLimits(@Req() request: ApiRequest<'setLimits'>, @Res({ passthrough: true }) reply: ApiReply) {
    return tell(await this.commands.execute(new SetLimits(request.body, idempotencyKeyOf(request))), reply);
  }

  @Endpoint('setSplitRule')
  async setSplitRule(@Req() request: ApiRequest<'setSplitRule'>, @Res({ passthrough: true }) reply: ApiReply) {
    return tell(await this.commands.execute(new SetSplitRule(request.body, idempotencyKeyOf(request))), reply);
  }
}
