// Events of contracts and delivery windows: listing, gate closure, delivery, settlement, perished capacity.

import { account, contract, contractSequence, count, lots, microseconds, text, wide } from '../fields';
import { defineEvent } from './definition';

export const lifecycleEvents = {
  WindowListed: defineEvent(40, 1, 'A delivery window of a zone came within the horizon; its contracts follow.', {
    window: count('window number'),
    zone: count('zone number'),
    window_start_at_us: microseconds('start of delivery'),
    window_us: microseconds('length of delivery'),
    opens_at_us: microseconds('from then on its contracts trade'),
    gate_closes_at_us: microseconds('from then on its contracts no longer trade'),
    settles_at_us: microseconds('when it is settled'),
  }),
  ContractListed: defineEvent(41, 1, 'A contract, tier × zone × window, was listed.', {
    contract: contract(),
    contract_id: text(80, 'its name, e.g. HIGH-USE-20261120T1400Z-PT1H'),
    tier: count('tier number'),
    zone: count('zone number'),
    window: count('window number'),
    window_start_at_us: microseconds('start of delivery'),
    window_us: microseconds('length of delivery'),
    opens_at_us: microseconds('from then on it trades'),
    gate_closes_at_us: microseconds('from then on it no longer trades'),
    settles_at_us: microseconds('when it is settled'),
  }),
  ContractOpened: defineEvent(42, 1, 'A contract opened for trading.', {
    contract: contract(),
    contract_sequence: contractSequence(),
  }),
  ContractClosed: defineEvent(
    43,
    1,
    'The gate closed: the contract no longer trades, its open orders are cancelled next.',
    {
      contract: contract(),
      open_orders: count('orders still open'),
      contract_sequence: contractSequence(),
    },
  ),
  ContractDelivering: defineEvent(44, 1, 'Delivery began: the tokens are made and used now.', { contract: contract() }),
  PositionSettled: defineEvent(45, 1, 'An account’s position was settled: what it is owed left escrow for its cash.', {
    contract: contract(),
    account: account(),
    lots: lots('net position: bought less sold'),
    paid_micro_usd: wide('micro_usd', 'paid for purchases, fees included'),
    received_micro_usd: wide('micro_usd', 'paid out from escrow, fees deducted'),
  }),
  ContractSettled: defineEvent(46, 1, 'All positions are settled; the contract leaves the market.', {
    contract: contract(),
    lots: lots('all that was traded; at most 2^53 − 1 are told'),
    paid_out_micro_usd: wide('micro_usd', 'sum paid from escrow'),
    trades: count('number of trades'),
  }),
  CapacityPerished: defineEvent(47, 1, 'A factory’s energy of a window is over: what was not sold has perished.', {
    account: account('the factory’s account number'),
    zone: count('zone number'),
    window: count('window number'),
    window_start_at_us: microseconds('start of delivery'),
    budget_millijoules: wide('millijoules', 'power × window'),
    sold_millijoules: wide('millijoules', 'energy of what was sold and is made'),
    perished_millijoules: wide('millijoules', 'budget less sold'),
  }),
  WindowEnded: defineEvent(48, 1, 'All contracts of a window are settled; the window leaves the market.', {
    window: count('window number'),
    zone: count('zone number'),
    window_start_at_us: microseconds('start of delivery'),
  }),
} as const;
