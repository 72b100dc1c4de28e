// A client that holds every answer against the schema that the API documents for it.

import {
  compileCheck,
  ProblemReply,
  problemsOf,
  ROUTES,
  type CallOf,
  type Check,
  type Problem,
  type ResponseOf,
  type RouteName,
  type RouteOf,
  type RouteSpec,
  type TokenbourseClient,
} from '@tokenbourse/protocol';

const checks = new Map<RouteName, Check<unknown>>();

function checkOf(name: RouteName): Check<unknown> {
  let check = checks.get(name);
  if (check === undefined) checks.set(name, (check = compileCheck(ROUTES[name].response)));
  return check;
}

export class CheckedClient {
  /** Routes that were asked with success, by all of these clients. */
  static readonly asked = new Set<RouteName>();

  constructor(private readonly client: TokenbourseClient) {}

  /** The answer's body, once status and shape are as documented. */
  async ask<N extends RouteName>(name: N, call: CallOf<N>): Promise<ResponseOf<RouteOf<N>>> {
    return (await this.reply(name, call)).data;
  }

  async reply<N extends RouteName>(name: N, call: CallOf<N>) {
    const spec: RouteSpec = ROUTES[name];
    const reply = await this.client.reply(name, call);
    if (![spec.status, ...(spec.alsoStatus ?? [])].includes(reply.status)) {
      throw new Error(`${name} answered ${reply.status}, which is not documented`);
    }
    const faults = checkOf(name).faults(reply.data, name);
    if (faults.length > 0) throw new Error(`${name} answered in another shape: ${JSON.stringify(faults)}`);
    CheckedClient.asked.add(name);
    return reply;
  }

  /** The problem with which the call is refused, once its code is a documented one. */
  async refusal<N extends RouteName>(name: N, call: CallOf<N>): Promise<Problem> {
    try {
      await this.client.reply(name, call);
    } catch (error) {
      if (!(error instanceof ProblemReply)) throw error;
      if (!problemsOf(ROUTES[name]).includes(error.problem.code)) {
        throw new Error(`${name} was refused with ${error.problem.code}, which is not documented`, { cause: error });
      }
      return error.problem;
    }
    throw new Error(`${name} was not refused`);
  }
}
