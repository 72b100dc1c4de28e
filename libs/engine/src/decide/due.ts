// What falls due without a command: listing, opening, gate closure, delivery, settlement, order expiry.
// Due work runs in the order of due time, kind, number; each piece is a record of its own.

import { contractId } from '@tokenbourse/domain';
import { NONE } from '@tokenbourse/matching';

import { firstWindowStart } from '../apply/market';
import type { DeliveryWindow } from '../state/contract';
import type { MarketState } from '../state/market-state';
import { SLICE } from './cancel';
import type { Decision } from './decision';
import { cancelResting } from './matching-walk';
import { cancelClosedOrders, settleSome } from './work';

/** In the order in which they run at the same instant. */
const KINDS = ['EXPIRY', 'GATE_CLOSURE', 'DELIVERY', 'SETTLEMENT', 'LISTING', 'OPENING'] as const;
type DueKind = (typeof KINDS)[number];

export interface Due {
  readonly atUs: number;
  readonly kind: DueKind;
  /** Contract, window or zone number. */
  readonly number: number;
}

function earlier(a: Due, b: Due): boolean {
  if (a.atUs !== b.atUs) return a.atUs < b.atUs;
  if (a.kind !== b.kind) return KINDS.indexOf(a.kind) < KINDS.indexOf(b.kind);
  return a.number < b.number;
}

function nextOfWindow(window: DeliveryWindow): Due | undefined {
  const { times, number } = window;
  switch (window.stage) {
    case 'LISTED':
      return { atUs: times.opensAtUs, kind: 'OPENING', number };
    case 'OPEN':
      return { atUs: times.gateClosesAtUs, kind: 'GATE_CLOSURE', number };
    case 'CLOSED':
      return { atUs: times.startUs, kind: 'DELIVERY', number };
    case 'DELIVERING':
      return window.settlingSequence === 0 ? { atUs: times.settlesAtUs, kind: 'SETTLEMENT', number } : undefined;
    case 'SETTLED':
      return undefined;
  }
}

/** What falls due next, seen from `nowUs`; undefined if nothing ever will. */
export function nextDue(state: MarketState, nowUs: number): Due | undefined {
  const other = nextOfWindows(state, nowUs);
  const first = state.expiries.first();
  if (first === undefined) return other;
  const expiry: Due = { atUs: first.atUs, kind: 'EXPIRY', number: first.contract };
  return other === undefined || earlier(expiry, other) ? expiry : other;
}

/** What falls due next of windows and of zones, which list them. */
function nextOfWindows(state: MarketState, nowUs: number): Due | undefined {
  let next: Due | undefined;
  const consider = (due: Due | undefined): void => {
    if (due !== undefined && (next === undefined || earlier(due, next))) next = due;
  };
  for (const window of state.windows) consider(nextOfWindow(window));
  for (let zone = 1; zone < state.zones.length; zone++) {
    const start = nextWindowStart(state, zone, nowUs);
    consider({ atUs: start - state.schedule.horizonUs, kind: 'LISTING', number: zone });
  }
  return next;
}

/** Start of the window that a zone lists next. After a downtime, windows whose gate has passed meanwhile are left out. */
function nextWindowStart(state: MarketState, zone: number, nowUs: number): number {
  return Math.max(state.zones[zone]!.nextWindowStartUs, firstWindowStart(state.schedule, nowUs));
}

/** Does what is due, as far as one record may; larger work is continued from the state. */
export function runDue(decision: Decision, due: Due, atUs: number): void {
  switch (due.kind) {
    case 'EXPIRY':
      return expireOrders(decision, atUs);
    case 'LISTING':
      return listWindow(decision, due.number);
    case 'OPENING':
      return forEachContract(decision, due.number, (number, sequence) =>
        decision.emit({ type: 'ContractOpened', contract: number, contract_sequence: sequence }),
      );
    case 'GATE_CLOSURE':
      forEachContract(decision, due.number, (number, sequence, orders) =>
        decision.emit({
          type: 'ContractClosed',
          contract: number,
          open_orders: orders,
          contract_sequence: sequence,
        }),
      );
      cancelClosedOrders(decision, decision.state.window(due.number)!);
      return;
    case 'DELIVERY':
      return forEachContract(decision, due.number, (number) =>
        decision.emit({ type: 'ContractDelivering', contract: number }),
      );
    case 'SETTLEMENT':
      settleSome(decision, decision.state.window(due.number)!);
      return;
  }
}

function forEachContract(
  decision: Decision,
  window: number,
  emit: (contract: number, nextSequence: number, openOrders: number) => void,
): void {
  for (const contract of decision.state.window(window)!.contracts) {
    emit(contract.number, contract.sequence + 1, contract.book.size);
  }
}

/** Cancels the orders whose instant has come, up to the next other due work; those beyond a slice fall due again at once. */
function expireOrders(decision: Decision, nowUs: number): void {
  const { state } = decision;
  const atUs = Math.min(nowUs, nextOfWindows(state, nowUs)?.atUs ?? nowUs);
  for (let left = SLICE; left > 0; left--) {
    const expiry = state.expiries.first();
    if (expiry === undefined || expiry.atUs > atUs) return;
    const contract = state.contracts.get(expiry.contract);
    const slot = contract?.book.slotOf(expiry.order) ?? NONE;
    if (slot !== NONE) {
      const account = contract!.holdings.account(contract!.book.holder(slot));
      cancelResting(decision, contract!, slot, account, 'EXPIRED');
    }
    state.dropPassedExpiries(atUs);
  }
}

/** Lists a zone's next window with a contract per tier. */
function listWindow(decision: Decision, zone: number): void {
  const { state } = decision;
  const { schedule } = state;
  const start = nextWindowStart(state, zone, state.lastStampUs);
  const window = state.lastWindow + 1;
  const times = {
    window_start_at_us: start,
    window_us: schedule.windowUs,
    opens_at_us: start - schedule.openLeadUs,
    gate_closes_at_us: start - schedule.gateLeadUs,
    settles_at_us: start + schedule.windowUs + schedule.settlementLagUs,
  };
  decision.emit({ type: 'WindowListed', window, zone, ...times });
  for (let tier = 1; tier < state.tiers.length; tier++) {
    decision.emit({
      type: 'ContractListed',
      contract: state.lastContract + 1,
      contract_id: contractId(state.tiers[tier]!, state.zones[zone]!.name, start, schedule.windowUs),
      tier,
      zone,
      window,
      ...times,
    });
  }
}
