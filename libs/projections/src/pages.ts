// Pages of lists: what a request may ask, and how the next page is found again. A cursor names the last item of its page,
// so pages stay in step while the list grows.

import { invalidRequest } from './errors';
import type { PageRequest } from './queries';

export const PAGE_LIMIT_MAX = 1_000;
export const PAGE_LIMIT_DEFAULT = 100;

export interface PageData<T> {
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly cursor: string | null;
}

export function limitOf(request: PageRequest): number {
  const limit = request.limit ?? PAGE_LIMIT_DEFAULT;
  if (Number.isInteger(limit) && limit >= 1 && limit <= PAGE_LIMIT_MAX) return limit;
  throw invalidRequest('limit', `must be an integer from 1 to ${PAGE_LIMIT_MAX}, not ${limit}`);
}

/** The numbers in a cursor; undefined without one. */
export function cursorOf(request: PageRequest, numbers = 1): readonly number[] | undefined {
  if (request.cursor === undefined) return undefined;
  const parts = request.cursor.split('_');
  const known = parts.length === numbers && parts.every((part) => /^\d{1,16}$/.test(part));
  if (!known) throw invalidRequest('cursor', 'is none that a page of this list gave; leave it out for the first page');
  return parts.map(Number);
}

/** Takes a page from `items`, which begin behind the cursor. */
export function pageOf<S, T>(
  items: Iterable<S>,
  limit: number,
  cursor: (item: S) => string,
  view: (item: S) => T,
): PageData<T> {
  const data: T[] = [];
  let last: S | undefined;
  for (const item of items) {
    if (data.length === limit) return { data, has_more: true, cursor: cursor(last as S) };
    data.push(view(item));
    last = item;
  }
  return { data, has_more: false, cursor: null };
}

/** A page of things in ascending order of a number of theirs. */
export function ascendingPage<S, T>(
  items: Iterable<S>,
  request: PageRequest,
  number: (item: S) => number,
  matches: (item: S) => boolean,
  view: (item: S) => T,
): PageData<T> {
  const after = cursorOf(request)?.[0] ?? -1;
  function* behind(): Iterable<S> {
    for (const item of items) if (number(item) > after && matches(item)) yield item;
  }
  return pageOf(behind(), limitOf(request), (item) => String(number(item)), view);
}

/** Numbers from the newest (or from below the cursor) down to `first`, of those that match. */
export function* descending(
  first: number,
  next: number,
  request: PageRequest,
  matches: (number: number) => boolean = () => true,
): Iterable<number> {
  const below = Math.min(cursorOf(request)?.[0] ?? next, next);
  for (let number = below - 1; number >= first; number--) if (matches(number)) yield number;
}
