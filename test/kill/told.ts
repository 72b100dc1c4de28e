// What clients were told, kept outside of the server: each command by its id, with its last certain answer if there is one.

import { eventOf, type CommandOutcome } from '@tokenbourse/protocol';
import { formatId, formatOrderId, formatTradeId, type LogRecord } from '@tokenbourse/domain';

/** A command's outcome, as an answer tells it and as its record in the log says it. */
export interface Outcome {
  /** The record in which it was decided. */
  readonly sequence: number;
  /** ACCEPTED, or the reason code of a refusal by the market. */
  readonly code: string;
  /** Id of the order or offer that it made or changed; empty for others. Undefined where an answer does not say. */
  readonly about?: string;
  /** What it came to at once: trades, lots, money. Undefined where an answer is a later one and does not say. */
  readonly detail?: string;
}

/**
 * IN_DOUBT: sent, and no certain answer came. ACKNOWLEDGED: told an outcome. NOT_TAKEN: told for certain that it was not
 * taken, each time that it was sent.
 */
export type Certainty = 'IN_DOUBT' | 'ACKNOWLEDGED' | 'NOT_TAKEN';

export interface ToldCommand {
  readonly id: string;
  certainty: Certainty;
  outcome: Outcome | undefined;
  /** No answer came to at least one of its sendings. */
  wasInDoubt: boolean;
}

export class Told {
  /** Contradictions between two answers. */
  readonly faults: string[] = [];
  sendings = 0;
  private readonly commands = new Map<string, ToldCommand>();
  private changed = new Set<ToldCommand>();

  /** Before a command leaves: from now on it may be in the log. */
  sending(id: string): void {
    this.sendings += 1;
    let command = this.commands.get(id);
    if (command === undefined) {
      command = { id, certainty: 'IN_DOUBT', outcome: undefined, wasInDoubt: false };
      this.commands.set(id, command);
    } else if (command.certainty === 'NOT_TAKEN') command.certainty = 'IN_DOUBT';
    this.changed.add(command);
  }

  acknowledged(id: string, outcome: Outcome): void {
    const command = this.commands.get(id)!;
    const first = command.outcome;
    if (first !== undefined && !sameOutcome(first, outcome)) {
      this.faults.push(`${id} was answered with ${inWords(first)}, and again with ${inWords(outcome)}`);
    }
    command.outcome = { ...outcome, ...definedOf(first) };
    command.certainty = 'ACKNOWLEDGED';
    this.changed.add(command);
  }

  /** Of this sending; an earlier one may be in the log all the same. */
  notTaken(id: string): void {
    const command = this.commands.get(id)!;
    if (command.certainty === 'IN_DOUBT' && !command.wasInDoubt) command.certainty = 'NOT_TAKEN';
    this.changed.add(command);
  }

  inDoubt(id: string): void {
    const command = this.commands.get(id)!;
    command.wasInDoubt = true;
    this.changed.add(command);
  }

  get(id: string): ToldCommand | undefined {
    return this.commands.get(id);
  }

  /** The commands of which anything was told since the last call. */
  takeChanged(): ToldCommand[] {
    const changed = [...this.changed];
    this.changed = new Set();
    return changed;
  }

  /** How many commands there are, and how many of each certainty. */
  count(certainty?: Certainty): number {
    if (certainty === undefined) return this.commands.size;
    let found = 0;
    for (const command of this.commands.values()) if (command.certainty === certainty) found += 1;
    return found;
  }

  /** How many were told a refusal by the market. */
  refusals(): number {
    let found = 0;
    for (const { outcome } of this.commands.values())
      if (outcome !== undefined && outcome.code !== 'ACCEPTED') found += 1;
    return found;
  }
}

/** A later answer need not say what the command came to at once. */
export function sameOutcome(a: Outcome, b: Outcome): boolean {
  const agree = <T>(one: T | undefined, other: T | undefined): boolean =>
    one === undefined || other === undefined || one === other;
  return a.sequence === b.sequence && a.code === b.code && agree(a.about, b.about) && agree(a.detail, b.detail);
}

/** What was told first stays; a later answer only adds what was not told yet. */
function definedOf(outcome: Outcome | undefined): Partial<Outcome> {
  return Object.fromEntries(Object.entries(outcome ?? {}).filter(([, value]) => value !== undefined));
}

export function inWords({ sequence, code, about, detail }: Outcome): string {
  return [code, about ?? '', detail ?? '', `in record ${sequence}`].filter((part) => part !== '').join(' ');
}

/** What a command's record in the log says; undefined for a repetition, which only tells the first outcome again. */
export function outcomeInLog(record: LogRecord): Outcome | undefined {
  const outcome: CommandOutcome = record;
  const { sequence } = record;
  if (eventOf(outcome, 'CommandRepeated') !== undefined) return undefined;
  if (eventOf(outcome, 'CommandFailed') !== undefined) return { sequence, code: 'INTERNAL', about: '' };
  const refusal = eventOf(outcome, 'OrderRejected') ?? eventOf(outcome, 'CommandRejected');
  if (refusal !== undefined) return { sequence, code: refusal.code, about: '' };
  return { sequence, code: 'ACCEPTED', ...madeInLog(record) };
}

function madeInLog(record: LogRecord): Pick<Outcome, 'about' | 'detail'> {
  const outcome: CommandOutcome = record;
  switch (record.identity?.command) {
    case 'PlaceOrder': {
      const order = eventOf(outcome, 'OrderAccepted')!;
      const trades = record.events.flatMap((event) =>
        event.type === 'TradeExecuted' && event.taker_order === order.order
          ? [`${formatTradeId(event.contract, event.trade)} of ${event.amount_micro_usd}`]
          : [],
      );
      return { about: formatOrderId(order.contract, order.order), detail: trades.join(', ') };
    }
    case 'AmendOrder': {
      const order = eventOf(outcome, 'OrderAmended') ?? eventOf(outcome, 'OrderCancelled');
      return { about: order === undefined ? '' : formatOrderId(order.contract, order.order) };
    }
    case 'CancelOrder': {
      const order = eventOf(outcome, 'OrderCancelled')!;
      return { about: formatOrderId(order.contract, order.order), detail: `${order.cancelled_lots} lots` };
    }
    case 'Deposit':
    case 'Withdraw': {
      const moved = eventOf(outcome, 'CashDeposited') ?? eventOf(outcome, 'CashWithdrawn');
      return { about: '', detail: `${moved?.amount_micro_usd} micro-USD` };
    }
    case 'PostOffer':
      return { about: formatId('offer', eventOf(outcome, 'OfferPosted')!.offer) };
    case 'WithdrawOffer':
      return { about: formatId('offer', eventOf(outcome, 'OfferWithdrawn')!.offer) };
    default:
      return { about: '' };
  }
}
