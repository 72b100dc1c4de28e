// Random histories of a small market, for properties that must hold in all of them: what is drawn, and how it becomes commands.

import fc from 'fast-check';
import type { Command } from '@tokenbourse/domain';

import { MarketFixture } from './market-fixture';

export type Draw = { kind: string; a: number; b: number; c: number; d: number; e: number; id: number };
export const draw: fc.Arbitrary<Draw> = fc.record({
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant('place') },
    { weight: 4, arbitrary: fc.constant('amend') },
    { weight: 3, arbitrary: fc.constant('cancel') },
    { weight: 1, arbitrary: fc.constantFrom('all', 'offer', 'withdrawOffer', 'cash', 'time', 'fees', 'limits') },
    { weight: 2, arbitrary: fc.constant('again') },
  ),
  a: fc.nat(1_000),
  b: fc.nat(1_000),
  c: fc.nat(1_000),
  d: fc.nat(1_000),
  e: fc.nat(1_000),
  id: fc.nat(40),
});

const pick = <T>(values: readonly T[], n: number): T => values[n % values.length]!;

function commandOf(market: MarketFixture, { kind, a, b, c, d, e, id }: Draw): Command | undefined {
  const account = 1 + (a % market.state.accounts.last);
  const contract = market.contract(1 + (b % 3), c % 2);
  const command_id = id < 20 ? `id-${id}` : '';
  const lastOrder = market.state.contracts.get(contract)!.lastOrder;
  switch (kind) {
    case 'place': {
      const market_order = d % 9 === 0;
      const side = pick(['BUY', 'SELL'] as const, e);
      const time_in_force = market_order
        ? pick(['IOC', 'FOK'] as const, c)
        : pick(['GTC', 'GTC', 'GTC', 'GTD', 'IOC', 'FOK'] as const, b);
      return {
        type: 'PlaceOrder',
        account,
        contract,
        command_id,
        side,
        order_type: market_order ? 'MARKET' : 'LIMIT',
        time_in_force,
        price_ticks: market_order ? 0 : (d % 7) * 100,
        lots: 1 + (c % 40),
        max_amount_micro_usd: market_order && side === 'BUY' ? d * 50 : 0,
        post_only: time_in_force === 'GTC' && e % 5 === 0,
        self_trade: pick(['CANCEL_NEWEST', 'CANCEL_OLDEST', 'CANCEL_BOTH', 'DECREMENT'] as const, a + e),
        good_till_us: time_in_force === 'GTD' ? market.nowUs + d * 3_000_000 : 0,
        expires_at_us: d % 50 === 1 ? market.nowUs - 1 : 0,
      };
    }
    case 'amend': {
      const order = 1 + (d % Math.max(1, lastOrder));
      const price_ticks = e % 3 === 0 ? -1 : (e % 7) * 100;
      return {
        type: 'AmendOrder',
        account,
        contract,
        command_id,
        order,
        price_ticks,
        lots: (d % 45) - 1,
        expires_at_us: 0,
      };
    }
    case 'cancel':
      return { type: 'CancelOrder', account, contract, command_id, order: 1 + (d % Math.max(1, lastOrder)) };
    case 'all':
      return {
        type: 'CancelAllOrders',
        account,
        contract: b % 2 ? contract : 0,
        command_id,
        tier: c % 3,
        side: pick(['ANY', 'BUY', 'SELL'] as const, d),
      };
    case 'offer':
      return {
        type: 'PostOffer',
        account: 1 + (a % 2),
        command_id,
        window_start_at_us: market.state.windows[b % 4]!.times.startUs,
        quotes: [
          { tier: 1 + (c % 3), price_ticks: (d % 7) * 100, lots: 1 + e },
          { tier: 1 + (d % 5), price_ticks: (c % 7) * 100, lots: 1 + d },
        ],
        energy_policy: 'SEPARATE',
        expires_at_us: 0,
      };
    case 'withdrawOffer':
      return {
        type: 'WithdrawOffer',
        account: 1 + (a % 2),
        command_id,
        offer: 1 + (b % Math.max(1, market.state.lastOffer)),
      };
    case 'cash':
      return {
        type: d % 2 ? 'Deposit' : 'Withdraw',
        account,
        command_id,
        amount_micro_usd: 1 + e * 20,
        reference: '',
        expires_at_us: d % 50 === 1 ? market.nowUs - 1 : 0,
      };
    case 'fees':
      return { type: 'SetFees', command_id: '', maker_ppm: d * 100, taker_ppm: e * 200 };
    case 'limits':
      return {
        type: 'SetLimits',
        command_id: '',
        open_orders_per_account: 3 + (d % 30),
        matches_per_command: 1 + (e % 12),
        quotes_per_offer: 2,
        idempotency_window_us: 1_800_000_000,
      };
    default:
      return undefined;
  }
}

export function openedMarket(): MarketFixture {
  const market = new MarketFixture();
  // The first factory's energy is scarce: 2,000 J·lots a window.
  market.factory(1);
  market.factory(1_000);
  const participant = market.state.accounts.participant(market.account(400_000));
  market.account(50_000, participant);
  market.account(300_000);
  return market;
}

/** Commands sent so far, to be sent again. */
export const sent = new WeakMap<MarketFixture, Command[]>();

export function play(market: MarketFixture, draws: readonly Draw[], each: () => void = () => undefined): void {
  const earlier = sent.get(market) ?? [];
  sent.set(market, earlier);
  for (const step of draws) {
    if (step.kind === 'time') market.nowUs += step.d * 9_000_000;
    else {
      market.engine.runDue(market.nowUs);
      const command = step.kind === 'again' ? earlier[step.a % Math.max(1, earlier.length)] : commandOf(market, step);
      if (command !== undefined) {
        market.run(command);
        if (command.command_id !== '') earlier.push(command);
      }
      if (step.e % 4 === 0) market.engine.work(market.nowUs);
    }
    each();
  }
}
