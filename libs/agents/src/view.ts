// What an agent may know of the market: the questions it asks, and the plain answers. The caller implements
// MarketView, over live read models or in process; agents never see more than a participant with an API key would.

import type { ParticipantRole, Side } from '@tokenbourse/domain';

/** A contract that trades now; prices in ticks, null where there is no order or no trade. */
export interface OpenContract {
  readonly contract: number;
  readonly tier: number;
  readonly zone: number;
  readonly windowStartUs: number;
  readonly windowUs: number;
  readonly gateClosesAtUs: number;
  readonly bestBidTicks: number | null;
  readonly bestAskTicks: number | null;
  readonly lastTicks: number | null;
  readonly vwapTicks: number | null;
}

/** The most recent trading of a tier over all its windows. */
export interface TierPrice {
  readonly tier: number;
  readonly lastTicks: number | null;
}

export interface OwnOrder {
  readonly contract: number;
  readonly order: number;
  readonly side: Side;
  readonly priceTicks: number;
  readonly openLots: number;
  /** Total quantity, filled and cancelled lots included: what an amendment names. */
  readonly lots: number;
}

export interface OwnPosition {
  readonly contract: number;
  /** Bought less sold. */
  readonly lots: number;
  readonly paidMicroUsd: number;
  readonly receivableMicroUsd: number;
}

export interface OwnAccount {
  readonly availableMicroUsd: number;
  readonly positions: readonly OwnPosition[];
  readonly orders: readonly OwnOrder[];
}

/** Who and what exists: read when a market is set up. */
export interface Directory {
  /** Length of a delivery window, microseconds. */
  readonly windowUs: number;
  readonly tiers: readonly { readonly tier: number; readonly name: string; readonly referencePriceTicks: number }[];
  readonly zones: readonly { readonly zone: number; readonly name: string }[];
  readonly participants: readonly {
    readonly participant: number;
    readonly name: string;
    readonly role: ParticipantRole;
  }[];
  readonly accounts: readonly { readonly account: number; readonly participant: number; readonly name: string }[];
  readonly factories: readonly { readonly account: number; readonly name: string }[];
}

export interface MarketView {
  /** Null before the market is opened. */
  directory(): Promise<Directory | null>;
  /** The contracts that trade at `nowUs` and whose delivery starts before `startsBeforeUs`. */
  contracts(nowUs: number, startsBeforeUs: number): Promise<readonly OpenContract[]>;
  tierPrices(): Promise<readonly TierPrice[]>;
  account(account: number): Promise<OwnAccount>;
  /** Resolves when the answers include the record `sequence`: an agent's next look shows what it did last. */
  reached(sequence: number): Promise<void>;
}
