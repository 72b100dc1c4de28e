// Answers about factories' power: what of a window's energy is sold, on offer, free, and has perished.
//
// Sold is what the factory must make: its negative position; on offer is what its open sell orders could add to that
// (Σ over tiers of max(0, open sell lots − position) × joules_per_mtok ≤ budget).

import type { AnswerModels } from '../answer-models';
import type { ContractDocument } from '../models/contracts';
import type { FactoryDocument } from '../models/directory';
import type { WindowDocument } from '../models/factory-use';
import { cursorOf, limitOf, pageOf, type PageData } from '../pages';
import type { FactoryUseFilter, FactoryUseView, PageRequest } from '../queries';

export interface Energy {
  readonly soldLots: number;
  readonly offeredLots: number;
  readonly sold: bigint;
  readonly offered: bigint;
}

/** What a factory has sold and offers of one contract. */
export function energyOf(
  models: AnswerModels,
  factory: FactoryDocument,
  contract: ContractDocument,
  sells: ReadonlyMap<number, number>,
): Energy {
  const made = factory.yields.find(({ tier }) => tier === contract.tier);
  const position = models.positions.of(contract.contract, factory.account)?.lots ?? 0;
  const soldLots = Math.max(0, -position);
  const offeredLots = Math.max(0, (sells.get(contract.contract) ?? 0) - position) - soldLots;
  const joules = BigInt(made?.joules_per_mtok ?? 0);
  return { soldLots, offeredLots, sold: BigInt(soldLots) * joules, offered: BigInt(offeredLots) * joules };
}

export function contractsByWindow({ contracts }: AnswerModels): ReadonlyMap<number, readonly ContractDocument[]> {
  const byWindow = new Map<number, ContractDocument[]>();
  for (const contract of contracts.contracts.values()) {
    const found = byWindow.get(contract.window);
    if (found === undefined) byWindow.set(contract.window, [contract]);
    else found.push(contract);
  }
  return byWindow;
}

interface Row {
  readonly window: WindowDocument;
  readonly account: number;
}

function useView(
  models: AnswerModels,
  { window, account }: Row,
  contracts: readonly ContractDocument[],
): FactoryUseView {
  const use = models.factoryUse.use.get(window.window, account)!;
  const factory = models.directory.factories.get(account)!;
  const sells = models.orders.openSells(account);
  const tiers = contracts
    .map((contract) => ({ contract, energy: energyOf(models, factory, contract, sells) }))
    .filter(({ energy }) => energy.soldLots > 0 || energy.offeredLots > 0)
    .map(({ contract: { contract, tier }, energy }) => ({
      tier,
      tier_name: models.market.tierName(tier),
      contract,
      sold_lots: energy.soldLots,
      offered_lots: energy.offeredLots,
      sold_millijoules: energy.sold.toString(),
      offered_millijoules: energy.offered.toString(),
    }));
  const sum = (field: 'sold_millijoules' | 'offered_millijoules'): bigint =>
    tiers.reduce((total, tier) => total + BigInt(tier[field]), 0n);
  const sold = use.ended ? BigInt(use.sold) : sum('sold_millijoules');
  const offered = use.ended ? 0n : sum('offered_millijoules');
  return {
    account,
    factory_name: factory.name,
    zone: window.zone,
    window: window.window,
    window_start_at_us: window.window_start_at_us,
    window_us: window.window_us,
    ended: use.ended,
    budget_millijoules: use.budget,
    sold_millijoules: sold.toString(),
    offered_millijoules: offered.toString(),
    free_millijoules: use.ended ? '0' : (BigInt(use.budget) - sold - offered).toString(),
    perished_millijoules: use.perished,
    tiers,
  };
}

/** Newest window first; within a window by zone's window number, then account. */
export function factoryUse(models: AnswerModels, request: PageRequest & FactoryUseFilter): PageData<FactoryUseView> {
  const { account, zone, window, from_us, to_us } = request;
  const rows: Row[] = [];
  for (const document of models.factoryUse.windows.values()) {
    if (zone !== undefined && document.zone !== zone) continue;
    if (window !== undefined && document.window !== window) continue;
    if (from_us !== undefined && document.window_start_at_us < from_us) continue;
    if (to_us !== undefined && document.window_start_at_us >= to_us) continue;
    for (const plant of models.factoryUse.use.within(document.window).keys()) {
      if (account === undefined || account === plant) rows.push({ window: document, account: plant });
    }
  }
  rows.sort(
    (a, b) =>
      b.window.window_start_at_us - a.window.window_start_at_us ||
      a.window.window - b.window.window ||
      a.account - b.account,
  );
  const cursor = cursorOf(request, 2);
  const at =
    cursor === undefined ? -1 : rows.findIndex((row) => row.window.window === cursor[0] && row.account === cursor[1]);
  const contracts = contractsByWindow(models);
  return pageOf(
    rows.slice(at + 1),
    limitOf(request),
    (row) => `${row.window.window}_${row.account}`,
    (row) => useView(models, row, contracts.get(row.window.window) ?? []),
  );
}
