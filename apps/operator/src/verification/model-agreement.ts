// Compares rebuilt read models with the auditor's books where both say the same thing: each account's cash, each live
// contract's depth. What a reader is answered is then what the market owes him.

import type { Books, ContractBook } from '@tokenbourse/audit';
import { SIDES, type Side } from '@tokenbourse/domain';
import type { DepthLevel, InProcessReadModels } from '@tokenbourse/projections';

/** Levels of a side that are compared, from the best on. */
const LEVELS = 100;

/** Calls `differs` for each figure in which the two differ. */
export async function compareModels(
  models: InProcessReadModels,
  books: Books,
  differs: (what: string) => void,
): Promise<void> {
  const compare = (what: string, read: unknown, audited: unknown): void => {
    if (read !== audited)
      differs(`${what}: ${String(read)} in the read models, ${String(audited)} in the auditor's books`);
  };
  const receivables = receivablesOf(books);
  for (const { number, available, held } of books.accounts) {
    const { data } = await models.balance(number);
    compare(`account ${number}: micro-USD free`, data?.available_micro_usd, String(available));
    compare(`account ${number}: micro-USD on hold`, data?.held_micro_usd, String(held));
    compare(
      `account ${number}: micro-USD receivable`,
      data?.receivable_micro_usd,
      String(receivables.get(number) ?? 0n),
    );
  }
  for (const contract of books.contracts.values()) {
    const { data } = await models.depth(contract.number, { levels: LEVELS });
    compare(`${contract.id}: market-data number`, data?.contract_sequence, contract.sequence);
    for (const side of SIDES) {
      const read = (side === 'BUY' ? data?.bids : data?.asks) ?? [];
      compare(`${contract.id}: ${side} depth`, JSON.stringify(read), JSON.stringify(depthOf(contract, side)));
    }
  }
}

/** Micro-USD by account, over all live contracts. */
function receivablesOf(books: Books): Map<number, bigint> {
  const sums = new Map<number, bigint>();
  for (const { positions } of books.contracts.values()) {
    for (const [account, { receivable }] of positions) sums.set(account, (sums.get(account) ?? 0n) + receivable);
  }
  return sums;
}

function depthOf(contract: ContractBook, side: Side): DepthLevel[] {
  const levels: { price_ticks: number; lots: number; orders: number }[] = [];
  let last: (typeof levels)[number] | undefined;
  for (const { price, open } of contract.queue(side)) {
    if (last?.price_ticks !== price) {
      if (levels.length === LEVELS) break;
      last = { price_ticks: price, lots: 0, orders: 0 };
      levels.push(last);
    }
    last.lots += open;
    last.orders += 1;
  }
  // Orders at price 0 are backed by nothing: what is more than a reader can be told exactly, he is told as the largest.
  for (const level of levels) level.lots = Math.min(level.lots, Number.MAX_SAFE_INTEGER);
  return levels;
}
