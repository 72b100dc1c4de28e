// Which part of a list a question asks for, as far as that can be told before it is answered.

import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, type PageRequest, type ReadOptions } from '@tokenbourse/projections';

export interface PageHint {
  readonly below: number | undefined;
  /** Items that the page may need. */
  readonly count: number;
}

/** What of a list the options ask for; a limit or cursor that is none is the answer's to refuse. */
export function hintOf(options: ReadOptions | undefined): PageHint {
  const { limit = PAGE_LIMIT_DEFAULT, cursor } = (options ?? {}) as PageRequest;
  const isLimit = Number.isInteger(limit) && limit >= 1 && limit <= PAGE_LIMIT_MAX;
  const below = cursor !== undefined && /^\d{1,16}$/.test(cursor) ? Number(cursor) : undefined;
  return { below, count: (isLimit ? limit : 1) + 1 };
}
