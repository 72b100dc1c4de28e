// Answers about the market's configuration, its people and its totals.

import { HOUSE_ACCOUNT } from '@tokenbourse/domain';
import { toWide } from '../exact';
import type { AnswerModels } from '../answer-models';
import type { AccountDocument, FactoryDocument } from '../models/directory';
import { ascendingPage, type PageData } from '../pages';
import type {
  AccountView,
  ApiKeyView,
  FactoryView,
  MarketTotalsView,
  MarketView,
  PageRequest,
  ParticipantView,
} from '../queries';

export function market({ market }: AnswerModels): MarketView | null {
  if (market.market === undefined) return null;
  return {
    ...market.market,
    tiers: [...market.tiers.values()],
    zones: [...market.zones.values()],
    fees: market.fees ?? null,
    limits: market.limits ?? null,
    split_rule: market.splitRule ?? null,
    ids_forgotten_until_us: market.idsForgottenUntilUs,
  };
}

export function totals({ balances, trading }: AnswerModels): MarketTotalsView {
  const { escrow, deposits, withdrawals } = balances.marketCash;
  const { available, held } = balances.totals;
  const traded = trading.ofMarket.get(1);
  return {
    deposits_micro_usd: toWide(deposits),
    withdrawals_micro_usd: toWide(withdrawals),
    available_micro_usd: toWide(available),
    held_micro_usd: toWide(held),
    escrow_micro_usd: toWide(escrow),
    fees_micro_usd: toWide(balances.accounts.get(HOUSE_ACCOUNT)?.available ?? 0),
    trades: traded?.trades ?? 0,
    volume_lots: toWide(traded?.volume ?? 0),
    amount_micro_usd: toWide(traded?.amount ?? 0),
    orders_accepted: trading.orderCounts.accepted,
    orders_rejected: trading.orderCounts.rejected,
  };
}

export function participants({ directory }: AnswerModels, request: PageRequest): PageData<ParticipantView> {
  const all = directory.participants.values();
  return ascendingPage(
    all,
    request,
    ({ participant }) => participant,
    () => true,
    (view) => view,
  );
}

function accountView({ directory }: AnswerModels, document: AccountDocument): AccountView {
  return { ...document, is_factory: directory.factories.has(document.account) };
}

export function accounts(
  models: AnswerModels,
  request: PageRequest & { readonly participant?: number },
): PageData<AccountView> {
  return ascendingPage(
    models.directory.accounts.values(),
    request,
    ({ account }) => account,
    ({ participant }) => request.participant === undefined || participant === request.participant,
    (document) => accountView(models, document),
  );
}

export function account(models: AnswerModels, number: number): AccountView | null {
  const document = models.directory.accounts.get(number);
  return document === undefined ? null : accountView(models, document);
}

function factoryView({ market }: AnswerModels, document: FactoryDocument): FactoryView {
  const yields = document.yields.map((made) => ({ ...made, tier_name: market.tierName(made.tier) }));
  return { ...document, zone_name: market.zoneName(document.zone), yields };
}

/** Factories were registered in any order of their accounts. */
export function factories(
  models: AnswerModels,
  request: PageRequest & { readonly zone?: number },
): PageData<FactoryView> {
  const all = [...models.directory.factories.values()].sort((a, b) => a.account - b.account);
  return ascendingPage(
    all,
    request,
    ({ account }) => account,
    ({ zone }) => request.zone === undefined || zone === request.zone,
    (document) => factoryView(models, document),
  );
}

export function factory(models: AnswerModels, number: number): FactoryView | null {
  const document = models.directory.factories.get(number);
  return document === undefined ? null : factoryView(models, document);
}

export function apiKeys(
  { directory }: AnswerModels,
  request: PageRequest & { readonly revoked?: boolean },
): PageData<ApiKeyView> {
  return ascendingPage(
    directory.apiKeys.values(),
    request,
    ({ key }) => key,
    ({ revoked }) => request.revoked === undefined || revoked === request.revoked,
    (view) => view,
  );
}
