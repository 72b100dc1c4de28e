// The twin: takes the same commands at the same stamps as the engine, and says which records follow.

import {
  fingerprintOf,
  type Command,
  type CommandIdentity,
  type EventOf,
  type RecordCause,
  type RejectionCode,
} from '@tokenbourse/domain';

import { cancelClosed, nextDue, type Due } from './calendar';
import { cancelAllOrders, cancelOrder, continueCancelAll } from './cancels';
import * as configuration from './configuration';
import { Market, type DeliveryWindow, type OpenRecord, type Outcome } from './market';
import { postOffer, withdrawOffer } from './offers';
import { amendOrder, placeOrder } from './orders';
import { knownOutcome, remember, requestOf } from './outcomes';
import * as participants from './participants';
import { Refusal, tellRefusal } from './refusal';
import { settleSlice } from './settlement';

/** All times are log time: microseconds since 1970, never less than the last record's. */
export class Twin {
  readonly market = new Market();

  /** All records so far. */
  get records(): readonly OpenRecord[] {
    return this.market.records;
  }

  /** Writes what has fallen due, finishes the account's cancel-alls, then writes the command's record. */
  execute(command: Command, atUs: number): void {
    this.runDue(atUs);
    const identity = identityOf(command);
    this.finishCancelAlls(identity.account, atUs);
    this.answer(command, identity, atUs, () => decide(this.market, command));
  }

  /** Writes a refusal as the command's outcome, without deciding it. */
  refuse(command: Command, code: RejectionCode, atUs: number): void {
    const identity = identityOf(command);
    this.answer(command, identity, atUs, () => {
      if (code !== 'INTERNAL') throw new Refusal(code);
      this.market.tell({ type: 'CommandFailed', command: command.type, account: identity.account, code });
    });
  }

  /** Writes what has fallen due by `atUs`, each piece as a record of its own. */
  runDue(atUs: number): void {
    for (;;) {
      const due = nextDue(this.market, atUs);
      if (due === undefined || due.atUs > atUs) return;
      if (due.kind === 'SETTLEMENT') this.finishClosing(due, atUs);
      this.begin(atUs, 'DUE', 0, null);
      due.run();
    }
  }

  /** Writes what has fallen due, then that places on the commands topic are passed. */
  pass(dropped: Omit<EventOf<'CommandsDropped'>, 'type'>, atUs: number): void {
    this.runDue(atUs);
    this.begin(atUs, 'DUE', 0, null);
    this.market.tell({ type: 'CommandsDropped', ...dropped });
  }

  /** When the next work falls due; Infinity if never. */
  nextDueUs(): number {
    return nextDue(this.market, this.records.at(-1)?.at_us ?? 0)?.atUs ?? Infinity;
  }

  /** Writes the next slice of unfinished work: closing and settling by window, then cancel-alls; false if there is none. */
  work(atUs: number): boolean {
    for (const window of this.market.windows) {
      if (ordersLeftIn(window)) return this.slice(window.closedBy, atUs, () => cancelClosed(this.market, window));
      if (window.settledBy !== 0) return this.slice(window.settledBy, atUs, () => settleSlice(this.market, window));
    }
    const [all] = this.market.cancelAlls;
    if (all === undefined) return false;
    return this.slice(all.requestedBy, atUs, () => continueCancelAll(this.market, all));
  }

  private slice(causeSequence: number, atUs: number, run: () => void): true {
    this.begin(atUs, 'CONTINUATION', causeSequence, null);
    run();
    return true;
  }

  /** A window's orders are all cancelled before it is settled. */
  private finishClosing(due: Due, atUs: number): void {
    const window = this.market.windows.find(({ number }) => number === due.number)!;
    while (ordersLeftIn(window)) this.slice(window.closedBy, atUs, () => cancelClosed(this.market, window));
  }

  /** A cancel-all is finished before the account's next command. */
  private finishCancelAlls(account: number, atUs: number): void {
    for (;;) {
      const all = this.market.cancelAlls.find(({ command }) => command.account === account);
      if (all === undefined) return;
      this.slice(all.requestedBy, atUs, () => continueCancelAll(this.market, all));
    }
  }

  private answer(command: Command, identity: CommandIdentity, atUs: number, outcome: () => void): void {
    const { market } = this;
    this.begin(atUs, 'COMMAND', 0, identity);
    const known = knownOutcome(market, identity);
    if (known !== undefined) return repeat(market, command, identity, known);
    market.made = 0;
    let code: Outcome['code'] = 'NONE';
    try {
      outcome();
      if (market.record.events[0]?.type === 'CommandFailed') code = 'INTERNAL';
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      tellRefusal(market, command, refusal);
      code = refusal.reason;
    }
    remember(market, command, identity, code);
  }

  private begin(at_us: number, cause: RecordCause, cause_sequence: number, identity: CommandIdentity | null): void {
    const sequence = this.records.length + 1;
    this.market.records.push({ sequence, at_us, cause, cause_sequence, identity, events: [] });
  }
}

function ordersLeftIn(window: DeliveryWindow): boolean {
  return window.closedBy !== 0 && window.contracts.some((contract) => contract.orders.length > 0);
}

/** An order's id belongs to its account and contract, any other command's to its account. */
function identityOf(command: Command): CommandIdentity {
  return {
    command: command.type,
    account: 'account' in command ? command.account : 0,
    contract: command.type === 'PlaceOrder' ? command.contract : 0,
    command_id: command.command_id,
    fingerprint: command.command_id === '' ? 0 : fingerprintOf(command),
  };
}

/** The first outcome is told again; another request under the same id is refused, and the first outcome stays. */
function repeat(market: Market, command: Command, identity: CommandIdentity, known: Outcome): void {
  if (known.request !== requestOf(command)) {
    return tellRefusal(market, command, new Refusal('COMMAND_ID_REUSED', known.sequence));
  }
  market.tell({
    type: 'CommandRepeated',
    command: command.type,
    account: identity.account,
    first_sequence: known.sequence,
    outcome: known.code === 'NONE' ? 'ACCEPTED' : 'REJECTED',
    result: known.made,
    code: known.code,
  });
}

function decide(market: Market, command: Command): void {
  const needsNoMarket = command.type === 'OpenMarket' || command.type === 'Ping' || command.type === 'ConfirmClock';
  if (market.schedule === undefined && !needsNoMarket) throw new Refusal('MARKET_NOT_OPEN');
  switch (command.type) {
    case 'PlaceOrder':
      return placeOrder(market, command);
    case 'AmendOrder':
      return amendOrder(market, command);
    case 'CancelOrder':
      return cancelOrder(market, command);
    case 'CancelAllOrders':
      return cancelAllOrders(market, command);
    case 'PostOffer':
      return postOffer(market, command);
    case 'WithdrawOffer':
      return withdrawOffer(market, command);
    case 'Deposit':
      return participants.deposit(market, command);
    case 'Withdraw':
      return participants.withdraw(market, command);
    case 'RegisterParticipant':
      return participants.registerParticipant(market, command);
    case 'OpenAccount':
      return participants.openAccount(market, command);
    case 'RegisterFactory':
      return participants.registerFactory(market, command);
    case 'SetFactoryCosts':
      return participants.setFactoryCosts(market, command);
    case 'CreateApiKey':
      return participants.createApiKey(market, command);
    case 'RevokeApiKey':
      return participants.revokeApiKey(market, command);
    default:
      return configure(market, command);
  }
}

type ConfiguringCommand = Extract<
  Command,
  { type: 'OpenMarket' | 'AddZone' | 'SetFees' | 'SetLimits' | 'SetSplitRule' | 'Ping' | 'ConfirmClock' }
>;

function configure(market: Market, command: ConfiguringCommand): void {
  switch (command.type) {
    case 'OpenMarket':
      return configuration.openMarket(market, command);
    case 'AddZone':
      return configuration.addZone(market, command);
    case 'SetFees':
      return configuration.setFees(market, command);
    case 'SetLimits':
      return configuration.setLimits(market, command);
    case 'SetSplitRule':
      return configuration.setSplitRule(market, command);
    case 'Ping':
      return market.tell({ type: 'Pinged', token: command.token });
    case 'ConfirmClock': {
      const last_stamp_us = market.records.at(-2)?.at_us ?? 0;
      return market.tell({ type: 'ClockConfirmed', last_stamp_us, wall_us: command.wall_us });
    }
  }
}
