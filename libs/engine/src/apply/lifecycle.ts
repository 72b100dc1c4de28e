// Applies the events of contracts and windows, from listing to the end.

import type { EventOf } from '@tokenbourse/domain';

import { Contract, DeliveryWindow } from '../state/contract';
import type { MarketState } from '../state/market-state';
import { post } from './movements';

type LifecycleEvent = EventOf<
  | 'WindowListed'
  | 'ContractListed'
  | 'ContractOpened'
  | 'ContractClosed'
  | 'ContractDelivering'
  | 'PositionSettled'
  | 'ContractSettled'
  | 'CapacityPerished'
  | 'WindowEnded'
>;

export function applyLifecycle(state: MarketState, event: LifecycleEvent): void {
  switch (event.type) {
    case 'WindowListed':
      return windowListed(state, event);
    case 'ContractListed': {
      const window = state.window(event.window)!;
      const contract = new Contract(event.contract, event.tier, window);
      window.contracts.push(contract);
      state.contracts.add(contract);
      state.lastContract = event.contract;
      return;
    }
    case 'ContractOpened':
      advance(state, event.contract, 'OPEN', event.contract_sequence);
      return;
    case 'ContractClosed': {
      const contract = advance(state, event.contract, 'CLOSED', event.contract_sequence);
      contract.closedSequence = state.sequence;
      for (const offer of state.offers.values()) {
        if (offer.window === contract.window.number) state.offers.delete(offer.offer);
      }
      return;
    }
    case 'ContractDelivering':
      advance(state, event.contract, 'DELIVERING', 0);
      return;
    case 'PositionSettled': {
      const contract = state.contracts.get(event.contract)!;
      contract.settledThrough = event.account;
      contract.window.settlingSequence ||= state.sequence;
      post(state, event);
      return;
    }
    case 'ContractSettled': {
      const contract = state.contracts.get(event.contract)!;
      contract.settled = true;
      contract.state = 'SETTLED';
      contract.window.settlingSequence ||= state.sequence;
      return;
    }
    case 'CapacityPerished':
      state.window(event.window)!.perishedThrough = event.account;
      return;
    case 'WindowEnded': {
      const place = state.windows.findIndex((window) => window.number === event.window);
      const [window] = state.windows.splice(place, 1);
      for (const contract of window!.contracts) state.contracts.delete(contract.number);
      return;
    }
  }
}

function windowListed(state: MarketState, event: EventOf<'WindowListed'>): void {
  const window = new DeliveryWindow(event.window, event.zone, {
    startUs: event.window_start_at_us,
    lengthUs: event.window_us,
    opensAtUs: event.opens_at_us,
    gateClosesAtUs: event.gate_closes_at_us,
    settlesAtUs: event.settles_at_us,
  });
  state.windows.push(window);
  state.lastWindow = event.window;
  state.zones[event.zone]!.nextWindowStartUs = event.window_start_at_us + event.window_us;
}

function advance(
  state: MarketState,
  number: number,
  to: 'OPEN' | 'CLOSED' | 'DELIVERING',
  contractSequence: number,
): Contract {
  const contract = state.contracts.get(number)!;
  contract.state = to;
  contract.window.stage = to;
  if (contractSequence !== 0) contract.sequence = contractSequence;
  return contract;
}
