// What a run adds up over its records beyond the read models: commands and refusals, prices by tier, and what became of
// each factory's energy.

import type { MarketEvent, RecordVisitor, RejectionCode } from '@tokenbourse/domain';

export interface EnergyTally {
  windows: number;
  budgetMillijoules: bigint;
  soldMillijoules: bigint;
  perishedMillijoules: bigint;
  /** On offer when the gate closed, and not sold: part of what perished. */
  unsoldMillijoules: bigint;
}

export interface TierTally {
  firstTicks: number | null;
  lowTicks: number | null;
  highTicks: number | null;
}

export class RunTally implements RecordVisitor {
  records = 0;
  events = 0;
  ordersAccepted = 0;
  trades = 0;
  amends = 0;
  cancels = 0;
  offers = 0;
  settledContracts = 0;
  endedWindows = 0;
  readonly refusals = new Map<RejectionCode, number>();
  readonly tiers = new Map<number, TierTally>();
  readonly energy = new Map<number, EnergyTally>();
  private readonly tierOfContract = new Map<number, number>();
  /** joules per Mtok by account and tier. */
  private readonly recipes = new Map<number, Map<number, number>>();

  begin(): void {
    this.records++;
  }

  event(event: MarketEvent): void {
    this.events++;
    this.count(event);
  }

  end(): void {
    // A record adds nothing beyond its events.
  }

  private count(event: MarketEvent): void {
    switch (event.type) {
      case 'OrderAccepted':
        this.ordersAccepted++;
        return;
      case 'OrderRejected':
      case 'CommandRejected':
        this.refusals.set(event.code, (this.refusals.get(event.code) ?? 0) + 1);
        return;
      case 'TradeExecuted':
        this.trades++;
        this.price(this.tierOfContract.get(event.contract)!, event.price_ticks);
        return;
      case 'OrderAmended':
        this.amends++;
        return;
      case 'OrderCancelled':
        this.cancelled(event);
        return;
      case 'OfferPosted':
        this.offers++;
        return;
      case 'ContractListed':
        this.tierOfContract.set(event.contract, event.tier);
        return;
      case 'FactoryRegistered':
        this.recipes.set(
          event.account,
          new Map(event.yields.map(({ tier, joules_per_mtok }) => [tier, joules_per_mtok])),
        );
        return;
      case 'CapacityPerished': {
        const energy = this.energyOf(event.account);
        energy.windows++;
        energy.budgetMillijoules += event.budget_millijoules;
        energy.soldMillijoules += event.sold_millijoules;
        energy.perishedMillijoules += event.perished_millijoules;
        return;
      }
      case 'ContractSettled':
        this.settledContracts++;
        return;
      case 'WindowEnded':
        this.endedWindows++;
        return;
      default:
        return;
    }
  }

  private cancelled(event: Extract<MarketEvent, { type: 'OrderCancelled' }>): void {
    if (event.reason === 'REQUESTED' || event.reason === 'ALL_REQUESTED') this.cancels++;
    if (event.reason !== 'GATE_CLOSED' || event.side !== 'SELL') return;
    const joules = this.recipes.get(event.account)?.get(this.tierOfContract.get(event.contract)!);
    if (joules !== undefined) this.energyOf(event.account).unsoldMillijoules += BigInt(event.cancelled_lots * joules);
  }

  private price(tier: number, ticks: number): void {
    const tally = this.tiers.get(tier);
    if (!tally) {
      this.tiers.set(tier, { firstTicks: ticks, lowTicks: ticks, highTicks: ticks });
      return;
    }
    tally.lowTicks = Math.min(tally.lowTicks!, ticks);
    tally.highTicks = Math.max(tally.highTicks!, ticks);
  }

  private energyOf(account: number): EnergyTally {
    const known = this.energy.get(account);
    if (known) return known;
    const energy = {
      windows: 0,
      budgetMillijoules: 0n,
      soldMillijoules: 0n,
      perishedMillijoules: 0n,
      unsoldMillijoules: 0n,
    };
    this.energy.set(account, energy);
    return energy;
  }
}
