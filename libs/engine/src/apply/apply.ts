// The only function that changes the state: one event, applied. Recovery runs it alone.

import type { MarketEvent } from '@tokenbourse/domain';

import type { MarketState } from '../state/market-state';
import { applyLifecycle } from './lifecycle';
import { applyMarket } from './market';
import { applyAmendment, applyAccepted, applyBooked, applyCancelled, applyDecremented, applyTrade } from './orders';
import { applyOutcome } from './outcomes';
import { applyParticipants } from './participants';
import { applyOffers } from './offers';

export function apply(state: MarketState, event: MarketEvent): void {
  switch (event.type) {
    case 'OrderAccepted':
      return applyAccepted(state, event);
    case 'TradeExecuted':
      return applyTrade(state, event);
    case 'OrderBooked':
      return applyBooked(state, event);
    case 'OrderCancelled':
      return applyCancelled(state, event);
    case 'OrderDecremented':
      return applyDecremented(state, event);
    case 'OrderAmended':
      return applyAmendment(state, event);
    case 'OrderRejected':
    case 'CommandRejected':
    case 'CommandRepeated':
    case 'CommandFailed':
    case 'Pinged':
    case 'ClockConfirmed':
    case 'CommandsDropped':
      return applyOutcome(state, event);
    case 'OfferPosted':
    case 'OfferWithdrawn':
    case 'CancelAllRequested':
    case 'CancelAllCompleted':
      return applyOffers(state, event);
    case 'WindowListed':
    case 'ContractListed':
    case 'ContractOpened':
    case 'ContractClosed':
    case 'ContractDelivering':
    case 'PositionSettled':
    case 'ContractSettled':
    case 'CapacityPerished':
    case 'WindowEnded':
      return applyLifecycle(state, event);
    case 'ParticipantRegistered':
    case 'AccountOpened':
    case 'FactoryRegistered':
    case 'FactoryCostsSet':
    case 'CashDeposited':
    case 'CashWithdrawn':
    case 'ApiKeyCreated':
    case 'ApiKeyRevoked':
      return applyParticipants(state, event);
    case 'MarketOpened':
    case 'TierAdded':
    case 'ZoneAdded':
    case 'FeesSet':
    case 'LimitsSet':
    case 'SplitRuleSet':
      return applyMarket(state, event);
    default:
      return unknownEvent(event);
  }
}

function unknownEvent(event: never): never {
  throw new TypeError(`no such event: ${JSON.stringify(event)}`);
}
