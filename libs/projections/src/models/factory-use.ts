// Read model: each factory's energy budget of each delivery window, and what of it was sold and has perished in the end.
//
// While a window trades, what is sold and offered follows from positions and open orders; only what those don't say is
// kept here.

import { energyBudget, type EventOf } from '@tokenbourse/domain';
import type { Handlers, ReadModel } from '../model';
import { PairTable } from '../pair-table';
import type { Retention } from '../retention';
import { Table, plainByNumber } from '../table';

export interface WindowDocument {
  readonly window: number;
  readonly zone: number;
  readonly window_start_at_us: number;
  readonly window_us: number;
  /** 0 until it has ended. */
  ended_at_us: number;
}

export interface UseDocument {
  /** Millijoules, as decimal strings. */
  readonly budget: string;
  readonly sold: string;
  readonly perished: string;
  readonly ended: boolean;
}

interface Plant {
  readonly zone: number;
  readonly power_watts: number;
}

const plain = { encode: (value: UseDocument) => ({ ...value }), decode: (json: unknown) => json as UseDocument };

export class FactoryUseModel implements ReadModel {
  readonly name = 'factory_use';
  readonly version = 1;
  readonly windows = new Table<number, WindowDocument>('windows', plainByNumber());
  /** By window and account. */
  readonly use = new PairTable<UseDocument>('factory_use', plain);
  private readonly plants = new Table<number, Plant>('factory_power', plainByNumber());
  readonly collections = [this.windows, this.use, this.plants];

  constructor(private readonly retention: Retention) {}

  readonly handlers: Handlers = {
    FactoryRegistered: (event) => this.registered(event),
    WindowListed: (event) => this.listed(event),
    CapacityPerished: ({ window, account, budget_millijoules, sold_millijoules, perished_millijoules }) =>
      this.use.set(window, account, {
        budget: budget_millijoules.toString(),
        sold: sold_millijoules.toString(),
        perished: perished_millijoules.toString(),
        ended: true,
      }),
    WindowEnded: ({ window }, { at_us }) => {
      const document = this.windows.get(window);
      if (document === undefined) return;
      document.ended_at_us = at_us;
      this.windows.touch(window);
      this.dropEndedBefore(at_us - this.retention.ended_window_us);
    },
  };

  private registered({ account, zone, power_watts }: EventOf<'FactoryRegistered'>): void {
    this.plants.set(account, { zone, power_watts });
    for (const window of this.windows.values()) {
      if (window.zone === zone && window.ended_at_us === 0) this.begin(window, account, power_watts);
    }
  }

  private listed(event: EventOf<'WindowListed'>): void {
    const { window, zone, window_start_at_us, window_us } = event;
    const document = { window, zone, window_start_at_us, window_us, ended_at_us: 0 };
    this.windows.set(window, document);
    for (const [account, plant] of this.plants.pairs()) {
      if (plant.zone === zone) this.begin(document, account, plant.power_watts);
    }
  }

  private begin(window: WindowDocument, account: number, powerWatts: number): void {
    const budget = energyBudget(powerWatts, window.window_us).toString();
    this.use.set(window.window, account, { budget, sold: '0', perished: '0', ended: false });
  }

  private dropEndedBefore(us: number): void {
    for (const { window, ended_at_us } of [...this.windows.values()]) {
      if (ended_at_us === 0 || ended_at_us > us) continue;
      this.windows.delete(window);
      this.use.drop(window);
    }
  }
}
