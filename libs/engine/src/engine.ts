// The engine: commands in, records out. It stamps nothing and stores nothing; the sequencer gives it time and order,
// and a sink takes what it writes.

import {
  fingerprintOf,
  hashId,
  REJECTION_CODES,
  type Command,
  type CommandIdentity,
  type EventOf,
  type MarketEvent,
  type RecordCause,
  type RejectionCode,
} from '@tokenbourse/domain';

import { apply } from './apply/apply';
import { beginRecord, endRecord } from './apply/record';
import { decide } from './decide/decide';
import type { Decision } from './decide/decision';
import { nextDue, runDue } from './decide/due';
import { rejectCommand } from './decide/reject';
import { continueCancelAll } from './decide/cancel';
import { closingWork, nextWork, type Work } from './decide/work';
import type { KnownOutcome } from './state/outcome-shard';
import type { MarketState } from './state/market-state';

/** Takes records as they are made: a frame's writer, or an array in a test. */
export interface RecordSink {
  begin(atUs: number, cause: RecordCause, causeSequence: number, identity: CommandIdentity | null): void;
  write(event: MarketEvent): void;
  end(): void;
}

const NEVER = Number.POSITIVE_INFINITY;

/**
 * All times given to the engine are log time: microseconds since 1970, never less than `state.lastStampUs`.
 * When a method throws, state and sink are torn: both must be thrown away, and the engine built anew from the log.
 */
export class Engine implements Decision {
  private dueAtUs: number;
  private dueIsStale = false;
  private hasWork = true;

  constructor(
    readonly state: MarketState,
    private readonly sink: RecordSink,
  ) {
    this.dueAtUs = nextDue(state, state.lastStampUs)?.atUs ?? NEVER;
  }

  /** Applies an event and writes it: the only way in which deciding changes anything. */
  emit(event: MarketEvent): void {
    apply(this.state, event);
    this.sink.write(event);
  }

  /** When the next work falls due; Infinity if never. */
  nextDueUs(): number {
    if (this.dueIsStale) {
      this.dueAtUs = nextDue(this.state, this.state.lastStampUs)?.atUs ?? NEVER;
      this.dueIsStale = false;
    }
    return this.dueAtUs;
  }

  /** Writes what has fallen due, then the command's outcome: one record for it, or a repetition's. */
  execute(command: Command, atUs: number): void {
    const identity = identityOf(command);
    if (this.nextDueUs() <= atUs) this.runDue(atUs);
    if (this.state.cancelAlls.length > 0) this.finishCancelAlls(identity.account, atUs);
    const known = this.findOutcome(identity, atUs);
    this.beginRecord(atUs, 'COMMAND', 0, identity);
    if (known === undefined) decide(this, command, atUs);
    else this.repeat(command, identity, known);
    // The look-up has hashed the id; only the opening of the market changes the seed.
    this.endRecord(identity, identity.command !== 'OpenMarket');
    this.noteEffects(command);
  }

  /** Writes a refusal as the command's outcome, without deciding it; of a known id the first outcome stands. */
  refuse(command: Command, code: RejectionCode, atUs: number): void {
    const identity = identityOf(command);
    const known = this.findOutcome(identity, atUs);
    this.beginRecord(atUs, 'COMMAND', 0, identity);
    if (known !== undefined) this.repeat(command, identity, known);
    else if (code === 'INTERNAL') {
      this.emit({ type: 'CommandFailed', command: identity.command, account: identity.account, code });
    } else rejectCommand(this, command, { code, needed: 0, available: 0, at_us: 0 });
    this.endRecord(identity);
  }

  /** Writes that places on the commands topic are passed: what stood there is gone, or is no command. */
  pass(dropped: Omit<EventOf<'CommandsDropped'>, 'type'>, atUs: number): void {
    if (this.nextDueUs() <= atUs) this.runDue(atUs);
    this.beginRecord(atUs, 'DUE', 0, null);
    this.emit({ type: 'CommandsDropped', ...dropped });
    this.endRecord(null);
  }

  /** Writes what has fallen due by `atUs`, each piece as a record, in the order of due time, kind, number. */
  runDue(atUs: number): void {
    for (;;) {
      this.state.dropPassedExpiries(atUs);
      const due = nextDue(this.state, atUs);
      this.dueAtUs = due?.atUs ?? NEVER;
      if (due === undefined || due.atUs > atUs) break;
      if (due.kind === 'SETTLEMENT') this.finishClosing(due.number, atUs);
      this.beginRecord(atUs, 'DUE', 0, null);
      runDue(this, due, atUs);
      this.endRecord(null);
      this.hasWork = true;
    }
    this.dueIsStale = false;
  }

  /** Writes the next slice of unfinished work as a record; false if there is none. */
  work(atUs: number): boolean {
    if (!this.hasWork) return false;
    const work = nextWork(this.state);
    if (work === undefined) {
      this.hasWork = false;
      return false;
    }
    this.writeSlice(work, atUs);
    return true;
  }

  private writeSlice(work: Work, atUs: number): void {
    this.beginRecord(atUs, 'CONTINUATION', work.causeSequence, null);
    work.run(this);
    this.endRecord(null);
    this.dueIsStale = true;
  }

  /** A window's orders are cancelled before it is settled, whatever came in between. */
  private finishClosing(window: number, atUs: number): void {
    const closed = this.state.window(window)!;
    for (let work = closingWork(closed); work !== undefined; work = closingWork(closed)) this.writeSlice(work, atUs);
  }

  /** A cancel-all is finished before the account's next command. */
  private finishCancelAlls(account: number, atUs: number): void {
    for (;;) {
      const all = this.state.cancelAlls.find((running) => running.account === account);
      if (all === undefined) return;
      this.beginRecord(atUs, 'CONTINUATION', all.causeSequence, null);
      continueCancelAll(this, all);
      this.endRecord(null);
    }
  }

  private findOutcome(identity: CommandIdentity, atUs: number): KnownOutcome | undefined {
    const { account, contract, command_id } = identity;
    if (command_id === '') return undefined;
    hashId(this.state.idSeed, account, contract, command_id);
    return this.state.outcomes.find(account, atUs);
  }

  /** Answers a command whose id is known: with its first outcome, or with a refusal if it asks for something else. */
  private repeat(command: Command, identity: CommandIdentity, known: KnownOutcome): void {
    if (known.fingerprint !== identity.fingerprint) {
      rejectCommand(this, command, { code: 'COMMAND_ID_REUSED', needed: known.sequence, available: 0, at_us: 0 });
      return;
    }
    this.emit({
      type: 'CommandRepeated',
      command: identity.command,
      account: identity.account,
      first_sequence: known.sequence,
      outcome: known.code === 0 ? 'ACCEPTED' : 'REJECTED',
      result: known.result,
      code: known.code === 0 ? 'NONE' : REJECTION_CODES[known.code - 1]!,
    });
  }

  private beginRecord(atUs: number, cause: RecordCause, causeSequence: number, identity: CommandIdentity | null): void {
    beginRecord(this.state, atUs);
    this.sink.begin(atUs, cause, causeSequence, identity);
  }

  private endRecord(identity: CommandIdentity | null, hashed = false): void {
    endRecord(this.state, identity, hashed);
    this.sink.end();
  }

  /** Few commands can bring an instant nearer or leave work behind. */
  private noteEffects(command: Command): void {
    switch (command.type) {
      case 'PlaceOrder':
        if (command.good_till_us !== 0 && command.good_till_us < this.dueAtUs) this.dueIsStale = true;
        return;
      case 'CancelAllOrders':
        this.hasWork = true;
        return;
      case 'OpenMarket':
      case 'AddZone':
        this.dueIsStale = true;
        return;
      default:
        return;
    }
  }
}

/** How the log names a command, in the record that answers it. */
export function identityOf(command: Command): CommandIdentity {
  const { type, command_id } = command;
  const fingerprint = command_id === '' ? 0 : fingerprintOf(command);
  // The frequent ones first: they need not be asked whether they have an account.
  if (type === 'PlaceOrder') {
    const { account, contract } = command;
    return { command: type, account, contract, command_id, fingerprint };
  }
  const account = type === 'CancelOrder' || 'account' in command ? command.account : 0;
  return { command: type, account, contract: 0, command_id, fingerprint };
}
