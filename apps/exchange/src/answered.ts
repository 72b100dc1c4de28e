// What a command's handler gives back: the answer, and whether an earlier request was answered with it already.

import type { ApiReply } from './http/api-request';

export interface Answered<T> {
  readonly data: T;
  readonly replayed: boolean;
}

export const fresh = <T>(data: T): Answered<T> => ({ data, replayed: false });
export const replay = <T>(data: T): Answered<T> => ({ data, replayed: true });

/** Marks a repeated answer as such; a fresh one keeps its route's status. */
export function tell<T>(answered: Answered<T>, reply: ApiReply): T {
  if (answered.replayed) reply.header('Idempotent-Replayed', 'true').code(200);
  return answered.data;
}
