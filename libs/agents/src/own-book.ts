// An agent's own orders and positions in the contracts of one window, added up the way its decisions need them.

import type { OpenContract, OwnAccount, OwnOrder, OwnPosition } from './view';

const NO_ORDERS: readonly OwnOrder[] = [];

export class OwnBook {
  private readonly orders = new Map<number, OwnOrder[]>();
  private readonly positions = new Map<number, OwnPosition>();

  constructor(own: OwnAccount, contracts: readonly OpenContract[]) {
    const wanted = new Set(contracts.map(({ contract }) => contract));
    for (const order of own.orders) {
      if (!wanted.has(order.contract)) continue;
      const list = this.orders.get(order.contract);
      if (list) list.push(order);
      else this.orders.set(order.contract, [order]);
    }
    for (const position of own.positions) {
      if (wanted.has(position.contract)) this.positions.set(position.contract, position);
    }
  }

  ordersIn(contract: number): readonly OwnOrder[] {
    return this.orders.get(contract) ?? NO_ORDERS;
  }

  buysIn(contract: number): readonly OwnOrder[] {
    return this.ordersIn(contract).filter(({ side }) => side === 'BUY');
  }

  sellsIn(contract: number): readonly OwnOrder[] {
    return this.ordersIn(contract).filter(({ side }) => side === 'SELL');
  }

  lotsIn(contract: number): number {
    return this.positions.get(contract)?.lots ?? 0;
  }

  openBuyLots(contract: number): number {
    return openLotsOf(this.buysIn(contract));
  }

  openSellLots(contract: number): number {
    return openLotsOf(this.sellsIn(contract));
  }

  /** What a lot of the position cost so far, resales deducted, in ticks; null without a bought position. */
  unitCostTicks(contract: number): number | null {
    const position = this.positions.get(contract);
    if (!position || position.lots <= 0) return null;
    return Math.max(0, (position.paidMicroUsd - position.receivableMicroUsd) / position.lots);
  }
}

function openLotsOf(orders: readonly OwnOrder[]): number {
  let lots = 0;
  for (const order of orders) lots += order.openLots;
  return lots;
}
