// What happened, one line per event: record, time, cause, and the event in words with the units of the wire.

import { formatInstant, type LogRecord, type MarketEvent } from '@tokenbourse/domain';

import { lifecycleWords, outcomeWords, registerWords, settingWords } from './market-words';
import type { Names } from './names';
import { orderWords } from './order-words';

export function eventWords(event: MarketEvent, names: Names): string {
  switch (event.type) {
    case 'OrderAccepted':
    case 'TradeExecuted':
    case 'OrderBooked':
    case 'OrderCancelled':
    case 'OrderDecremented':
    case 'OrderAmended':
    case 'OfferPosted':
    case 'OfferWithdrawn':
    case 'CancelAllRequested':
    case 'CancelAllCompleted':
      return orderWords(event, names);
    case 'OrderRejected':
    case 'CommandRejected':
    case 'CommandRepeated':
    case 'CommandFailed':
    case 'Pinged':
    case 'ClockConfirmed':
    case 'CommandsDropped':
      return outcomeWords(event, names);
    case 'WindowListed':
    case 'ContractListed':
    case 'ContractOpened':
    case 'ContractClosed':
    case 'ContractDelivering':
    case 'PositionSettled':
    case 'ContractSettled':
    case 'CapacityPerished':
    case 'WindowEnded':
      return lifecycleWords(event, names);
    case 'ParticipantRegistered':
    case 'AccountOpened':
    case 'FactoryRegistered':
    case 'FactoryCostsSet':
    case 'CashDeposited':
    case 'CashWithdrawn':
    case 'ApiKeyCreated':
    case 'ApiKeyRevoked':
      return registerWords(event, names);
    default:
      return settingWords(event);
  }
}

/** The command that a record answers, with the sender's id, or what else made it. */
export function causeWords({ cause, cause_sequence: continued, identity }: LogRecord): string {
  if (cause === 'DUE') return 'due';
  if (cause === 'CONTINUATION' || identity === null) return `continues ${continued}`;
  const { command, command_id: id } = identity;
  return id === '' ? command : `${command} ${JSON.stringify(id)}`;
}

/** The lines of a record's events; `names` learns from them. Ends with a line break unless there are none. */
export function recordLines(record: LogRecord, names: Names, shown: (event: MarketEvent) => boolean): string {
  let lines = '';
  const place = `${String(record.sequence).padStart(9)}  ${formatInstant(record.at_us)}  ${causeWords(record)}`;
  for (const event of record.events) {
    names.learn(event);
    if (shown(event)) lines += `${place}  ${event.type}  ${eventWords(event, names)}\n`;
  }
  return lines;
}
