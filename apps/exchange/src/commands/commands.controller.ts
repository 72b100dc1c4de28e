// Commands under their ids over HTTP.

import { Controller, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { ApiRequest } from '../http/api-request';
import { Endpoint } from '../http/endpoint';
import { GetCommand } from './get-command';

@Controller()
export class CommandsController {
  constructor(private readonly queries: QueryBus) {}

  @Endpoint('getCommand')
  get(@Req() { params, query, caller }: ApiRequest<'getCommand'>) {
    return this.queries.execute(new GetCommand(params.command_id, query, caller));
  }
}
