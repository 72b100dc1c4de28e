// Read model: contracts and their life, from listing to the end of their retention after settlement.

import type { ContractState, EventOf } from '@tokenbourse/domain';
import type { Handlers, ReadModel } from '../model';
import type { Retention } from '../retention';
import { Table, plainByNumber } from '../table';

export interface ContractDocument {
  readonly contract: number;
  readonly contract_id: string;
  state: ContractState;
  readonly tier: number;
  readonly zone: number;
  readonly window: number;
  readonly window_start_at_us: number;
  readonly window_us: number;
  readonly opens_at_us: number;
  readonly gate_closes_at_us: number;
  readonly settles_at_us: number;
  settled_at_us: number;
}

export class ContractsModel implements ReadModel {
  readonly name = 'contracts';
  readonly version = 2;
  readonly contracts = new Table<number, ContractDocument>('contracts', plainByNumber());
  readonly collections = [this.contracts];
  private readonly byId = new Map<string, number>();
  /** Settled ones in the order in which they are forgotten: the documents alone say it, so that a reload keeps it. */
  private settled: ContractDocument[] = [];

  constructor(private readonly retention: Retention) {}

  readonly handlers: Handlers = {
    ContractListed: (event) => this.listed(event),
    ContractOpened: ({ contract }) => this.enter(contract, 'OPEN', 0),
    ContractClosed: ({ contract }) => this.enter(contract, 'CLOSED', 0),
    ContractDelivering: ({ contract }) => this.enter(contract, 'DELIVERING', 0),
    ContractSettled: ({ contract }, { at_us }) => {
      this.enter(contract, 'SETTLED', at_us);
      const document = this.contracts.get(contract);
      if (document !== undefined) this.enterSettled(document);
    },
  };

  byContractId(id: string): ContractDocument | undefined {
    const contract = this.byId.get(id);
    return contract === undefined ? undefined : this.contracts.get(contract);
  }

  /** Settled contracts whose retention is over at `atUs`; they are to be forgotten by every model. */
  expired(atUs: number): readonly number[] {
    const { settled_contract_us: keepUs, settled_contracts: keep } = this.retention;
    const surplus = this.settled.length - keep;
    let end = 0;
    while (end < this.settled.length && (end < surplus || this.settled[end].settled_at_us + keepUs <= atUs)) end += 1;
    return end === 0 ? [] : this.settled.slice(0, end).map(({ contract }) => contract);
  }

  forget(contract: number): void {
    const document = this.contracts.get(contract);
    if (document === undefined) return;
    this.contracts.delete(contract);
    // A later contract may bear the same name only if the market listed one window twice; then its name stays known.
    if (this.byId.get(document.contract_id) === contract) this.byId.delete(document.contract_id);
    this.settled = this.settled.filter((settled) => settled !== document);
  }

  loaded(): void {
    this.byId.clear();
    for (const document of this.contracts.values()) this.byId.set(document.contract_id, document.contract);
    this.settled = [...this.contracts.values()].filter(({ state }) => state === 'SETTLED').sort(bySettlement);
  }

  /** Windows that settle at the same time, after a downtime, need not come in the order of their contracts. */
  private enterSettled(document: ContractDocument): void {
    const { settled } = this;
    let place = settled.length;
    while (place > 0 && bySettlement(settled[place - 1], document) > 0) place -= 1;
    settled.splice(place, 0, document);
  }

  private listed(event: EventOf<'ContractListed'>): void {
    const { type: _, ...fields } = event;
    this.contracts.set(event.contract, { ...fields, state: 'LISTED', settled_at_us: 0 });
    this.byId.set(event.contract_id, event.contract);
  }

  private enter(contract: number, state: ContractState, settledAtUs: number): void {
    const document = this.contracts.get(contract);
    if (document === undefined) return;
    document.state = state;
    document.settled_at_us = settledAtUs;
    this.contracts.touch(contract);
  }
}

function bySettlement(a: ContractDocument, b: ContractDocument): number {
  return a.settled_at_us - b.settled_at_us || a.contract - b.contract;
}
