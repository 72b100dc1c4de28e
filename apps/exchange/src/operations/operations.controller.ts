// Health, the log and the clock over HTTP.

import { Controller, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { tell } from '../answered';
import { idempotencyKeyOf, type ApiReply, type ApiRequest } from '../http/api-request';
import { Endpoint } from '../http/endpoint';
import { ConfirmClock } from './confirm-clock';
import { GetReady } from './get-ready';
import { ReadLog } from './read-log';

@Controller()
export class OperationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Endpoint('getLive')
  live() {
    return { status: 'LIVE' };
  }

  @Endpoint('getReady')
  async ready(@Res({ passthrough: true }) reply: ApiReply) {
    const ready = await this.queries.execute(new GetReady());
    if (ready.status === 'NOT_READY') reply.code(503).header('Retry-After', '1');
    return ready;
  }

  @Endpoint('readLog')
  async log(@Req() { query }: ApiRequest<'readLog'>, @Res() reply: ApiReply) {
    const { from_seq = '1', limit = 'Infinity' } = query;
    const lines = await this.queries.execute(new ReadLog(Number(from_seq), Number(limit)));
    return reply.type('application/x-ndjson').send(lines);
  }

  @Endpoint('confirmClock')
  async confirmClock(@Req() request: ApiRequest<'confirmClock'>, @Res({ passthrough: true }) reply: ApiReply) {
    return tell(await this.commands.execute(new ConfirmClock(request.body, idempotencyKeyOf(request))), reply);
  }
}
