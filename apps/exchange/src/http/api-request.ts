// What a controller sees of a request: checked body, query and path, and who sent it.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BodyOf, ParamsOf, QueryOf, RouteName, RouteOf } from '@tokenbourse/protocol';
import type { Caller } from '../keys/caller';

export interface ApiRequest<N extends RouteName> extends Omit<FastifyRequest, 'body' | 'query' | 'params'> {
  readonly body: BodyOf<RouteOf<N>>;
  readonly query: QueryOf<RouteOf<N>>;
  readonly params: ParamsOf<RouteOf<N>>;
  readonly caller: Caller;
}

export type ApiReply = FastifyReply;

/** Where the caller keeps its own id of a command other than an order; empty for none. */
export function idempotencyKeyOf(request: Pick<FastifyRequest, 'headers'>): string {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' ? key : '';
}
