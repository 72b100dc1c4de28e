// The market as agents see it, asked from the read models: in this process, in a worker thread or behind a connection.

import type { MarketView, OpenContract, OwnOrder, OwnPosition } from '@tokenbourse/agents';
import type { ContractView, OrderView, Page, PageRequest, PositionView, ReadModels } from '@tokenbourse/projections';

const PAGE = 1_000;

/** All pages of a list, in its order. */
async function whole<T>(ask: (page: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await ask(cursor === null ? { limit: PAGE } : { limit: PAGE, cursor });
    rows.push(...page.data);
    cursor = page.has_more ? page.cursor : null;
  } while (cursor !== null);
  return rows;
}

/**
 * A view of the market whose answers come from `models`. Balances are given as numbers: agents weigh them, they don't
 * keep books. Rejects with what the read models reject with.
 */
export function readModelView(models: ReadModels): MarketView {
  return {
    async directory() {
      const { data: market } = await models.market();
      if (market === null) return null;
      const [participants, accounts, factories] = await Promise.all([
        whole((page) => models.participants(page)),
        whole((page) => models.accounts(page)),
        whole((page) => models.factories(page)),
      ]);
      return {
        windowUs: market.window_us,
        tiers: market.tiers.map(({ tier, name, reference_price_ticks }) => {
          return { tier, name, referencePriceTicks: reference_price_ticks };
        }),
        zones: market.zones,
        participants,
        accounts,
        factories,
      };
    },

    async contracts(nowUs, startsBeforeUs) {
      const rows = await whole((page) => models.contracts({ ...page, state: 'OPEN', to_us: startsBeforeUs }));
      return rows.filter(({ gate_closes_at_us }) => gate_closes_at_us > nowUs).map(openContract);
    },

    async tierPrices() {
      const { data } = await models.prices();
      return data.tiers.map(({ tier, last_price_ticks }) => ({ tier, lastTicks: last_price_ticks }));
    },

    async account(account) {
      const [balance, positions, orders] = await Promise.all([
        models.balance(account),
        whole((page) => models.positions(account, { ...page, settled: false })),
        whole((page) => models.orders(account, { ...page, state: 'OPEN' })),
      ]);
      return {
        availableMicroUsd: Number(balance.data?.available_micro_usd ?? 0),
        positions: positions.map(ownPosition),
        orders: orders.map(ownOrder),
      };
    },

    async reached(sequence) {
      await models.totals({ min_seq: sequence });
    },
  };
}

function openContract(row: ContractView): OpenContract {
  return {
    contract: row.contract,
    tier: row.tier,
    zone: row.zone,
    windowStartUs: row.window_start_at_us,
    windowUs: row.window_us,
    gateClosesAtUs: row.gate_closes_at_us,
    bestBidTicks: row.best_bid_ticks,
    bestAskTicks: row.best_ask_ticks,
    lastTicks: row.last_price_ticks,
    vwapTicks: row.vwap_ticks === null ? null : Number(row.vwap_ticks),
  };
}

function ownPosition(row: PositionView): OwnPosition {
  const { contract, lots, paid_micro_usd, receivable_micro_usd } = row;
  return { contract, lots, paidMicroUsd: Number(paid_micro_usd), receivableMicroUsd: Number(receivable_micro_usd) };
}

function ownOrder(row: OrderView): OwnOrder {
  const { contract, order, side, price_ticks, open_lots, lots } = row;
  return { contract, order, side, priceTicks: price_ticks, openLots: open_lots, lots };
}
