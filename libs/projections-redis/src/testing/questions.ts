// For tests: every question with many parameters, and what two stores answer to it.

import { CANDLE_INTERVALS, READ_QUERIES, type ReadModels, type ReadQuery } from '@tokenbourse/projections';
import { HOUR_US } from '@tokenbourse/domain';
import type { MarketScript } from '../../../projections/src/testing/market-script';

export type Asked = readonly [query: ReadQuery, ...params: unknown[]];

const SIDES = [undefined, 'BUY', 'SELL'];
const STATES = [undefined, 'OPEN', 'FILLED', 'CANCELLED'];
const WRONG = [{ limit: 0 }, { limit: 1_001 }, { cursor: 'x' }, { cursor: '1_2_3' }, { limit: 2.5 }];

/** Numbers that exist, and some that don't. */
const upTo = (count: number): number[] => Array.from({ length: count + 2 }, (_, i) => i);

export function everyQuestion(script: MarketScript): Asked[] {
  const contracts = upTo(
    Math.max(...script.records.flatMap(({ events }) => events.map((e) => ('contract' in e ? e.contract : 0)))),
  );
  const accounts = upTo(8);
  const asked: Asked[] = [['status'], ['market'], ['totals'], ['prices'], ['valueSplit']];
  const pages = (query: ReadQuery, filters: readonly object[], ...before: unknown[]): void => {
    for (const filter of filters) {
      for (const limit of [1, 3, undefined]) asked.push([query, ...before, { ...filter, limit }]);
    }
    for (const wrong of WRONG) asked.push([query, ...before, { ...filters[0], ...wrong }]);
  };
  directory(asked, pages, accounts, script);
  market(asked, pages, contracts);
  for (const account of accounts) ofAccount(asked, pages, account, contracts, script);
  return asked;
}

type Pages = (query: ReadQuery, filters: readonly object[], ...before: unknown[]) => void;

function directory(asked: Asked[], pages: Pages, accounts: readonly number[], script: MarketScript): void {
  pages('participants', [{}]);
  pages('accounts', [{}, { participant: 1 }]);
  pages('factories', [{}, { zone: 1 }, { zone: 2 }]);
  pages('apiKeys', [{}, { revoked: true }, { revoked: false }]);
  pages('offers', [{}, { account: 1 }, { window: 1 }, { state: 'OPEN' }, { state: 'CLOSED' }, { state: 'WITHDRAWN' }]);
  for (const number of accounts) {
    for (const query of ['participant', 'account', 'factory', 'apiKey', 'offer'] as const) asked.push([query, number]);
  }
  const hashes = script.records.flatMap(({ events }) =>
    events.flatMap((e) => (e.type === 'ApiKeyCreated' ? [e.hash] : [])),
  );
  for (const hash of ['', 'none', ...hashes]) asked.push(['apiKeyByHash', hash]);
}

function market(asked: Asked[], pages: Pages, contracts: readonly number[]): void {
  const [from_us, to_us] = [1.7e15, 1.9e15 + HOUR_US];
  pages('contracts', [
    {},
    { tier: 1 },
    { zone: 1 },
    { window: 2 },
    { state: 'OPEN' },
    { state: 'SETTLED' },
    { from_us, to_us },
  ]);
  pages('trades', [{}, ...contracts.map((contract) => ({ contract }))]);
  pages('factoryUse', [{}, { account: 2 }, { zone: 1 }, { window: 1 }, { from_us, to_us }]);
  for (const interval of [...CANDLE_INTERVALS, '2m']) {
    for (const owner of [{ contract: 1 }, { contract: 2 }, { tier: 1 }, { tier: 2 }, { tier: 3, contract: 1 }, {}]) {
      pages('candles', [{ ...owner, interval }]);
      asked.push(['candleColumns', { ...owner, interval, limit: 4 }]);
    }
  }
  for (const filter of [{ tier: 1 }, { zone: 1 }, { tier: 2, zone: 2 }, { tier: 99 }]) asked.push(['prices', filter]);
  for (const group_by of ['total', 'tier', 'zone', 'contract']) asked.push(['valueSplit', { group_by }]);
  asked.push(['valueSplit', { tier: 1 }], ['valueSplit', { zone: 1, from_us }], ['valueSplit', { contract: 1, to_us }]);
  for (const contract of contracts) {
    asked.push(['contract', contract], ['contractById', `none-${contract}`], ['depth', contract]);
    asked.push(['depth', contract, { levels: 2 }], ['depth', contract, { levels: 0 }]);
    for (const order of [0, 1, 2, 5, 1_000_000]) asked.push(['order', contract, order]);
  }
}

function ofAccount(
  asked: Asked[],
  pages: Pages,
  account: number,
  contracts: readonly number[],
  script: MarketScript,
): void {
  asked.push(['balance', account]);
  pages('positions', [{}, { settled: true }, { settled: false }, { contract: 1 }], account);
  pages('ledger', [{}, { bucket: 'HELD' }, { bucket: 'AVAILABLE' }], account);
  pages('cashMovements', [{}], account);
  pages('fills', [{}, { contract: contracts[2] }, { contract: 1, order: 2 }, { order: 3 }], account);
  for (const side of SIDES) {
    for (const state of STATES)
      pages(
        'orders',
        [
          { side, state },
          { side, state, contract: 2 },
          { side, state, tier: 1 },
        ],
        account,
      );
  }
  const ids = new Set(script.records.flatMap(({ identity }) => (identity === null ? [] : [identity.command_id])));
  for (const id of ['', 'unknown', ...[...ids].slice(0, 40)]) {
    asked.push(['cashMovement', account, id], ['commandOutcomes', account, id], ['ordersByClientId', account, id]);
    asked.push(['ordersByClientId', account, id, { contract: 1 }]);
  }
}

/** The answer, or the error, as text; and the cursor of the next page. */
export async function answerOf(
  models: ReadModels,
  [query, ...params]: Asked,
): Promise<{ text: string; cursor: string | null | undefined }> {
  const ask = models[query] as (...params: unknown[]) => Promise<{ cursor?: string | null }>;
  try {
    const answer = await ask.apply(models, params);
    return { text: JSON.stringify(answer), cursor: answer.cursor };
  } catch (error) {
    const { name, code, message, field } = error as Error & { code?: string; field?: string };
    if (name !== 'ReadError') throw error;
    return { text: JSON.stringify({ code, message, field }), cursor: undefined };
  }
}

/** Asks both, and for so many further pages of each list; gives what is answered differently. */
export async function differences(
  one: ReadModels,
  other: ReadModels,
  asked: readonly Asked[],
  pages = 3,
): Promise<string[]> {
  const found: string[] = [];
  const compare = async (question: Asked, pagesLeft: number): Promise<void> => {
    const [expected, answered] = await Promise.all([answerOf(one, question), answerOf(other, question)]);
    if (expected.text !== answered.text) found.push(`${JSON.stringify(question)}\n${expected.text}\n${answered.text}`);
    if (typeof expected.cursor !== 'string' || pagesLeft === 0) return;
    const request = question[question.length - 1] as object;
    await compare(
      [...question.slice(0, -1), { ...request, cursor: expected.cursor }] as unknown as Asked,
      pagesLeft - 1,
    );
  };
  for (let i = 0; i < asked.length; i += 50) {
    await Promise.all(asked.slice(i, i + 50).map((question) => compare(question, pages)));
  }
  return found;
}

/** Questions that `asked` does not ask. */
export function unasked(asked: readonly Asked[]): ReadQuery[] {
  const names = new Set(asked.map(([query]) => query));
  return READ_QUERIES.filter((query) => !names.has(query));
}
