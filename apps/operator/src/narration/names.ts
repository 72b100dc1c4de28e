// Names for the numbers of the log: contracts, tiers, zones. They are learnt from the events that gave them, or from the
// state of a snapshot.

import { contractId, type MarketEvent } from '@tokenbourse/domain';
import type { MarketState } from '@tokenbourse/engine';

export class Names {
  private readonly contracts = new Map<number, string>();
  private readonly tiers = new Map<number, string>();
  private readonly zones = new Map<number, string>();

  learn(event: MarketEvent): void {
    if (event.type === 'ContractListed') this.contracts.set(event.contract, event.contract_id);
    else if (event.type === 'TierAdded') this.tiers.set(event.tier, event.name);
    else if (event.type === 'ZoneAdded') this.zones.set(event.zone, event.name);
  }

  /** What events after a state can still speak of. */
  learnState(state: MarketState): void {
    for (const [number, name] of state.tiers.entries()) if (number > 0) this.tiers.set(number, name);
    for (const [number, { name }] of state.zones.entries()) if (number > 0) this.zones.set(number, name);
    for (const { contracts, zone, times } of state.windows) {
      for (const { number, tier } of contracts) {
        this.contracts.set(number, contractId(this.tier(tier), this.zone(zone), times.startUs, times.lengthUs));
      }
    }
  }

  contract(number: number): string {
    return this.contracts.get(number) ?? `contract ${number}`;
  }

  tier(number: number): string {
    return this.tiers.get(number) ?? `tier ${number}`;
  }

  zone(number: number): string {
    return this.zones.get(number) ?? `zone ${number}`;
  }
}
