// The first look at every request, before its body is read: who sends it, whether that key may, and whether it is too much.

import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problem, ProblemError, type Budget } from '@tokenbourse/protocol';
import { NOBODY, type Caller } from '../keys/caller';
import type { Allowances, HeldKey, Keyring } from '../keys/keyring';
import type { EndpointConfig } from './endpoint';
import { BucketTable, type TokenBucket } from './token-bucket';
import { Turns } from './turns';

/** Wrong keys from one address: further ones are not even compared until the allowance has filled again. */
const GUESSES = { rate: 2, burst: 20 };
const ADDRESSES_MAX = 20_000;
const BEARER = 'Bearer ';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
  }
}

/** Made once: a flood is no time to write stack traces. */
const TOO_MANY_WAIT = new ProblemError(
  problem('OVERLOADED', 'More requests wait than the server keeps; this one was not taken, try again in 1 s.'),
  { 'Retry-After': '1' },
);

export class Gatekeeper {
  private readonly guests: { readonly [B in Budget]: BucketTable };
  private readonly guesses = new BucketTable(GUESSES, ADDRESSES_MAX);
  private readonly turns = new Turns();
  /** With what each connection's last request came: the next one mostly comes with the same, and needs no digest. */
  private readonly lastOn = new WeakMap<Socket, { readonly header: Buffer; readonly held: HeldKey }>();

  constructor(
    private readonly keyring: Keyring,
    allowances: Allowances,
  ) {
    this.guests = {
      reads: new BucketTable(allowances.reads, ADDRESSES_MAX),
      writes: new BucketTable(allowances.writes, ADDRESSES_MAX),
      cancels: new BucketTable(allowances.cancels, ADDRESSES_MAX),
    };
  }

  guard(server: FastifyInstance): void {
    server.decorateRequest('caller', null as unknown as Caller);
    server.addHook('onRequest', (request, reply, done) => {
      const pass = (): void => {
        try {
          this.admit(request, reply);
        } catch (error) {
          done(error as Error);
          return;
        }
        done();
      };
      const { budget } = request.routeOptions.config as Partial<EndpointConfig>;
      // Cancels wait for nobody.
      if (budget === 'cancels') pass();
      else if (!this.turns.enter(request.raw.socket, pass)) done(TOO_MANY_WAIT);
    });
  }

  /** Throws UNAUTHENTICATED, SCOPE_MISSING, RATE_LIMITED. */
  private admit(request: FastifyRequest, reply: FastifyReply): void {
    const config = request.routeOptions.config as Partial<EndpointConfig>;
    const nowMs = performance.now();
    const budget = config.budget ?? 'reads';
    const { authorization } = request.headers;
    if (authorization === undefined) {
      this.count(this.guests[budget].of(senderOf(request.ip), nowMs), budget, reply, nowMs);
      if (config.scope !== undefined && config.scope !== 'public')
        throw unauthenticated('This address needs an API key: send "Authorization: Bearer KEY".');
      request.caller = NOBODY;
      return;
    }
    const held = this.identify(authorization, request, nowMs);
    this.count(held.buckets[budget], budget, reply, nowMs);
    const { scope } = config;
    if (scope !== undefined && scope !== 'public' && !held.scopes.has(scope)) {
      const has = [...held.scopes].join(', ') || 'none';
      throw ProblemError.of('SCOPE_MISSING', `The API key needs the scope ${scope}; it has ${has}.`);
    }
    request.caller = held;
  }

  private identify(authorization: string, { raw, ip: address }: FastifyRequest, nowMs: number): HeldKey {
    const header = Buffer.from(authorization, 'latin1');
    const last = this.lastOn.get(raw.socket);
    if (last?.held.isInForce && isSame(last.header, header)) return last.held;
    const held = this.find(authorization, address, nowMs);
    this.lastOn.set(raw.socket, { header, held });
    return held;
  }

  private find(authorization: string, address: string, nowMs: number): HeldKey {
    const text = authorization.startsWith(BEARER) ? authorization.slice(BEARER.length).trim() : '';
    const held = text === '' ? undefined : this.keyring.find(text);
    if (held?.isKnownFrom(address)) return held;
    const guesses = this.guesses.of(senderOf(address), nowMs);
    if (guesses.isEmpty(nowMs)) {
      throw tooMany('Too many wrong keys came from this address.', guesses);
    }
    if (held === undefined) {
      guesses.take(nowMs);
      throw unauthenticated('The API key is none that is in force; send "Authorization: Bearer KEY".');
    }
    held.remember(address);
    return held;
  }

  private count(bucket: TokenBucket, budget: Budget, reply: FastifyReply, nowMs: number): void {
    const passes = bucket.take(nowMs);
    reply.header('RateLimit', `"${budget}";r=${bucket.left};t=${bucket.secondsToFull()}`);
    if (passes) return;
    const { rate, burst } = bucket.allowance;
    throw tooMany(`The allowance for ${budget} is ${rate} requests per second and ${burst} at once.`, bucket);
  }
}

/** In constant time: a connection may be shared by many, and one must not learn another's key from how long it takes. */
function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Whom an address belongs to: of IPv6 the /64 that one customer is given, or else he has 2^64 senders to guess from. */
export function senderOf(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1]!;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? 0 : tail.split(':').length;
  const zeros = tail === undefined ? 0 : 8 - groups.length - after;
  const all = [...groups, ...Array<string>(zeros).fill('0'), ...(tail ?? '').split(':')];
  return `${all.slice(0, 4).join(':')}::/64`;
}

function unauthenticated(detail: string): ProblemError {
  return new ProblemError(problem('UNAUTHENTICATED', detail), { 'WWW-Authenticate': 'Bearer realm="tokenbourse"' });
}

function tooMany(detail: string, bucket: TokenBucket): ProblemError {
  const seconds = bucket.secondsToNext();
  return new ProblemError(
    problem('RATE_LIMITED', `${detail} Try again in ${seconds} s.`, { retry_after_seconds: seconds }),
    {
      'Retry-After': String(seconds),
    },
  );
}
