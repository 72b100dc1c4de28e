// The comparison of the engine's state, and of read models, with the auditor's books: each figure in which two of them part
// is told, and nothing else.

import { Auditor } from '@tokenbourse/audit';
import { visitRecords } from '@tokenbourse/domain';
import type { MarketState } from '@tokenbourse/engine';
import { NONE } from '@tokenbourse/matching';
import { InProcessReadModels } from '@tokenbourse/projections';

import { MarketFixture } from '../../../../libs/engine/testing/market-fixture';
import { checkSites, silentSites } from '../../../../test/support/check-sites';
import { compareBooks } from './agreement';
import { compareModels } from './model-agreement';

type Contract = NonNullable<ReturnType<MarketState['contracts']['get']>>;

/** A market with a trade, orders on both sides of a book, a factory with energy sold; and the books of its log. */
function market() {
  const fixture = new MarketFixture();
  const plant = fixture.factory();
  const buyer = fixture.account(1_000_000);
  fixture.order(plant, 'SELL', 100, 500);
  fixture.order(plant, 'SELL', 50, 600);
  fixture.order(buyer, 'BUY', 30, 500);
  fixture.order(buyer, 'BUY', 20, 300);
  fixture.order(buyer, 'BUY', 10, 200);
  const { state } = fixture;
  const auditor = new Auditor((finding) => {
    throw new Error(finding.what);
  });
  visitRecords(fixture.log.bytes(), 1, auditor);
  const models = new InProcessReadModels();
  models.applyPayload(fixture.log.bytes(), 1);
  return { state, contract: state.contracts.get(fixture.contract())!, books: auditor.books, models };
}

type Market = ReturnType<typeof market>;
const best = ({ book }: Contract, side: 'BUY' | 'SELL'): number => book.best(side);

/** Lets an order stand at another price, at the end of the queue there, behind the engine's back. */
function move(contract: Contract, slot: number, price: number): void {
  contract.book.amend(slot, price, contract.book.total(slot), contract.book.open(slot), false);
  contract.book.rest(slot);
}

const differed = new Set<string>();

function compare({ state, books }: Market): string[] {
  const differences: string[] = [];
  compareBooks(state, books, (what) => differences.push(what));
  for (const what of differences) differed.add(what);
  return differences;
}

test('state and books of one log are equal', () => {
  expect(compare(market())).toEqual([]);
});

test.each<[RegExp, (market: Market) => void]>([
  [/number of accounts: 2 in the engine, 3/, ({ books }) => books.accounts.push(books.accounts[2]!)],
  [/account 2: micro-USD free/, ({ state }) => state.accounts.available.add(2, 1)],
  [/account 2: micro-USD on hold/, ({ state }) => state.accounts.held.add(2, 1)],
  [/account 2: open orders/, ({ state }) => state.accounts.countOrders(2, 1)],
  [/account 1: participant/, ({ books }) => Object.assign(books.accounts[1]!, { participant: 9 })],
  [/live contracts/, ({ books }) => books.contracts.delete(9)],
  [
    /factory 1: free energy in mJ/,
    ({ books, contract }) => books.windows.get(contract.window.number)!.energy.set(1, 1n),
  ],
  [/: state: OPEN in the engine, CLOSED/, ({ books }) => (books.contracts.get(3)!.state = 'CLOSED')],
  [/market-data number/, ({ books }) => (books.contracts.get(3)!.sequence += 1)],
  [/last order/, ({ books }) => (books.contracts.get(3)!.lastOrder += 1)],
  [/last trade/, ({ books }) => (books.contracts.get(3)!.lastTrade += 1)],
  [/lots traded/, ({ books }) => (books.contracts.get(3)!.tradedLots += 1)],
  [/escrow in micro-USD/, ({ books }) => (books.contracts.get(3)!.escrow += 1n)],
  [/account 9: lots: 0 in the engine, 4/, ({ books }) => (books.contracts.get(3)!.position(9).lots = 4)],
  [/account 1: lots: -30 in the engine, -29/, ({ books }) => (books.contracts.get(3)!.position(1).lots += 1)],
  [/account 1: lots on sale/, ({ books }) => (books.contracts.get(3)!.position(1).selling += 1)],
  [/micro-USD paid/, ({ books }) => (books.contracts.get(3)!.position(2).paid += 1n)],
  [/micro-USD receivable/, ({ books }) => (books.contracts.get(3)!.position(1).receivable += 1n)],
  [/SELL order at place 1: none in the engine/, ({ contract }) => clear(contract, 'SELL')],
  [/BUY order at place 1: 5 in the engine, 4/, ({ contract }) => move(contract, best(contract, 'BUY'), 100)],
  [/BUY order at place 1: price in ticks: 301/, ({ contract }) => move(contract, best(contract, 'BUY'), 301)],
  [/BUY order at place 1: open lots: 19/, ({ contract }) => contract.book.reduce(best(contract, 'BUY'), 1)],
  [
    /SELL order at place 2: 2 in the engine, none/,
    ({ books }) => books.contracts.get(3)!.asks.leave(books.contracts.get(3)!.orders.get(2)!),
  ],
])('a difference is told: %s', (sentence, plant) => {
  const planted = market();
  plant(planted);
  expect(compare(planted)).toEqual([expect.stringMatching(sentence)]);
});

function clear(contract: Contract, side: 'BUY' | 'SELL'): void {
  for (let slot = best(contract, side); slot !== NONE; slot = best(contract, side)) contract.book.remove(slot);
}

async function compareRead({ models, books }: Market): Promise<string[]> {
  const differences: string[] = [];
  await compareModels(models, books, (what) => differences.push(what));
  for (const what of differences) differed.add(what);
  return differences;
}

test('read models and books of one log are equal', async () => {
  expect(await compareRead(market())).toEqual([]);
});

test.each<[RegExp, (market: Market) => void]>([
  [/account 2: micro-USD free/, ({ books }) => (books.accounts[2]!.available += 1n)],
  [/account 2: micro-USD on hold/, ({ books }) => (books.accounts[2]!.held += 1n)],
  [/account 1: micro-USD receivable/, ({ books }) => (books.contracts.get(3)!.position(1).receivable += 1n)],
  [/market-data number/, ({ books }) => (books.contracts.get(3)!.sequence += 1)],
  [/BUY depth/, ({ books }) => books.contracts.get(3)!.bids.leave(books.contracts.get(3)!.orders.get(5)!)],
])('a difference of the read models is told: %s', async (sentence, plant) => {
  const planted = market();
  plant(planted);
  expect(await compareRead(planted)).toEqual([expect.stringMatching(sentence)]);
});

test('no sentence of the comparison is left that nothing here has brought up', () => {
  const files = ['agreement.ts', 'model-agreement.ts'].map((file) => `apps/operator/src/verification/${file}`);
  const sites = files.flatMap((file) => checkSites(file, [['compare', 0]]));
  expect(sites.length).toBeGreaterThan(20);
  expect(silentSites(sites, differed)).toEqual([]);
});
