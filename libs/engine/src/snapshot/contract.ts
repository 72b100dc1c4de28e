// A contract in a snapshot: its figures, its holdings, its orders by number, and the order in which they are served.

import { CONTRACT_STATES, SELF_TRADE_MODES, SIDES } from '@tokenbourse/domain';
import { NONE } from '@tokenbourse/matching';

import { Contract, ESCROW, PAID_OUT, type DeliveryWindow } from '../state/contract';
import type { SnapshotInput, SnapshotOutput } from './bytes';

export function writeContract(out: SnapshotOutput, contract: Contract): void {
  out.u32(contract.number);
  out.u32(contract.tier);
  out.u8(CONTRACT_STATES.indexOf(contract.state));
  out.u32(contract.sequence);
  out.u32(contract.lastOrder);
  out.u32(contract.lastTrade);
  out.f64(contract.tradedLots);
  out.f64(contract.closedSequence);
  out.f64(contract.settledThrough);
  out.u8(contract.settled ? 1 : 0);
  out.i64(contract.money.get(ESCROW));
  out.i64(contract.money.get(PAID_OUT));
  writeHoldings(out, contract);
  writeOrders(out, contract);
}

export function readContract(input: SnapshotInput, window: DeliveryWindow): Contract {
  const contract = new Contract(input.u32(), input.u32(), window);
  contract.state = CONTRACT_STATES[input.u8()]!;
  contract.sequence = input.u32();
  contract.lastOrder = input.u32();
  contract.lastTrade = input.u32();
  contract.tradedLots = input.f64();
  contract.closedSequence = input.f64();
  contract.settledThrough = input.f64();
  contract.settled = input.u8() === 1;
  contract.money.set(ESCROW, input.i64());
  contract.money.set(PAID_OUT, input.i64());
  readHoldings(input, contract);
  readOrders(input, contract);
  return contract;
}

function writeHoldings(out: SnapshotOutput, { holdings }: Contract): void {
  out.u32(holdings.size);
  for (let holder = 0; holder < holdings.size; holder++) {
    out.u32(holdings.account(holder));
    out.f64(holdings.lots(holder));
    out.i64(holdings.paid.get(holder));
    out.i64(holdings.receivable.get(holder));
  }
}

function readHoldings(input: SnapshotInput, { holdings }: Contract): void {
  for (let left = input.u32(); left > 0; left--) {
    const holder = holdings.of(input.u32());
    holdings.addLots(holder, input.f64());
    holdings.paid.set(holder, input.i64());
    holdings.receivable.set(holder, input.i64());
  }
}

function writeOrders(out: SnapshotOutput, { book }: Contract): void {
  out.u32(book.size);
  for (let number = book.nextNumber(0); number !== NONE; number = book.nextNumber(number + 1)) {
    const slot = book.slotOf(number);
    out.u32(number);
    out.u8(SIDES.indexOf(book.side(slot)));
    out.u8(SELF_TRADE_MODES.indexOf(book.selfTrade(slot)));
    out.u8(book.postOnly(slot) ? 1 : 0);
    out.u32(book.price(slot));
    out.f64(book.total(slot));
    out.f64(book.open(slot));
    out.u32(book.holder(slot));
    out.u32(book.feeSchedule(slot));
    out.f64(book.goodTillUs(slot));
  }
  for (const side of SIDES) {
    for (let slot = book.best(side); slot !== NONE; slot = book.after(slot)) out.u32(book.number(slot));
    out.u32(0);
  }
}

function readOrders(input: SnapshotInput, { book, holdings }: Contract): void {
  for (let left = input.u32(); left > 0; left--) {
    const order = {
      number: input.u32(),
      side: SIDES[input.u8()]!,
      selfTrade: SELF_TRADE_MODES[input.u8()]!,
      postOnly: input.u8() === 1,
      price: input.u32(),
      total: input.f64(),
      open: input.f64(),
      holder: input.u32(),
      feeSchedule: input.u32(),
      goodTillUs: input.f64(),
    };
    book.add(order);
    // What is on sale is the sum of the open sells; the energy that it takes stands in the window.
    if (order.side === 'SELL') holdings.addSelling(order.holder, order.open);
  }
  for (let queues = SIDES.length; queues > 0; queues--) {
    for (let number = input.u32(); number !== 0; number = input.u32()) book.rest(book.slotOf(number));
  }
}
