// PostOffer and WithdrawOffer: a factory's capacity of one window, quoted over tiers. An offer is taken whole or refused.

import { NO_FACTORY, type Factory } from '@tokenbourse/ledger';
import { NONE } from '@tokenbourse/matching';
import type { CommandOf } from '@tokenbourse/domain';

import type { Contract, DeliveryWindow } from '../state/contract';
import { refusal, type Decision, type Refusal } from './decision';
import { refuseEnergy, refusePosition, uncoveredBy } from './holds';
import { cancelResting, tradeAndPlace } from './matching-walk';
import {
  refuseAmount,
  refuseExpired,
  refuseOpenOrders,
  refusePrice,
  refuseQuantity,
  refuseTrading,
} from './order-terms';
import { crossedPrice } from './place-order';
import type { Taker } from './taker';

type PostOffer = CommandOf<'PostOffer'>;

export function postOffer(decision: Decision, command: PostOffer, atUs: number): void {
  const { state } = decision;
  const factory = state.accounts.exists(command.account) ? state.accounts.factory(command.account) : NO_FACTORY;
  const plant = state.factories[factory];
  const window =
    plant && state.windows.find((w) => w.zone === plant.zone && w.times.startUs === command.window_start_at_us);
  const refused =
    refuseExpired(command.expires_at_us, atUs) ??
    (plant === undefined ? refusal('UNKNOWN_FACTORY') : undefined) ??
    (window === undefined ? refusal('WINDOW_NOT_LISTED') : undefined) ??
    refuseQuotes(decision, command, plant!, factory, window!);
  if (refused !== undefined) return reject(decision, 'PostOffer', command.account, refused);
  decision.emit({
    type: 'OfferPosted',
    offer: state.lastOffer + 1,
    account: command.account,
    window: window!.number,
    quotes: command.quotes,
    energy_policy: command.energy_policy,
  });
  let matches = state.limits.matchesPerCommand;
  const offer = state.lastOffer;
  for (const quote of command.quotes) {
    const contract = contractOf(window!, quote.tier)!;
    matches = placeQuote(decision, contract, command.account, quote, offer, matches);
  }
}

function reject(decision: Decision, command: 'PostOffer' | 'WithdrawOffer', account: number, refused: Refusal): void {
  decision.emit({ type: 'CommandRejected', command, account, ...refused });
}

function contractOf(window: DeliveryWindow, tier: number): Contract | undefined {
  return window.contracts.find((contract) => contract.tier === tier);
}

/** All quotes' terms, and together their energy: SEPARATE sets aside what each one needs. */
function refuseQuotes(
  decision: Decision,
  command: PostOffer,
  plant: Factory,
  factory: number,
  window: DeliveryWindow,
): Refusal | undefined {
  const { state } = decision;
  const { quotes, account } = command;
  const limit = state.limits.quotesPerOffer;
  if (quotes.length < 1 || quotes.length > limit) return refusal('TOO_MANY_QUOTES', limit, quotes.length);
  const lotsByContract = new Map<Contract, number>();
  for (const quote of quotes) {
    const contract = contractOf(window, quote.tier);
    const refused =
      (contract === undefined ? refusal('UNKNOWN_TIER') : refuseTrading(state, account, contract)) ??
      refuseQuantity(quote.lots) ??
      refusePrice(quote.price_ticks) ??
      refuseAmount(quote.price_ticks, quote.lots);
    if (refused !== undefined) return refused;
    lotsByContract.set(contract!, (lotsByContract.get(contract!) ?? 0) + quote.lots);
  }
  let energy = 0;
  for (const [contract, lots] of lotsByContract) {
    const uncovered = uncoveredBy(contract, account, lots);
    const joulesPerMtok = plant.joulesPerMtok[contract.tier]!;
    if (uncovered > 0 && joulesPerMtok === 0) return refusePosition(contract, account, lots, 'TIER_NOT_MADE');
    energy += uncovered * joulesPerMtok;
  }
  if (!Number.isSafeInteger(energy)) return refusal('ENERGY_TOO_LARGE', Number.MAX_SAFE_INTEGER, 0);
  return refuseOpenOrders(state, account, quotes.length) ?? refuseEnergy(state, window.contracts[0]!, factory, energy);
}

function placeQuote(
  decision: Decision,
  contract: Contract,
  account: number,
  quote: PostOffer['quotes'][number],
  offer: number,
  matches: number,
): number {
  const { state } = decision;
  const taker: Taker = {
    order: contract.lastOrder + 1,
    account,
    side: 'SELL',
    limit: quote.price_ticks,
    selfTrade: 'CANCEL_NEWEST',
    fees: state.feeSchedules[state.feeSchedules.length - 1]!,
    open: quote.lots,
    budget: 0,
  };
  const rests = crossedPrice(contract, taker) === undefined;
  decision.emit({
    type: 'OrderAccepted',
    contract: contract.number,
    order: taker.order,
    account,
    side: 'SELL',
    order_type: 'LIMIT',
    time_in_force: 'GTC',
    price_ticks: quote.price_ticks,
    lots: quote.lots,
    hold_micro_usd: 0,
    fee_schedule: state.feeSchedules.length - 1,
    self_trade: 'CANCEL_NEWEST',
    post_only: false,
    good_till_us: 0,
    offer,
    rests,
    contract_sequence: contract.sequence + 1,
  });
  return rests ? matches : tradeAndPlace(decision, contract, taker, true, matches);
}

export function withdrawOffer(decision: Decision, command: CommandOf<'WithdrawOffer'>): void {
  const { state } = decision;
  const offer = state.offers.get(command.offer);
  if (offer === undefined || offer.account !== command.account) {
    return reject(decision, 'WithdrawOffer', command.account, refusal('UNKNOWN_OFFER'));
  }
  let cancelled = 0;
  for (const { contract: number, order } of offer.orders) {
    const contract = state.contracts.get(number)!;
    const slot = contract.book.slotOf(order);
    if (slot === NONE) continue;
    cancelResting(decision, contract, slot, offer.account, 'OFFER_WITHDRAWN');
    cancelled += 1;
  }
  const { account, window } = offer;
  decision.emit({ type: 'OfferWithdrawn', offer: offer.offer, account, window, cancelled_orders: cancelled });
}
