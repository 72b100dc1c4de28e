// The API keys that are in force, by the SHA-256 of their text: no key is kept, and none is compared but in constant time.

import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { API_SCOPES, type ApiScope } from '@tokenbourse/domain';
import type { ReadModels } from '@tokenbourse/projections';
import type { Budget } from '@tokenbourse/protocol';
import { TokenBucket, type Allowance } from '../http/token-bucket';
import type { Caller } from './caller';

export type Allowances = { readonly [B in Budget]: Allowance };

/** How many addresses from which a key was used are remembered. */
const ADDRESSES_MAX = 64;

export interface KeyFacts {
  readonly key: number;
  readonly account: number;
  readonly all_accounts: boolean;
  readonly scopes: readonly string[];
  /** SHA-256 of the key, hexadecimal. */
  readonly hash: string;
}

/** A key in force: its rights and what is left of its allowances. */
export class HeldKey implements Caller {
  readonly key: number;
  readonly account: number;
  readonly allAccounts: boolean;
  readonly scopes: ReadonlySet<ApiScope>;
  readonly digest: Buffer;
  /** Until it is revoked, or held anew. */
  isInForce = true;
  readonly buckets: { readonly [B in Budget]: TokenBucket };
  /** Where it was used with success: from there it passes even while that address is barred for guessing. */
  private readonly addresses = new Set<string>();

  constructor(facts: KeyFacts, allowances: Allowances, nowMs: number) {
    this.key = facts.key;
    this.account = facts.account;
    this.allAccounts = facts.all_accounts;
    this.scopes = new Set(API_SCOPES.filter((scope) => facts.scopes.includes(scope)));
    this.digest = Buffer.from(facts.hash, 'hex');
    this.buckets = {
      reads: new TokenBucket(allowances.reads, nowMs),
      writes: new TokenBucket(allowances.writes, nowMs),
      cancels: new TokenBucket(allowances.cancels, nowMs),
    };
  }

  isKnownFrom(address: string): boolean {
    return this.addresses.has(address);
  }

  remember(address: string): void {
    if (this.addresses.size < ADDRESSES_MAX) this.addresses.add(address);
  }
}

/** The digest under which a key is kept: SHA-256, hexadecimal. */
export function keyDigest(key: string): string {
  return hash('sha256', key, 'hex');
}

/** A new key with 256 random bits. */
export function newKey(): string {
  return `tbk_${randomBytes(32).toString('base64url')}`;
}

export class Keyring {
  private readonly byDigest = new Map<string, HeldKey>();
  private readonly byNumber = new Map<number, string>();

  constructor(private readonly allowances: Allowances) {}

  get size(): number {
    return this.byDigest.size;
  }

  hold(facts: KeyFacts): void {
    this.end(facts.hash);
    this.byDigest.set(facts.hash, new HeldKey(facts, this.allowances, performance.now()));
    this.byNumber.set(facts.key, facts.hash);
  }

  holds(key: number): boolean {
    return this.byNumber.has(key);
  }

  drop(key: number): void {
    const digest = this.byNumber.get(key);
    if (digest === undefined) return;
    this.byNumber.delete(key);
    if (this.byDigest.get(digest)?.key === key) this.end(digest);
  }

  private end(digest: string): void {
    const held = this.byDigest.get(digest);
    if (held === undefined) return;
    held.isInForce = false;
    this.byDigest.delete(digest);
  }

  /** The key in force with that text; undefined where there is none. */
  find(text: string): HeldKey | undefined {
    const digest = keyDigest(text);
    const held = this.byDigest.get(digest);
    // The table finds by the digest, which tells nothing about a key; equality is decided here.
    return held !== undefined && timingSafeEqual(held.digest, Buffer.from(digest, 'hex')) ? held : undefined;
  }

  has(text: string): boolean {
    return this.find(text) !== undefined;
  }

  /** Holds all keys in force at record `sequence`, as the read models know them. */
  async load(models: ReadModels, sequence: number): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await models.apiKeys({
        revoked: false,
        limit: 1_000,
        cursor,
        min_seq: sequence,
        timeout_ms: 60_000,
      });
      for (const key of page.data) this.hold(key);
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined);
  }
}
