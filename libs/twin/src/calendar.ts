// The calendar: what falls due, and when. Windows are listed, open, close, deliver and are settled; orders expire.
// Sections 5 and 7 of the rules.

import { contractId } from '@tokenbourse/domain';

import { SLICE } from './cancels';
import { nextSequence, type Contract, type DeliveryWindow, type Market, type Order, type Zone } from './market';
import { settleSlice } from './settlement';
import { cancelOpen } from './walk';

/** In the order in which they run at one instant. */
const KINDS = ['EXPIRY', 'GATE_CLOSURE', 'DELIVERY', 'SETTLEMENT', 'LISTING', 'OPENING'] as const;

export interface Due {
  readonly atUs: number;
  readonly kind: (typeof KINDS)[number];
  /** Contract, window or zone. */
  readonly number: number;
  run(): void;
}

/** What falls due next of all that is to come: by due time, kind, number. `nowUs`: when it would be written. */
export function nextDue(market: Market, nowUs: number): Due | undefined {
  const dues = [
    ...market.windows.flatMap((window) => dueOfWindow(market, window)),
    ...market.zones.map((zone) => listing(market, zone, nowUs)),
  ];
  const [next] = dues.sort(
    (a, b) => a.atUs - b.atUs || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || a.number - b.number,
  );
  const until = Math.min(nowUs, next?.atUs ?? nowUs);
  const [first] = market.orders.filter(({ goodTillUs }) => goodTillUs > 0).sort(byInstant);
  if (first === undefined || (next !== undefined && next.atUs < first.goodTillUs)) return next;
  return { atUs: first.goodTillUs, kind: 'EXPIRY', number: first.contract.number, run: () => expire(market, until) };
}

const byInstant = (a: Order, b: Order): number =>
  a.goodTillUs - b.goodTillUs || a.contract.number - b.contract.number || a.number - b.number;

/** Orders that expire before anything else falls due go together, a slice at a time. */
function expire(market: Market, untilUs: number): void {
  const expired = market.orders.filter(({ goodTillUs }) => goodTillUs > 0 && goodTillUs <= untilUs).sort(byInstant);
  for (const order of expired.slice(0, SLICE)) cancelOpen(market, order, 'EXPIRED');
}

function dueOfWindow(market: Market, window: DeliveryWindow): Due[] {
  const { number } = window;
  switch (window.stage) {
    case 'LISTED':
      return [{ atUs: window.opensAtUs, kind: 'OPENING', number, run: () => open(market, window) }];
    case 'OPEN':
      return [{ atUs: window.gateClosesAtUs, kind: 'GATE_CLOSURE', number, run: () => closeGate(market, window) }];
    case 'CLOSED':
      return [{ atUs: window.startUs, kind: 'DELIVERY', number, run: () => deliver(market, window) }];
    case 'DELIVERING':
      if (window.settledBy !== 0) return [];
      return [{ atUs: window.settlesAtUs, kind: 'SETTLEMENT', number, run: () => settleSlice(market, window) }];
  }
}

function open(market: Market, window: DeliveryWindow): void {
  window.stage = 'OPEN';
  for (const contract of window.contracts) {
    const contract_sequence = nextSequence(contract);
    market.tell({ type: 'ContractOpened', contract: contract.number, contract_sequence });
  }
}

function closeGate(market: Market, window: DeliveryWindow): void {
  window.stage = 'CLOSED';
  window.closedBy = market.record.sequence;
  market.offers = market.offers.filter((offer) => offer.window !== window);
  for (const contract of window.contracts) {
    market.tell({
      type: 'ContractClosed',
      contract: contract.number,
      open_orders: contract.orders.length,
      contract_sequence: nextSequence(contract),
    });
  }
  cancelClosed(market, window);
}

/** Cancels a slice of what is open in a closed window, by contract and order number. */
export function cancelClosed(market: Market, window: DeliveryWindow): void {
  const orders = window.contracts.flatMap((contract) => contract.orders);
  for (const order of orders.slice(0, SLICE)) cancelOpen(market, order, 'GATE_CLOSED');
}

function deliver(market: Market, window: DeliveryWindow): void {
  window.stage = 'DELIVERING';
  for (const { number } of window.contracts) market.tell({ type: 'ContractDelivering', contract: number });
}

/** The next window of a zone: the first after the one listed last whose gate has not passed by then. */
function listing(market: Market, zone: Zone, nowUs: number): Due {
  const { window_us, horizon_us, gate_lead_us } = market.schedule!;
  const firstToTrade = (Math.floor((nowUs + gate_lead_us) / window_us) + 1) * window_us;
  const next = zone.lastListedUs + window_us;
  const startUs = Math.max(firstToTrade, next);
  return { atUs: startUs - horizon_us, kind: 'LISTING', number: zone.number, run: () => list(market, zone, startUs) };
}

function list(market: Market, zone: Zone, startUs: number): void {
  const { window_us, open_lead_us, gate_lead_us, settlement_lag_us } = market.schedule!;
  zone.lastListedUs = startUs;
  market.lastWindow += 1;
  const window: DeliveryWindow = {
    number: market.lastWindow,
    zone: zone.number,
    startUs,
    opensAtUs: startUs - open_lead_us,
    gateClosesAtUs: startUs - gate_lead_us,
    settlesAtUs: startUs + window_us + settlement_lag_us,
    stage: 'LISTED',
    contracts: [],
    closedBy: 0,
    settledBy: 0,
    perished: [],
  };
  const times = {
    window_start_at_us: startUs,
    window_us,
    opens_at_us: window.opensAtUs,
    gate_closes_at_us: window.gateClosesAtUs,
    settles_at_us: window.settlesAtUs,
  };
  market.windows.push(window);
  market.tell({ type: 'WindowListed', window: window.number, zone: zone.number, ...times });
  for (const [i, name] of market.tiers.entries()) {
    const contract = listContract(market, window, i + 1);
    market.tell({
      type: 'ContractListed',
      contract: contract.number,
      contract_id: contractId(name, zone.name, startUs, window_us),
      tier: contract.tier,
      zone: zone.number,
      window: window.number,
      ...times,
    });
  }
}

function listContract(market: Market, window: DeliveryWindow, tier: number): Contract {
  market.lastContract += 1;
  const contract: Contract = {
    number: market.lastContract,
    tier,
    window,
    orders: [],
    lastOrder: 0,
    trades: [],
    positions: [],
    sequence: 0,
    settled: false,
    paidOut: 0n,
  };
  window.contracts.push(contract);
  return contract;
}
