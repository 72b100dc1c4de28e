// Answers about an account's money: balance, positions, ledger statement, deposits and withdrawals.

import { averageTicks, minus, plus, toWide, type Exact } from '../exact';
import type { AnswerModels } from '../answer-models';
import { movementOf, type Movement } from '../models/ledger';
import type { Position } from '../models/positions';
import { cursorOf, descending, limitOf, pageOf, type PageData } from '../pages';
import type {
  BalanceView,
  CashMovementView,
  LedgerEntryView,
  LedgerRequest,
  LedgerStatement,
  PageRequest,
  PositionView,
} from '../queries';

/** Null for an account that was never opened; the house account is always there. */
export function balance({ balances, directory, positions }: AnswerModels, account: number): BalanceView | null {
  const found = balances.accounts.get(account);
  if (found === undefined && account !== 0 && !directory.accounts.has(account)) return null;
  let paid: Exact = 0;
  for (const [, position] of positions.ofAccount(account, false)) paid = plus(paid, position.paid);
  return {
    account,
    available_micro_usd: toWide(found?.available ?? 0),
    held_micro_usd: toWide(found?.held ?? 0),
    receivable_micro_usd: toWide(found?.receivable ?? 0),
    paid_micro_usd: toWide(paid),
  };
}

function positionView(
  { contracts }: AnswerModels,
  account: number,
  contract: number,
  position: Position,
): PositionView {
  return {
    account,
    contract,
    contract_id: contracts.contracts.get(contract)?.contract_id ?? '',
    lots: position.lots,
    bought_lots: toWide(position.bought),
    sold_lots: toWide(position.sold),
    paid_micro_usd: toWide(position.paid),
    receivable_micro_usd: toWide(position.receivable),
    average_price_ticks: averageTicks(position.cost, Math.abs(position.lots)),
    settled: position.settled,
  };
}

export function positions(
  models: AnswerModels,
  account: number,
  request: PageRequest & { readonly contract?: number; readonly settled?: boolean },
): PageData<PositionView> {
  const after = cursorOf(request)?.[0] ?? 0;
  const found = [...models.positions.ofAccount(account, request.settled)].filter(
    ([contract]) => contract > after && (request.contract === undefined || contract === request.contract),
  );
  found.sort(([a], [b]) => a - b);
  return pageOf(
    found,
    limitOf(request),
    ([contract]) => String(contract),
    ([contract, position]) => positionView(models, account, contract, position),
  );
}

function entryView(account: number, movement: Movement): LedgerEntryView {
  const { number, sequence, at_us, event, bucket, contract, reference } = movement;
  const balance = bucket === 'HELD' ? movement.held : movement.available;
  const figures = { delta_micro_usd: toWide(movement.delta), balance_micro_usd: toWide(balance) };
  return { account, number, sequence, at_us, event, bucket, contract, reference, ...figures };
}

const cash = (available: Exact, held: Exact): LedgerStatement['opening'] => ({
  available_micro_usd: toWide(available),
  held_micro_usd: toWide(held),
});

export function ledger(
  { ledger }: AnswerModels,
  account: number,
  request: LedgerRequest,
): Omit<LedgerStatement, 'as_of_seq'> {
  const ring = ledger.movements.get(account);
  const numbers = descending(ring?.first ?? 1, ring?.next ?? 1, request, (number) => {
    return request.bucket === undefined || movementOf(ring!, number).bucket === request.bucket;
  });
  const page = pageOf(numbers, limitOf(request), String, (number) => movementOf(ring!, number));
  const data = page.data.map((movement) => entryView(account, movement));
  const newest = page.data[0];
  const oldest = page.data[page.data.length - 1];
  if (newest === undefined) return { ...page, data, opening: cash(0, 0), closing: cash(0, 0) };
  const opening =
    oldest.bucket === 'HELD'
      ? cash(oldest.available, minus(oldest.held, oldest.delta))
      : cash(minus(oldest.available, oldest.delta), oldest.held);
  return { ...page, data, opening, closing: cash(newest.available, newest.held) };
}

/** Accepted ones, newest first. */
export function cashMovements(
  { cash }: AnswerModels,
  account: number,
  request: PageRequest,
): PageData<CashMovementView> {
  const below = cursorOf(request)?.[0] ?? Infinity;
  const sequences = [...cash.of(account)].reverse().filter((sequence) => sequence < below);
  return pageOf(sequences, limitOf(request), String, (sequence) => cash.accepted.get(sequence)!);
}
