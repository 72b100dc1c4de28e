// The auditor: takes a log's records one after the other, keeps books of its own, and tells what does not add up.
// It shares neither arithmetic nor data with the engine, so that the two can only be wrong in the same way by chance.

import {
  RECORD_EVENTS_MAX,
  type CommandIdentity,
  type EventOf,
  type EventType,
  type MarketEvent,
  type RecordCause,
  type RecordVisitor,
} from '@tokenbourse/domain';

import { Books } from './books';
import type { AuditCheck } from './checks';
import { impossibleFigure } from './figures';
import * as lifecycle from './lifecycle';
import * as offers from './offers';
import * as orders from './orders';
import type { Outcome } from './outcomes';
import * as participants from './participants';
import * as settlement from './settlement';
import { tradeExecuted } from './trades';

export interface AuditFinding {
  readonly check: AuditCheck;
  /** Record in which it was found. */
  readonly sequence: number;
  /** What is so and what must be, with figures in lots, ticks, micro-USD and millijoules. */
  readonly what: string;
}

const CHANGES_NOTHING: ReadonlySet<EventType> = new Set<EventType>([
  'OrderRejected',
  'CommandRejected',
  'CommandRepeated',
  'CommandFailed',
  'Pinged',
  'ClockConfirmed',
  'CommandsDropped',
]);

export class Auditor implements RecordVisitor {
  readonly books: Books;
  private identity: CommandIdentity | null = null;
  private events = 0;
  private withdrawn = 0;
  /** Of the record in hand: one of its events says that the command changed nothing. */
  private changesNothing = false;
  private outcome: { -readonly [K in keyof Outcome]: Outcome[K] } = nothing();

  /** @param find told of each finding as it comes up */
  constructor(private readonly find: (finding: AuditFinding) => void) {
    this.books = new Books((check, what) => this.find({ check, sequence: this.books.sequence, what }));
  }

  begin(
    sequence: number,
    atUs: number,
    cause: RecordCause,
    causeSequence: number,
    identity: CommandIdentity | null,
  ): void {
    const { books } = this;
    const before = books.atUs;
    books.expect('records', '', 'number of a record', sequence, books.sequence + 1);
    books.sequence = sequence;
    if (!Number.isSafeInteger(atUs) || atUs < before) books.report('records', `its time ${atUs} lies before ${before}`);
    else books.atUs = atUs;
    if (cause === 'CONTINUATION' && !(causeSequence > 0 && causeSequence < sequence)) {
      books.report('records', `it continues record ${causeSequence}`);
    }
    if (identity !== null && identity.command === undefined) books.report('records', 'it answers a command of no type');
    this.identity = identity;
    this.events = 0;
    this.withdrawn = 0;
    this.changesNothing = false;
    this.outcome = nothing();
  }

  event(event: MarketEvent): void {
    this.events += 1;
    const impossible = impossibleFigure(event);
    if (impossible !== undefined) return this.books.report('records', impossible);
    this.noteOutcome(event);
    this.audit(event);
  }

  end(): void {
    const { books, events, identity } = this;
    if (events < 1 || events > RECORD_EVENTS_MAX) books.report('records', `it has ${events} events`);
    if (this.changesNothing && events !== 1) {
      books.report('outcomes', `it has ${events} events, and says that nothing changed`);
    }
    if (identity !== null) {
      const wrong = books.outcomes.judge(identity, this.outcome, books.sequence, books.atUs);
      if (wrong !== undefined) books.report('outcomes', `it ${wrong}`);
    }
    offers.expectPlaced(books);
    books.endRecord();
  }

  /** After the last record: adds the books up once more. */
  finish(): void {
    this.books.recount();
  }

  /** What changed nothing is told of the very command that the record answers. */
  private expectAnswered(event: EventOf<'CommandRejected' | 'CommandRepeated' | 'CommandFailed'>): void {
    const { books, identity } = this;
    books.expect('outcomes', '', 'command that is answered', event.command, identity?.command);
    books.expect('outcomes', '', 'account whose command is answered', event.account, identity?.account);
  }

  private noteOutcome(event: MarketEvent): void {
    const { books, identity, outcome } = this;
    this.changesNothing ||= CHANGES_NOTHING.has(event.type);
    switch (event.type) {
      case 'OrderRejected':
        outcome.code = event.code;
        if (event.code === 'COMMAND_ID_REUSED') outcome.reusedFrom = event.needed;
        books.expect('outcomes', '', 'account whose order is refused', event.account, identity?.account);
        books.expect('outcomes', '', 'contract of the order refused', event.contract, identity?.contract);
        return;
      case 'CommandRejected':
        this.expectAnswered(event);
        outcome.code = event.code;
        if (event.code === 'COMMAND_ID_REUSED') outcome.reusedFrom = event.needed;
        return;
      case 'CommandFailed':
        this.expectAnswered(event);
        outcome.code = event.code;
        return;
      case 'CommandRepeated':
        this.expectAnswered(event);
        outcome.repeated = event;
        return;
      case 'OrderAccepted':
        if (event.offer === 0) outcome.result = event.order;
        return;
      case 'OrderCancelled':
        if (event.reason === 'OFFER_WITHDRAWN') this.withdrawn += 1;
        return;
      default: {
        const result = resultOf(event);
        if (result !== undefined) outcome.result = result;
      }
    }
  }

  private audit(event: MarketEvent): void {
    const { books } = this;
    switch (event.type) {
      case 'OrderAccepted':
        return orders.orderAccepted(books, event);
      case 'TradeExecuted':
        return tradeExecuted(books, event);
      case 'OrderBooked':
        return orders.orderBooked(books, event);
      case 'OrderCancelled':
        return orders.orderCancelled(books, event);
      case 'OrderDecremented':
        return orders.orderDecremented(books, event);
      case 'OrderAmended':
        return orders.orderAmended(books, event);
      case 'OfferPosted':
        return offers.offerPosted(books, event);
      case 'OfferWithdrawn':
        return offers.offerWithdrawn(books, event, this.withdrawn);
      case 'CancelAllRequested':
        return offers.cancelAllRequested(books, event);
      case 'CancelAllCompleted':
        return offers.cancelAllCompleted(books, event);
      default:
        return auditRarer(books, event);
    }
  }
}

function auditRarer(books: Books, event: MarketEvent): void {
  switch (event.type) {
    case 'WindowListed':
      return lifecycle.windowListed(books, event);
    case 'ContractListed':
      return lifecycle.contractListed(books, event);
    case 'ContractOpened':
      return lifecycle.contractOpened(books, event);
    case 'ContractClosed':
      return lifecycle.contractClosed(books, event);
    case 'ContractDelivering':
      return lifecycle.contractDelivering(books, event);
    case 'PositionSettled':
      return settlement.positionSettled(books, event);
    case 'ContractSettled':
      return settlement.contractSettled(books, event);
    case 'CapacityPerished':
      return settlement.capacityPerished(books, event);
    case 'WindowEnded':
      return settlement.windowEnded(books, event);
    case 'ParticipantRegistered':
      return participants.participantRegistered(books, event);
    case 'AccountOpened':
      return participants.accountOpened(books, event);
    case 'FactoryRegistered':
      return participants.factoryRegistered(books, event);
    case 'CashDeposited':
      return participants.cashDeposited(books, event);
    case 'CashWithdrawn':
      return participants.cashWithdrawn(books, event);
    case 'ApiKeyCreated':
      return participants.apiKeyCreated(books, event);
    case 'ApiKeyRevoked':
      return participants.apiKeyRevoked(books, event);
    case 'MarketOpened':
      return participants.marketOpened(books, event);
    case 'TierAdded':
      return participants.tierAdded(books, event);
    case 'ZoneAdded':
      return participants.zoneAdded(books, event);
    case 'FeesSet':
      return participants.feesSet(books, event);
    case 'LimitsSet':
      return participants.limitsSet(books, event);
    default:
      return; // outcomes, costs and the split rule move nothing
  }
}

function nothing(): Outcome {
  return { result: 0, code: 'NONE', repeated: undefined, reusedFrom: 0 };
}

/** The number of what an event made, where the outcome of a command tells it. */
function resultOf(event: MarketEvent): number | undefined {
  switch (event.type) {
    case 'OrderAmended':
      return event.order;
    case 'OfferPosted':
      return event.offer;
    case 'ParticipantRegistered':
      return event.participant;
    case 'AccountOpened':
    case 'FactoryRegistered':
    case 'FactoryCostsSet':
      return event.account;
    case 'ApiKeyCreated':
    case 'ApiKeyRevoked':
      return event.key;
    case 'ZoneAdded':
      return event.zone;
    case 'FeesSet':
      return event.schedule;
    default:
      return undefined;
  }
}
