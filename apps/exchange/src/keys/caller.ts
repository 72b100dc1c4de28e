// Who sent a request: what its API key allows.

import { formatId, parseId, type ApiScope } from '@tokenbourse/domain';
import { invalidRequest, problem, ProblemError, refusalSentence } from '@tokenbourse/protocol';

export interface Caller {
  /** Number of the API key; 0 for a request without one. */
  readonly key: number;
  /** The account that the key speaks for; 0 for none. */
  readonly account: number;
  /** May act for every account. */
  readonly allAccounts: boolean;
  readonly scopes: ReadonlySet<ApiScope>;
}

export const NOBODY: Caller = { key: 0, account: 0, allAccounts: false, scopes: new Set() };

/** What an account that isn't there and one that isn't yours have in common: their answer. */
export function notFound(
  code: 'UNKNOWN_ACCOUNT' | 'UNKNOWN_FACTORY' | 'UNKNOWN_ORDER' | 'UNKNOWN_OFFER',
): ProblemError {
  return new ProblemError(problem(code, refusalSentence({ code, needed: 0, available: 0, at_us: 0 })));
}

export function maySee(caller: Caller, account: number): boolean {
  return caller.allAccounts || (account !== 0 && caller.account === account);
}

/** The account in an id of the path. Throws 404 where the caller may not act for it. */
export function accountInPath(caller: Caller, accountId: string): number {
  const account = parseId('account', accountId);
  if (account === undefined || !maySee(caller, account)) throw notFound('UNKNOWN_ACCOUNT');
  return account;
}

/** The account of a factory's id in the path. Throws 404 where the caller may not act for it. */
export function factoryInPath(caller: Caller, factoryId: string): number {
  const account = parseId('factory', factoryId);
  if (account === undefined || !maySee(caller, account)) throw notFound('UNKNOWN_FACTORY');
  return account;
}

/** The account that a request names, or else the one that the key speaks for. `place` is where it would be named. */
export function accountNamed(caller: Caller, accountId: string | undefined, place: 'body' | 'query'): number {
  if (accountId !== undefined) return accountInPath(caller, accountId);
  if (caller.account !== 0) return caller.account;
  const example = formatId('account', 1);
  throw invalidRequest([
    {
      path: `/${place}/account_id`,
      message: `is missing; this key speaks for no account of its own, so name one, such as "${example}"`,
    },
  ]);
}
