// Binds a controller's method to an entry of the route table: path, status, checks, scope and allowance come from there.

import { applyDecorators, HttpCode, RequestMapping, RequestMethod } from '@nestjs/common';
import { RouteConfig, RouteSchema } from '@nestjs/platform-fastify';
import type { FastifySchema } from 'fastify';
import type { ApiScope } from '@tokenbourse/domain';
import { isCommand, ROUTES, type Budget, type RouteName, type RouteSpec } from '@tokenbourse/protocol';

/** What the gatekeeper reads of a route. */
export interface EndpointConfig {
  readonly endpoint: RouteName;
  readonly scope: ApiScope | 'public';
  readonly budget: Budget;
  /** Answers as many rows as its query says. */
  readonly isList: boolean;
}

/** Answers frequent enough that a compiled serializer pays; the rest is written by JSON.stringify. */
const COMPILED_ANSWERS: ReadonlySet<RouteName> = new Set(['placeOrder', 'cancelOrder', 'amendOrder', 'getOrder']);

export function Endpoint(name: RouteName): MethodDecorator {
  const spec: RouteSpec = ROUTES[name];
  const asked = (spec.query as { readonly properties?: object } | undefined)?.properties ?? {};
  const isList = 'limit' in asked && spec.responseType === undefined;
  const config: EndpointConfig = { endpoint: name, scope: spec.scope, budget: spec.budget, isList };
  return applyDecorators(
    RequestMapping({ method: RequestMethod[spec.method], path: spec.path.replace(/\{(\w+)\}/g, ':$1') }),
    HttpCode(spec.status),
    RouteConfig(config),
    RouteSchema(checksOf(name, spec)),
  );
}

const NO_FIELDS = { type: 'object', properties: {}, additionalProperties: false } as const;

/** Only what there is to check: Fastify takes an undefined schema for a forgotten one. A command with a query it doesn't know is refused. */
function checksOf(name: RouteName, spec: RouteSpec): FastifySchema {
  const { params, headers, body, response } = spec;
  const query = spec.query ?? (isCommand(spec) ? NO_FIELDS : undefined);
  const checks: Record<string, unknown> = { params, querystring: query, headers, body };
  if (COMPILED_ANSWERS.has(name)) checks.response = { '2xx': response };
  return Object.fromEntries(Object.entries(checks).filter(([, schema]) => schema !== undefined));
}
