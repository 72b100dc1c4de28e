// Finds an order that the caller may touch. What belongs to others is answered like what isn't there.

import type { OrderView, ReadModels, ReadOptions } from '@tokenbourse/projections';
import { orderNumberOf, type OrderNumber } from '@tokenbourse/protocol';
import type { Health } from '../health';
import { maySee, notFound, type Caller } from '../keys/caller';

/** The numbers in an order's id. Throws UNKNOWN_ORDER where the text is none. */
export function numberOf(orderId: string): OrderNumber {
  const number = orderNumberOf(orderId);
  if (number === undefined) throw notFound('UNKNOWN_ORDER');
  return number;
}

/** The account of a command on this order: the key's own, or for a key of all accounts the order's. */
export async function accountOfOrder(
  caller: Caller,
  number: OrderNumber,
  models: ReadModels,
  health: Health,
): Promise<number> {
  if (!caller.allAccounts) {
    if (caller.account === 0) throw notFound('UNKNOWN_ORDER');
    return caller.account;
  }
  const { data } = await models.order(number.contract, number.order);
  if (data !== null) return data.account;
  // An order placed a moment ago may be in a record that the read models have not come to yet; only then it is waited for.
  return (await ownOrder(caller, number, models, { min_seq: health.writer().sequence })).data.account;
}

/** Throws UNKNOWN_ORDER. */
export async function ownOrder(
  caller: Caller,
  { contract, order }: OrderNumber,
  models: ReadModels,
  options: ReadOptions = {},
): Promise<{ readonly as_of_seq: number; readonly data: OrderView }> {
  const { as_of_seq, data } = await models.order(contract, order, options);
  if (data === null || !maySee(caller, data.account)) throw notFound('UNKNOWN_ORDER');
  return { as_of_seq, data };
}
