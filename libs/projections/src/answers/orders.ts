// Answers about orders, fills and capacity offers.

import type { AnswerModels, OrdersOfContract } from '../answer-models';
import { fillOf } from '../models/fills';
import type { OfferDocument } from '../models/offers';
import type { RejectedOrder } from '../models/orders';
import { viewOf } from '../order-view';
import { ascendingPage, cursorOf, descending, limitOf, pageOf, type PageData } from '../pages';
import type { ClientOrderView, FillFilter, FillView, OfferView, OrderFilter, OrderView, PageRequest } from '../queries';

function orderView({ contracts }: AnswerModels, orders: OrdersOfContract, order: number): OrderView {
  const { contract, columns } = orders;
  const contract_id = contracts.contracts.get(contract)?.contract_id ?? '';
  return { contract, order, contract_id, ...viewOf(columns, order, orders.clientOrderId(order)) };
}

export function order(models: AnswerModels, contract: number, number: number): OrderView | null {
  const orders = models.orders.of(contract);
  return orders?.has(number) ? orderView(models, orders, number) : null;
}

export function orders(models: AnswerModels, account: number, request: PageRequest & OrderFilter): PageData<OrderView> {
  const limit = limitOf(request);
  const below = cursorOf(request)?.[0] ?? Infinity;
  const list = models.orders.ofAccount(account, request);
  if (list === undefined) return { data: [], has_more: false, cursor: null };
  const { contract, tier, side, state } = request;
  const matches = (number: number): boolean => {
    const of = list.contract(number);
    const orders = models.orders.of(of);
    if (orders === undefined || (contract !== undefined && contract !== of)) return false;
    const order = list.order(number);
    if (side !== undefined && orders.sells(order) !== (side === 'SELL')) return false;
    if (state !== undefined && orders.state(order) !== state) return false;
    return tier === undefined || models.contracts.contracts.get(of)?.tier === tier;
  };
  function* matching(): Iterable<number> {
    for (const number of state === 'OPEN' ? list!.openBelow(below) : list!.below(below))
      if (matches(number)) yield number;
  }
  return pageOf(matching(), limit, String, (number) =>
    orderView(models, models.orders.of(list.contract(number))!, list.order(number)),
  );
}

function rejectedView(rejected: RejectedOrder): ClientOrderView {
  return { outcome: 'REJECTED', ...rejected };
}

function underId(models: AnswerModels, account: number, contract: number, id: string): ClientOrderView | undefined {
  const orders = models.orders.of(contract);
  const number = orders?.find(account, id) ?? 0;
  if (orders !== undefined && number !== 0) {
    const view = orderView(models, orders, number);
    return { outcome: 'ACCEPTED', sequence: view.sequence, fingerprint: view.fingerprint, order: view };
  }
  const rejected = models.orders.rejectedUnder(account, contract, id);
  return rejected === undefined ? undefined : rejectedView(rejected);
}

export function ordersByClientId(
  models: AnswerModels,
  account: number,
  id: string,
  contract?: number,
): readonly ClientOrderView[] {
  if (id === '') return [];
  const contracts =
    contract === undefined ? models.orders.contractsUnder(account, id, models.contracts.contracts.keys()) : [contract];
  return [...contracts].map((number) => underId(models, account, number, id)).filter((view) => view !== undefined);
}

export function fills({ fills }: AnswerModels, account: number, request: PageRequest & FillFilter): PageData<FillView> {
  const ring = fills.fills.get(account);
  const { contract, order } = request;
  const numbers = descending(ring?.first ?? 1, ring?.next ?? 1, request, (number) => {
    if (contract === undefined && order === undefined) return true;
    const fill = fillOf(account, ring!, number);
    return (contract === undefined || fill.contract === contract) && (order === undefined || fill.order === order);
  });
  return pageOf(numbers, limitOf(request), String, (number) => fillOf(account, ring!, number));
}

function offerView(models: AnswerModels, document: OfferDocument): OfferView {
  const { withdrawn, quotes, ...fields } = document;
  const window = models.factoryUse.windows.get(document.window);
  const views = quotes.map((quote) => {
    const found = order(models, quote.contract, quote.order);
    return {
      ...quote,
      tier_name: models.market.tierName(quote.tier),
      open_lots: found?.open_lots ?? 0,
      filled_lots: found?.filled_lots ?? 0,
      cancelled_lots: found?.cancelled_lots ?? 0,
    };
  });
  return {
    ...fields,
    window_start_at_us: window?.window_start_at_us ?? 0,
    zone: window?.zone ?? 0,
    quotes: views,
    state: withdrawn ? 'WITHDRAWN' : views.some(({ open_lots }) => open_lots > 0) ? 'OPEN' : 'CLOSED',
  };
}

/** Oldest first. */
export function offers(
  models: AnswerModels,
  request: PageRequest & { readonly account?: number; readonly window?: number; readonly state?: OfferView['state'] },
): PageData<OfferView> {
  const { account, window, state } = request;
  return ascendingPage(
    models.offers.offers.values(),
    request,
    ({ offer }) => offer,
    (document) =>
      (account === undefined || document.account === account) &&
      (window === undefined || document.window === window) &&
      (state === undefined || offerView(models, document).state === state),
    (document) => offerView(models, document),
  );
}

export function offer(models: AnswerModels, number: number): OfferView | null {
  const document = models.offers.offers.get(number);
  return document === undefined ? null : offerView(models, document);
}
