// Events in words: the units of the wire, names for numbers, and a sentence for every event of the catalogue.

import { EVENT_TYPES, type LogRecord, type MarketEvent } from '@tokenbourse/domain';

import { tradingDay } from '../../../../libs/audit/testing/trading-day';
import { Names } from './names';
import { causeWords, eventWords, recordLines } from './narration';

const names = new Names();
const seen = new Map<string, string>();
for (const { records } of [tradingDay(1, 600), tradingDay(3, 400)]) {
  for (const event of records.flatMap(({ events }) => events)) {
    names.learn(event);
    seen.set(event.type, eventWords(event, names));
  }
}

const RARE: readonly [MarketEvent, string][] = [
  [
    { type: 'CommandFailed', command: 'PlaceOrder', account: 3, code: 'INTERNAL' },
    'PlaceOrder of acc_3 made the engine fail, and changed nothing: INTERNAL',
  ],
  [
    { type: 'ClockConfirmed', last_stamp_us: 1_000_000, wall_us: 2_000_500 },
    'the clock is confirmed: 1970-01-01T00:00:02.000500Z, after 1970-01-01T00:00:01.000Z',
  ],
  [
    {
      type: 'FactoryCostsSet',
      account: 2,
      power_micro_usd_per_mwh: 45_000_000,
      equipment_micro_usd_per_mwh: 1,
      facility_micro_usd_per_mwh: 0,
    },
    'factory of acc_2: power 45.000000 USD/MWh, equipment 0.000001 USD/MWh, facility 0.000000 USD/MWh',
  ],
  [
    { type: 'ApiKeyCreated', key: 4, name: 'bot', account: 3, all_accounts: 'NO', scopes: 'read,trade', hash: 'f' },
    'key_4 "bot" made for acc_3: read,trade',
  ],
  [
    { type: 'CommandsDropped', reason: 'RETENTION', from_offset: 7, from_index: 2, to_offset: 9, to_index: 0 },
    'commands from 7:2 to 9:0 are passed undecided: the topic no longer has them',
  ],
  [{ type: 'ApiKeyRevoked', key: 4 }, 'key_4 revoked'],
];

describe('an event in words', () => {
  test.each(RARE)('%j', (event, words) => {
    expect(eventWords(event, names)).toBe(words);
    seen.set(event.type, words);
  });

  test('is there for every type of the catalogue, without a hole', () => {
    expect([...seen.keys()].sort()).toEqual([...EVENT_TYPES].sort());
    for (const words of seen.values()) expect(words).not.toMatch(/undefined|NaN|object|\{|^$/);
  });

  test('says prices, quantities and money in units of the wire', () => {
    const trade: MarketEvent = {
      type: 'TradeExecuted',
      contract: 1,
      trade: 9,
      price_ticks: 5_500,
      lots: 12_345,
      amount_micro_usd: 67_897_500,
      taker_side: 'BUY',
      maker_order: 2,
      taker_order: 4,
      buyer: 3,
      seller: 1,
      buyer_fee_micro_usd: 33_948,
      seller_fee_micro_usd: 6_789,
      buyer_hold_released_micro_usd: 67_931_449,
      maker_open_lots: 0,
      taker_open_lots: 0,
      contract_sequence: 12,
    };
    expect(eventWords(trade, new Names())).toBe(
      'contract 1: trd_1_9: 12.345 Mtok at 5.500 USD/Mtok = 67.897500 USD, ' +
        'acc_3 buys (taker ord_1_4, fee 0.033948 USD), acc_1 sells (maker ord_1_2, fee 0.006789 USD)',
    );
  });

  test('can’t smuggle control characters to a terminal', () => {
    const event: MarketEvent = { type: 'ParticipantRegistered', participant: 1, name: '\u001b[2J', role: 'TRADER' };
    expect(eventWords(event, names)).toBe('par_1 "\\u001b[2J" registered: TRADER');
  });
});

test('a record’s lines name its place, its cause and only the events asked for', () => {
  const record: LogRecord = {
    sequence: 7,
    at_us: 1_000_000,
    cause: 'COMMAND',
    cause_sequence: 0,
    identity: { command: 'Ping', account: 0, contract: 0, command_id: 'p', fingerprint: 1 },
    events: [
      { type: 'Pinged', token: 5 },
      { type: 'ApiKeyRevoked', key: 1 },
    ],
  };
  const lines = recordLines(record, names, ({ type }) => type === 'Pinged');
  expect(lines).toBe('        7  1970-01-01T00:00:01.000Z  Ping "p"  Pinged  ping 5\n');
  expect(causeWords({ ...record, cause: 'DUE', identity: null })).toBe('due');
  expect(causeWords({ ...record, cause: 'CONTINUATION', cause_sequence: 3, identity: null })).toBe('continues 3');
});
