// A typed client of the API, made from the route table: one method, `call`, whose types follow from the route's name.

import type { Problem } from './problems';
import type { BodyOf, ParamsOf, QueryOf, ResponseOf, RouteSpec } from './routes/route';
import type { PendingCommand } from './schemas/commands';
import { ROUTES, type RouteName, type RouteOf } from './routes/table';

type Needed<K extends string, T> = T extends undefined ? { readonly [P in K]?: undefined } : { readonly [P in K]: T };
type Asked<T> = T extends undefined ? { readonly query?: undefined } : { readonly query?: T };

/** What a call of that route takes. */
export type CallOf<N extends RouteName> = Needed<'params', ParamsOf<RouteOf<N>>> &
  Asked<QueryOf<RouteOf<N>>> &
  Needed<'body', BodyOf<RouteOf<N>>> & {
    /** Sent as Idempotency-Key: the same call sent again is answered, not made, again. */
    readonly idempotencyKey?: string;
    /** Instead of the client's own key. */
    readonly key?: string;
    readonly signal?: AbortSignal;
  };

export interface Reply<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: T;
}

/** Every answer that is no success. */
export class ProblemReply extends Error {
  constructor(
    readonly problem: Problem,
    readonly headers: Headers,
  ) {
    super(`${problem.status} ${problem.code}: ${problem.detail}`);
    this.name = 'ProblemReply';
  }
}

/** The market has the command and will decide it: ask by its id. */
export class PendingReply extends Error {
  constructor(
    readonly pending: PendingCommand,
    readonly headers: Headers,
  ) {
    super(`the command ${pending.command_id} is not decided yet; ask at ${pending.outcome_path}`);
    this.name = 'PendingReply';
  }
}

export class TokenbourseClient {
  private readonly base: string;

  /** `base` is the server's address, e.g. http://127.0.0.1:3000; `key` an API key, for routes that need one. */
  constructor(
    base: string,
    private readonly key = '',
  ) {
    this.base = base.replace(/\/$/, '');
  }

  /** The answer's body. Throws ProblemReply, PendingReply, and fetch's own errors where nothing answers. */
  async call<N extends RouteName>(name: N, call: CallOf<N>): Promise<ResponseOf<RouteOf<N>>> {
    return (await this.reply(name, call)).data;
  }

  /** The answer with status and headers. */
  async reply<N extends RouteName>(name: N, call: CallOf<N>): Promise<Reply<ResponseOf<RouteOf<N>>>> {
    const spec: RouteSpec = ROUTES[name];
    const { params, query, body, idempotencyKey, key = this.key, signal } = call as CallOf<RouteName>;
    const headers: Record<string, string> = {};
    if (key !== '') headers.authorization = `Bearer ${key}`;
    if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await fetch(`${this.base}${addressOf(spec, params ?? {}, query ?? {})}`, {
      method: spec.method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    });
    const data = isJson(response) ? await response.json() : await response.text();
    if (!response.ok && (response.headers.get('content-type') ?? '').startsWith('application/problem+json')) {
      throw new ProblemReply(data as Problem, response.headers);
    }
    if (response.status === 202) throw new PendingReply(data as PendingCommand, response.headers);
    return { status: response.status, headers: response.headers, data: data as ResponseOf<RouteOf<N>> };
  }
}

function isJson(response: Response): boolean {
  return /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '');
}

function addressOf(spec: RouteSpec, params: object, query: object): string {
  const values = params as Readonly<Record<string, string>>;
  const path = spec.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined)).toString();
  return search === '' ? path : `${path}?${search}`;
}
