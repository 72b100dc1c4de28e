// Participants, accounts, cash and API keys over HTTP.

import { Controller, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { tell } from '../answered';
import { idempotencyKeyOf, type ApiReply, type ApiRequest } from '../http/api-request';
import { Endpoint } from '../http/endpoint';
import { CreateApiKey } from '../keys/create-api-key';
import { ListApiKeys } from '../keys/list-api-keys';
import { RevokeApiKey } from '../keys/revoke-api-key';
import { GetAccount } from './get-account';
import { GetBalances } from './get-balances';
import { GetStatement } from './get-statement';
import { ListAccounts } from './list-accounts';
import { ListFills } from './list-fills';
import { ListParticipants } from './list-participants';
import { ListPositions } from './list-positions';
import { MoveCash } from './move-cash';
import { OpenAccount } from './open-account';
import { RegisterParticipant } from './register-participant';

@Controller()
export class AccountsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Endpoint('registerParticipant')
  async register(@Req() request: ApiRequest<'registerParticipant'>, @Res({ passthrough: true }) reply: ApiReply) {
    return tell(await this.commands.execute(new RegisterParticipant(request.body, idempotencyKeyOf(request))), reply);
  }

  @Endpoint('listParticipants')
  participants(@Req() { query }: ApiRequest<'listParticipants'>) {
    return this.queries.execute(new ListParticipants(query));
  }

  @Endpoint('openAccount')
  async open(@Req() request: ApiRequest<'openAccount'>, @Res({ passthrough: true }) reply: ApiReply) {
    return tell(await this.commands.execute(new OpenAccount(request.body, idempotencyKeyOf(request))), reply);
  }

  @Endpoint('listAccounts')
  accounts(@Req() { query, caller }: ApiRequest<'listAccounts'>) {
    return this.queries.execute(new ListAccounts(query, caller));
  }

  @Endpoint('getAccount')
  account(@Req() { params, query, caller }: ApiRequest<'getAccount'>) {
    return this.queries.execute(new GetAccount(params.account_id, query, caller));
  }

  @Endpoint('deposit')
  async deposit(@Req() request: ApiRequest<'deposit'>, @Res({ passthrough: true }) reply: ApiReply) {
    const { params, body, caller } = request;
    const command = new MoveCash('Deposit', params.account_id, body, idempotencyKeyOf(request), caller);
    return tell(await this.commands.execute(command), reply);
  }

  @Endpoint('withdraw')
  async withdraw(@Req() request: ApiRequest<'withdraw'>, @Res({ passthrough: true }) reply: ApiReply) {
    const { params, body, caller } = request;
    const command = new MoveCash('Withdraw', params.account_id, body, idempotencyKeyOf(request), caller);
    return tell(await this.commands.execute(command), reply);
  }

  @Endpoint('getBalances')
  balances(@Req() { params, query, caller }: ApiRequest<'getBalances'>) {
    return this.queries.execute(new GetBalances(params.account_id, query, caller));
  }

  @Endpoint('listPositions')
  positions(@Req() { params, query, caller }: ApiRequest<'listPositions'>) {
    return this.queries.execute(new ListPositions(params.account_id, query, caller));
  }

  @Endpoint('getStatement')
  statement(@Req() { params, query, caller }: ApiRequest<'getStatement'>) {
    return this.queries.execute(new GetStatement(params.account_id, query, caller));
  }

  @Endpoint('listFills')
  fills(@Req() { params, query, caller }: ApiRequest<'listFills'>) {
    return this.queries.execute(new ListFills(params.account_id, query, caller));
  }

  @Endpoint('createApiKey')
  async createKey(@Req() { body }: ApiRequest<'createApiKey'>, @Res({ passthrough: true }) reply: ApiReply) {
    return tell(await this.commands.execute(new CreateApiKey(body)), reply);
  }

  @Endpoint('listApiKeys')
  keys(@Req() { query }: ApiRequest<'listApiKeys'>) {
    return this.queries.execute(new ListApiKeys(query));
  }

  @Endpoint('revokeApiKey')
  async revokeKey(@Req() request: ApiRequest<'revokeApiKey'>, @Res({ passthrough: true }) reply: ApiReply) {
    const command = new RevokeApiKey(request.params.key_id, idempotencyKeyOf(request));
    return tell(await this.commands.execute(command), reply);
  }
}
