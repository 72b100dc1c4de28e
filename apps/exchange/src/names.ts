// Names on the wire ↔ numbers in the market: tiers, zones, contracts. A number is never given twice, so what was learnt
// stays true; what is not known is asked of the read models.

import { Inject, Injectable } from '@nestjs/common';
import type { RejectionCode } from '@tokenbourse/domain';
import { problem, ProblemError, refusalSentence } from '@tokenbourse/protocol';
import type { ContractView, ReadModels } from '@tokenbourse/projections';
import { Health } from './health';
import { READ_MODELS } from './tokens';

/** About the contracts of a month of hourly windows in a dozen zones. */
const CONTRACTS_MAX = 50_000;

export interface NamedContract {
  readonly contract: number;
  readonly contract_id: string;
  readonly tier: number;
  readonly zone: number;
  readonly opens_at_us: number;
}

/** The problem of a name that the market doesn't know. */
export function unknownName(code: RejectionCode): ProblemError {
  return new ProblemError(problem(code, refusalSentence({ code, needed: 0, available: 0, at_us: 0 })));
}

@Injectable()
export class Names {
  private readonly byName = new Map<string, NamedContract>();
  private readonly byNumber = new Map<number, NamedContract>();
  private tiers = new Map<string, number>();
  private tierNames = new Map<number, string>();
  private zones = new Map<string, number>();
  private zoneNames = new Map<number, string>();

  constructor(
    @Inject(READ_MODELS) private readonly models: ReadModels,
    private readonly health: Health,
  ) {}

  /** The contract, if it is known already: the frequent case, without waiting. */
  contractKnown(contractId: string): NamedContract | undefined {
    return this.byName.get(contractId);
  }

  /** Throws UNKNOWN_CONTRACT. */
  async contract(contractId: string): Promise<NamedContract> {
    const known = this.byName.get(contractId);
    if (known !== undefined) return known;
    let found = await this.models.contractById(contractId);
    const { sequence } = this.health.writer();
    // It may have been listed in a record that the read models have not come to yet.
    if (found.data === null && found.as_of_seq < sequence) {
      found = await this.models.contractById(contractId, { min_seq: sequence });
    }
    if (found.data === null) throw unknownName('UNKNOWN_CONTRACT');
    return this.learn(found.data);
  }

  async contractNumber(contractId: string | undefined): Promise<number | undefined> {
    return contractId === undefined ? undefined : (await this.contract(contractId)).contract;
  }

  /** The names of contracts by number; contracts that the read models have forgotten are missing. */
  async contractNames(numbers: Iterable<number>): Promise<ReadonlyMap<number, string>> {
    const names = new Map<number, string>();
    for (const number of new Set(numbers)) {
      if (number === 0) continue;
      const known = this.byNumber.get(number);
      if (known !== undefined) {
        names.set(number, known.contract_id);
        continue;
      }
      const { data } = await this.models.contract(number);
      if (data !== null) names.set(number, this.learn(data).contract_id);
    }
    return names;
  }

  /** Throws UNKNOWN_TIER. */
  async tier(name: string): Promise<number> {
    return this.lookUp(this.tiers.get(name), () => this.tiers.get(name), 'UNKNOWN_TIER');
  }

  async tierNumber(name: string | undefined): Promise<number | undefined> {
    return name === undefined ? undefined : this.tier(name);
  }

  /** Throws UNKNOWN_ZONE. */
  async zone(name: string): Promise<number> {
    return this.lookUp(this.zones.get(name), () => this.zones.get(name), 'UNKNOWN_ZONE');
  }

  async zoneNumber(name: string | undefined): Promise<number | undefined> {
    return name === undefined ? undefined : this.zone(name);
  }

  async zoneName(number: number): Promise<string> {
    if (!this.zoneNames.has(number)) await this.readMarket();
    return this.zoneNames.get(number) ?? String(number);
  }

  async tierName(number: number): Promise<string> {
    if (!this.tierNames.has(number)) await this.readMarket();
    return this.tierNames.get(number) ?? String(number);
  }

  private async lookUp(
    known: number | undefined,
    again: () => number | undefined,
    code: RejectionCode,
  ): Promise<number> {
    if (known !== undefined) return known;
    await this.readMarket();
    const found = again();
    if (found === undefined) throw unknownName(code);
    return found;
  }

  private async readMarket(): Promise<void> {
    const { data } = await this.models.market({ min_seq: this.health.writer().sequence });
    if (data === null) return;
    this.tiers = new Map(data.tiers.map(({ name, tier }) => [name, tier]));
    this.tierNames = new Map(data.tiers.map(({ name, tier }) => [tier, name]));
    this.zones = new Map(data.zones.map(({ name, zone }) => [name, zone]));
    this.zoneNames = new Map(data.zones.map(({ name, zone }) => [zone, name]));
  }

  private learn(view: ContractView): NamedContract {
    const { contract, contract_id, tier, zone, opens_at_us } = view;
    const named: NamedContract = { contract, contract_id, tier, zone, opens_at_us };
    if (this.byName.size >= CONTRACTS_MAX) {
      this.byName.clear();
      this.byNumber.clear();
    }
    this.byName.set(contract_id, named);
    this.byNumber.set(contract, named);
    return named;
  }
}
