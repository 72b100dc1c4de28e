// The energy of one delivery window: what each factory has left of power × window after what it sold or offers.
//
// The rule behind every sale, for each account and window:
//   Σ over tiers of max(0, open sell lots − position) × joules per Mtok ≤ energy budget.
// The left side changes only by whole lots of one tier, so it is kept as `free = budget − left side`.

import { energyBudget, energyOf, isSafeAmount } from '@tokenbourse/domain';

import { Int64Column } from './int64-column';

/** A plant: power, place, and the energy that each tier takes. Tier numbers count from 1. */
export interface Factory {
  readonly account: number;
  readonly zone: number;
  readonly powerWatts: number;
  /** By tier number; 0 for a tier that it does not make. */
  readonly joulesPerMtok: readonly number[];
  readonly registeredAtUs: number;
}

export class WindowEnergy {
  /** By factory index: free energy in millijoules; meaningful once admitted. */
  private readonly free = new Int64Column(4);
  private admitted = 0;

  constructor(private readonly windowUs: number) {}

  /** How many factories, from the first on, have an entry of their own. */
  get admittedFactories(): number {
    return this.admitted;
  }

  /** Gives the factories from the first unknown one on their budgets. */
  admit(factories: readonly Factory[]): void {
    this.free.ensure(factories.length);
    for (; this.admitted < factories.length; this.admitted++) {
      this.free.set(this.admitted, this.budget(factories[this.admitted]!));
    }
  }

  budget(factory: Factory): bigint {
    return energyBudget(factory.powerWatts, this.windowUs);
  }

  /** What a factory has left, in millijoules; all of its budget while it has sold and offers nothing. */
  freeOf(factory: number, factories: readonly Factory[]): bigint {
    return factory < this.admitted ? this.free.get(factory) : this.budget(factories[factory]!);
  }

  covers(factory: number, millijoules: number, factories: readonly Factory[]): boolean {
    if (factory < this.admitted) return this.free.covers(factory, millijoules);
    return this.budget(factories[factory]!) >= BigInt(millijoules);
  }

  /** Takes the energy of `lots` from what is free, exactly whatever their number; negative lots give it back. */
  take(factory: number, lots: number, joulesPerMtok: number): void {
    const millijoules = energyOf(lots, joulesPerMtok);
    if (isSafeAmount(millijoules)) this.free.add(factory, -millijoules);
    // Each order's energy is a safe integer; a trade or a cancellation can move that of several orders at once.
    else this.free.set(factory, this.free.get(factory) - BigInt(lots) * BigInt(joulesPerMtok));
  }

  restore(factory: number, free: bigint): void {
    this.free.ensure(factory + 1);
    this.free.set(factory, free);
    this.admitted = Math.max(this.admitted, factory + 1);
  }
}
