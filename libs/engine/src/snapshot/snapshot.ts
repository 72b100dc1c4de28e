// The state as bytes and back. The bytes are canonical: two folds of the same log write the same ones, whatever their
// memory looks like, so that SHA-256 over them is the state hash.

import { CONTRACT_STATES } from '@tokenbourse/domain';

import { DeliveryWindow } from '../state/contract';
import { OUTSIDE, MarketState } from '../state/market-state';
import { SnapshotInput, SnapshotOutput } from './bytes';
import { readContract, writeContract } from './contract';
import { readOutcomes, writeOutcomes } from './outcomes';

export const SNAPSHOT_VERSION = 1;

/** A snapshot of another version, or bytes that are none. */
export class SnapshotUnreadable extends Error {
  readonly code = 'SNAPSHOT_UNREADABLE';
  constructor(reason: string) {
    super(`the snapshot cannot be read: ${reason}`);
  }
}

/** The whole state between two records. Its chunks, one behind the other, are the snapshot. */
export function writeSnapshot(state: MarketState): Uint8Array[] {
  const out = new SnapshotOutput();
  out.u32(SNAPSHOT_VERSION);
  out.f64(state.sequence);
  out.f64(state.lastStampUs);
  out.i32(state.digest);
  writeConfiguration(out, state);
  writeAccounts(out, state);
  writeWindows(out, state);
  writeWork(out, state);
  writeOutcomes(out, state.outcomes);
  return out.chunks();
}

/** The state that `writeSnapshot` wrote. Throws SnapshotUnreadable. */
export function readSnapshot(bytes: Uint8Array): MarketState {
  const input = new SnapshotInput(bytes);
  try {
    const version = input.u32();
    if (version !== SNAPSHOT_VERSION) {
      throw new SnapshotUnreadable(`it has version ${version}, this program reads version ${SNAPSHOT_VERSION}`);
    }
    const state = new MarketState();
    state.sequence = input.f64();
    state.lastStampUs = input.f64();
    state.digest = input.i32();
    readConfiguration(input, state);
    readAccounts(input, state);
    readWindows(input, state);
    readWork(input, state);
    readOutcomes(input, state.outcomes);
    if (!input.ended) throw new SnapshotUnreadable('bytes are left over');
    return state;
  } catch (error) {
    if (error instanceof SnapshotUnreadable) throw error;
    throw new SnapshotUnreadable(error instanceof Error ? error.message : String(error));
  }
}

function writeConfiguration(out: SnapshotOutput, state: MarketState): void {
  const { schedule, limits } = state;
  out.u8(state.opened ? 1 : 0);
  out.u32(state.idSeed);
  out.f64(schedule.windowUs);
  out.f64(schedule.horizonUs);
  out.f64(schedule.openLeadUs);
  out.f64(schedule.gateLeadUs);
  out.f64(schedule.settlementLagUs);
  out.u32(limits.openOrdersPerAccount);
  out.u32(limits.matchesPerCommand);
  out.u32(limits.quotesPerOffer);
  out.u32(state.tiers.length);
  for (const tier of state.tiers) out.text(tier);
  out.u32(state.zones.length);
  for (const zone of state.zones) {
    out.text(zone.name);
    out.f64(zone.nextWindowStartUs);
  }
  out.u32(state.feeSchedules.length);
  for (const fees of state.feeSchedules) {
    out.u32(fees.makerPpm);
    out.u32(fees.takerPpm);
  }
}

function readConfiguration(input: SnapshotInput, state: MarketState): void {
  state.opened = input.u8() === 1;
  state.idSeed = input.u32();
  state.schedule = {
    windowUs: input.f64(),
    horizonUs: input.f64(),
    openLeadUs: input.f64(),
    gateLeadUs: input.f64(),
    settlementLagUs: input.f64(),
  };
  state.limits = {
    openOrdersPerAccount: input.u32(),
    matchesPerCommand: input.u32(),
    quotesPerOffer: input.u32(),
  };
  const tiers = input.u32();
  for (let i = 0; i < tiers; i++) state.tiers[i] = input.text();
  const zones = input.u32();
  for (let i = 0; i < zones; i++) state.zones[i] = { name: input.text(), nextWindowStartUs: input.f64() };
  const schedules = input.u32();
  for (let i = 0; i < schedules; i++) state.feeSchedules[i] = { makerPpm: input.u32(), takerPpm: input.u32() };
}

function writeAccounts(out: SnapshotOutput, state: MarketState): void {
  const { accounts } = state;
  out.u32(state.lastParticipant);
  out.u32(state.lastKey);
  out.u32(state.activeKeys.size);
  for (const key of [...state.activeKeys].sort((a, b) => a - b)) out.u32(key);
  out.i64(state.money.get(OUTSIDE));
  out.u32(accounts.last);
  for (let account = 0; account <= accounts.last; account++) {
    out.u32(accounts.participant(account));
    out.i64(accounts.available.get(account));
    out.i64(accounts.held.get(account));
  }
  out.u32(state.factories.length);
  for (const factory of state.factories) {
    out.u32(factory.account);
    out.u32(factory.zone);
    out.f64(factory.powerWatts);
    out.f64(factory.registeredAtUs);
    for (const joules of factory.joulesPerMtok) out.f64(joules);
  }
}

function readAccounts(input: SnapshotInput, state: MarketState): void {
  const { accounts } = state;
  state.lastParticipant = input.u32();
  state.lastKey = input.u32();
  for (let keys = input.u32(); keys > 0; keys--) state.activeKeys.add(input.u32());
  state.money.set(OUTSIDE, input.i64());
  const last = input.u32();
  for (let account = 0; account <= last; account++) {
    const participant = input.u32();
    if (account > 0) accounts.open(account, participant);
    accounts.available.set(account, input.i64());
    accounts.held.set(account, input.i64());
  }
  const factories = input.u32();
  for (let i = 0; i < factories; i++) {
    const account = input.u32();
    const zone = input.u32();
    const powerWatts = input.f64();
    const registeredAtUs = input.f64();
    const joulesPerMtok = state.tiers.map(() => input.f64());
    accounts.setFactory(account, i);
    state.factories.push({ account, zone, powerWatts, joulesPerMtok, registeredAtUs });
  }
}

function writeWindows(out: SnapshotOutput, state: MarketState): void {
  out.u32(state.lastWindow);
  out.u32(state.lastContract);
  out.u32(state.windows.length);
  for (const window of state.windows) {
    const { times } = window;
    out.u32(window.number);
    out.u32(window.zone);
    out.f64(times.startUs);
    out.f64(times.lengthUs);
    out.f64(times.opensAtUs);
    out.f64(times.gateClosesAtUs);
    out.f64(times.settlesAtUs);
    out.u8(CONTRACT_STATES.indexOf(window.stage));
    out.f64(window.settlingSequence);
    out.f64(window.perishedThrough);
    out.u32(window.energy.admittedFactories);
    for (let i = 0; i < window.energy.admittedFactories; i++) out.i64(window.energy.freeOf(i, state.factories));
    out.u32(window.contracts.length);
    for (const contract of window.contracts) writeContract(out, contract);
  }
}

function readWindows(input: SnapshotInput, state: MarketState): void {
  state.lastWindow = input.u32();
  state.lastContract = input.u32();
  for (let windows = input.u32(); windows > 0; windows--) {
    const number = input.u32();
    const zone = input.u32();
    const window = new DeliveryWindow(number, zone, {
      startUs: input.f64(),
      lengthUs: input.f64(),
      opensAtUs: input.f64(),
      gateClosesAtUs: input.f64(),
      settlesAtUs: input.f64(),
    });
    window.stage = CONTRACT_STATES[input.u8()]!;
    window.settlingSequence = input.f64();
    window.perishedThrough = input.f64();
    const admitted = input.u32();
    for (let i = 0; i < admitted; i++) window.energy.restore(i, input.i64());
    for (let contracts = input.u32(); contracts > 0; contracts--) window.contracts.push(readContract(input, window));
    state.windows.push(window);
  }
  const contracts = state.windows.flatMap((window) => window.contracts).sort((a, b) => a.number - b.number);
  for (const contract of contracts) {
    state.contracts.add(contract);
    const { book, holdings } = contract;
    for (let number = book.nextNumber(0); number >= 0; number = book.nextNumber(number + 1)) {
      const slot = book.slotOf(number);
      const goodTillUs = book.goodTillUs(slot);
      state.accounts.countOrders(holdings.account(book.holder(slot)), 1);
      if (goodTillUs !== 0) state.expiries.add({ atUs: goodTillUs, contract: contract.number, order: number });
    }
  }
}

function writeWork(out: SnapshotOutput, state: MarketState): void {
  out.u32(state.lastOffer);
  out.u32(state.offers.size);
  for (const offer of state.offers.values()) {
    out.u32(offer.offer);
    out.u32(offer.account);
    out.u32(offer.window);
    out.u32(offer.orders.length);
    for (const { contract, order } of offer.orders) {
      out.u32(contract);
      out.u32(order);
    }
  }
  out.u32(state.cancelAlls.length);
  for (const all of state.cancelAlls) {
    out.u32(all.account);
    out.u32(all.contract);
    out.u32(all.tier);
    out.text(all.side);
    out.f64(all.causeSequence);
    out.u32(all.cancelled);
  }
}

function readWork(input: SnapshotInput, state: MarketState): void {
  state.lastOffer = input.u32();
  for (let offers = input.u32(); offers > 0; offers--) {
    const [offer, account, window] = [input.u32(), input.u32(), input.u32()];
    const orders = Array.from({ length: input.u32() }, () => ({ contract: input.u32(), order: input.u32() }));
    state.offers.set(offer, { offer, account, window, orders });
  }
  for (let count = input.u32(); count > 0; count--) {
    const [account, contract, tier] = [input.u32(), input.u32(), input.u32()];
    const side = input.text() as 'ANY' | 'BUY' | 'SELL';
    state.cancelAlls.push({ account, contract, tier, side, causeSequence: input.f64(), cancelled: input.u32() });
  }
}
