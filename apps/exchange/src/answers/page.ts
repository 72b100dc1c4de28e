// What all reads have in common: how a query's page and `min_seq` are asked, how pages are answered.

import { formatDecimal } from '@tokenbourse/protocol';
import type { Page, PageRequest, ReadOptions } from '@tokenbourse/projections';

interface ReadQuery {
  readonly min_seq?: string;
}

interface ListQuery extends ReadQuery {
  readonly limit?: string;
  readonly cursor?: string;
}

export function readOptions(query: ReadQuery): ReadOptions {
  return query.min_seq === undefined ? {} : { min_seq: Number(query.min_seq) };
}

export function pageRequest(query: ListQuery): PageRequest {
  return {
    ...readOptions(query),
    limit: query.limit === undefined ? undefined : Number(query.limit),
    cursor: query.cursor,
  };
}

export interface WireList<T> {
  readonly data: T[];
  readonly has_more: boolean;
  readonly cursor: string | null;
  readonly as_of_seq: number;
}

export function list<R, T>(page: Page<R>, write: (row: R) => T): WireList<T> {
  return { data: page.data.map(write), has_more: page.has_more, cursor: page.cursor, as_of_seq: page.as_of_seq };
}

/** A list that is answered whole. */
export function wholeList<R, T>(rows: readonly R[], asOfSeq: number, write: (row: R) => T): WireList<T> {
  return { data: rows.map(write), has_more: false, cursor: null, as_of_seq: asOfSeq };
}

/** An average, given in ticks with up to three decimals, in USD per million tokens with six. */
export function formatAverage(ticks: string): string {
  const [whole = '0', fraction = ''] = ticks.split('.');
  return formatDecimal(BigInt(whole + fraction.padEnd(3, '0')), 6);
}

export const orNull = <T, R>(value: T | null, write: (value: T) => R): R | null =>
  value === null ? null : write(value);
