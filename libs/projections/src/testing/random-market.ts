// For tests and benchmarks: a seeded stream of records of a market with many accounts, in which everything happens.

import { HOUR_US, SECOND_US } from '@tokenbourse/domain';
import { MarketScript, START_US, type ScriptOrder } from './market-script';

/** Marsaglia's xorshift32; enough for scripts. */
export function randomIntegers(seed: number): (below: number) => number {
  let state = (seed | 0) === 0 ? 0x9e3779b9 : seed | 0;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const FACTORIES = [1, 2, 3];
const TRADERS = [4, 5, 6, 7, 8];

export function randomMarket(seed: number, steps: number): MarketScript {
  const random = randomIntegers(seed);
  const script = new MarketScript().open(['USE', 'EUW']);
  for (const account of FACTORIES) {
    script.factory(account, { joules_per_mtok: 300_001 + random(900_000), licence_ppm: random(300_000) });
  }
  for (const account of TRADERS)
    script.account(account).deposit(account, 1_000_000_000 + random(1_000_000), `d${account}`);
  const windows: { readonly window: number; readonly contracts: number[] }[] = [];
  const list = (): void => {
    const startUs = START_US + (windows.length + 1) * HOUR_US;
    windows.push({ window: windows.length + 1, contracts: script.window([1 + random(5), 1 + random(5)], startUs) });
  };
  list();
  list();
  let settled = 0;
  for (let step = 0; step < steps; step++) {
    script.wait(random(10) === 0 ? random(40 * SECOND_US) : random(1_000));
    if (random(25) === 0) {
      const { window, contracts } = windows[settled++];
      script.settle(contracts, window);
      list();
      continue;
    }
    const { contracts } = windows[settled + random(windows.length - settled)];
    happen(script, contracts[random(contracts.length)], step, random);
  }
  return script;
}

/** What an account may sell without making it: its position less what it has on sale. */
function sellable(script: MarketScript, contract: number, account: number): number {
  const onSale = script.orders
    .filter((order) => order.contract === contract && order.account === account && order.side === 'SELL')
    .reduce((sum, order) => sum + order.open, 0);
  return script.position(contract, account) - onSale;
}

function happen(script: MarketScript, contract: number, step: number, random: (below: number) => number): void {
  const open = script.orders.filter((order) => order.contract === contract);
  const chosen = open[random(Math.max(1, open.length))] as ScriptOrder | undefined;
  const kind = random(10);
  if (chosen === undefined || kind < 4) {
    place(script, contract, step, random);
  } else if (kind < 7) {
    take(script, open, chosen, random);
  } else if (kind === 7) {
    script.cancel(chosen);
  } else if (kind === 8) {
    script.amend(chosen, 1 + random(9_000), 1 + random(chosen.open));
  } else if (chosen.open > 1) {
    script.decrement(chosen, 1 + random(chosen.open - 1));
  } else {
    refuse(script, contract, chosen.account, step);
  }
}

function place(script: MarketScript, contract: number, step: number, random: (below: number) => number): void {
  const account = 1 + random(FACTORIES.length + TRADERS.length);
  const price = random(9_000);
  const id = random(2) === 0 ? `id-${step}` : '';
  const makes = FACTORIES.includes(account);
  const most = makes ? 1_000 : sellable(script, contract, account);
  const sells = most > 0 && random(2) === 0;
  script.place(contract, account, sells ? 'SELL' : 'BUY', price, 1 + random(sells ? most : 1_000), { id });
}

function take(
  script: MarketScript,
  open: readonly ScriptOrder[],
  maker: ScriptOrder,
  random: (below: number) => number,
): void {
  const accounts = [...FACTORIES, ...TRADERS].filter((account) => {
    const sells = maker.side === 'BUY';
    return (
      account !== maker.account &&
      (!sells || FACTORIES.includes(account) || sellable(script, maker.contract, account) > 0)
    );
  });
  const account = accounts[random(accounts.length)];
  const most = maker.side === 'SELL' || FACTORIES.includes(account) ? 2_000 : sellable(script, maker.contract, account);
  const lots = 1 + random(most);
  const makers: (readonly [ScriptOrder, number])[] = [];
  let left = lots;
  for (const order of open) {
    if (left === 0 || makers.length === 3) break;
    if (order.side !== maker.side || order.account === account || order.price !== maker.price) continue;
    const matched = Math.min(order.open, left);
    makers.push([order, matched]);
    left -= matched;
  }
  script.take(makers, account, lots, { fee_ppm: random(3_000) });
}

function refuse(script: MarketScript, contract: number, account: number, step: number): void {
  script.write(
    [{ type: 'OrderRejected', account, contract, code: 'INSUFFICIENT_FUNDS', needed: 5, available: 3, at_us: 0 }],
    'PlaceOrder',
    account,
    contract,
    `no-${step}`,
  );
}
