// The auditor finds nothing in random histories of the engine; and each of its checks finds what is planted for it.

import type { EventOf, EventType, LogRecord, MarketEvent } from '@tokenbourse/domain';

import { tradingDay } from '../testing/trading-day';
import { Auditor, type AuditFinding } from './auditor';
import { AUDIT_CHECKS, type AuditCheck } from './checks';

function audit(records: readonly LogRecord[]): AuditFinding[] {
  const findings: AuditFinding[] = [];
  const auditor = new Auditor((finding) => findings.push(finding));
  for (const record of records) {
    auditor.begin(record.sequence, record.at_us, record.cause, record.cause_sequence, record.identity);
    for (const event of record.events) auditor.event(event);
    auditor.end();
  }
  auditor.finish();
  return findings;
}

describe('the auditor of a sound log', () => {
  test('finds nothing in 40 random days', () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 40; seed++) {
      const { records } = tradingDay(seed, 300);
      for (const { type } of records.flatMap(({ events }) => events)) seen.add(type);
      expect([seed, audit(records).slice(0, 3)]).toEqual([seed, []]);
    }
    const kinds = ['TradeExecuted', 'OrderAmended', 'OrderDecremented', 'PositionSettled', 'CommandRepeated'];
    expect([...seen]).toEqual(expect.arrayContaining([...kinds, 'OfferWithdrawn', 'CapacityPerished']));
  });
});

const { records } = tradingDay(1, 600);
const first = audit(records);

/** A place in the log: record and event, both counted from 0. */
interface Place {
  readonly record: number;
  readonly event: number;
}

function placesOf<T extends EventType>(type: T, suits: (event: EventOf<T>) => boolean): Place[] {
  return records.flatMap(({ events }, record) =>
    events.flatMap((found, event) => (found.type === type && suits(found as EventOf<T>) ? [{ record, event }] : [])),
  );
}

/** The log with the events of one record changed. */
function withEvents(at: number, change: (events: readonly MarketEvent[]) => readonly MarketEvent[]): LogRecord[] {
  return records.map((record, index) => (index === at ? { ...record, events: change(record.events) } : record));
}

const checksOf = (findings: readonly AuditFinding[]): AuditCheck[] => [...new Set(findings.map(({ check }) => check))];
const always = (): boolean => true;

interface Plant<T extends EventType> {
  readonly suits: (event: EventOf<T>) => boolean;
  readonly change: (event: EventOf<T>) => Partial<EventOf<T>>;
}
const plant = <T extends EventType>(type: T, change: Plant<T>['change'], suits: Plant<T>['suits'] = always) => ({
  type,
  change: change as unknown as (event: MarketEvent) => object,
  places: placesOf(type, suits),
});

const isLimitBuy = (event: EventOf<'OrderAccepted'>): boolean => event.side === 'BUY' && event.order_type === 'LIMIT';
const figureCases: [AuditCheck[], string, ReturnType<typeof plant>][] = [
  [
    ['trades', 'cash', 'escrow'],
    'an amount too large',
    plant('TradeExecuted', (e) => ({ amount_micro_usd: e.amount_micro_usd + 1 })),
  ],
  [
    ['trades', 'cash'],
    "a buyer's fee too large",
    plant('TradeExecuted', (e) => ({ buyer_fee_micro_usd: e.buyer_fee_micro_usd + 1 })),
  ],
  [
    ['trades', 'escrow'],
    "a seller's fee too large",
    plant('TradeExecuted', (e) => ({ seller_fee_micro_usd: e.seller_fee_micro_usd + 1 })),
  ],
  [
    ['trades'],
    'another price, and the amount with it',
    plant('TradeExecuted', (e) => ({
      price_ticks: e.price_ticks + 1,
      amount_micro_usd: (e.price_ticks + 1) * e.lots,
    })),
  ],
  [
    ['trades'],
    'the buyer and the seller confused',
    plant('TradeExecuted', (e) => ({ buyer: e.seller, seller: e.buyer })),
  ],
  [
    ['trades'],
    'an old fee schedule',
    plant(
      'OrderAccepted',
      (e) => ({ fee_schedule: e.fee_schedule - 1 }),
      (e) => e.fee_schedule > 1,
    ),
  ],
  [
    ['orders', 'positions'],
    'a maker told to keep a lot more',
    plant('TradeExecuted', (e) => ({ maker_open_lots: e.maker_open_lots + 1 })),
  ],
  [
    ['orders'],
    'a taker told to keep a lot more',
    plant('TradeExecuted', (e) => ({ taker_open_lots: e.taker_open_lots + 1 })),
  ],
  [['orders'], 'a lot too many booked', plant('OrderBooked', (e) => ({ open_lots: e.open_lots + 1 }))],
  [['orders'], 'a lot too few cancelled', plant('OrderCancelled', (e) => ({ cancelled_lots: e.cancelled_lots - 1 }))],
  [
    ['orders'],
    'a lot too many decremented',
    plant('OrderDecremented', (e) => ({ cancelled_lots: e.cancelled_lots + 1 })),
  ],
  [['orders'], 'a lot too many amended', plant('OrderAmended', (e) => ({ open_lots: e.open_lots + 1 }))],
  [
    ['orders'],
    'an order too many in an offer withdrawn',
    plant('OfferWithdrawn', (e) => ({ cancelled_orders: e.cancelled_orders + 1 })),
  ],
  [
    ['orders'],
    'an order too many in a cancel-all',
    plant('CancelAllCompleted', (e) => ({ cancelled_orders: e.cancelled_orders + 1 })),
  ],
  [['orders'], "another's order cancelled", plant('OrderCancelled', (e) => ({ account: 1 + (e.account % 6) }))],
  [
    ['holds', 'releases'],
    'a hold too large',
    plant('OrderAccepted', (e) => ({ hold_micro_usd: e.hold_micro_usd + 1 }), isLimitBuy),
  ],
  [
    ['holds', 'releases'],
    'too little released by a cancellation',
    plant(
      'OrderCancelled',
      (e) => ({ hold_released_micro_usd: e.hold_released_micro_usd - 1 }),
      (e) => e.hold_released_micro_usd > 0,
    ),
  ],
  [
    ['holds', 'releases'],
    'a release by a cancelled sell',
    plant(
      'OrderCancelled',
      () => ({ hold_released_micro_usd: 5 }),
      (e) => e.side === 'SELL',
    ),
  ],
  [
    ['holds'],
    'too much released by a trade',
    plant('TradeExecuted', (e) => ({ buyer_hold_released_micro_usd: e.buyer_hold_released_micro_usd + 1 })),
  ],
  [
    ['holds'],
    'too much released by a decrement',
    plant('OrderDecremented', (e) => ({ hold_released_micro_usd: e.hold_released_micro_usd + 1 })),
  ],
  [
    ['holds'],
    'too little set aside by an amendment',
    plant(
      'OrderAmended',
      (e) => ({ hold_micro_usd: e.hold_micro_usd - 1 }),
      (e) => e.side === 'BUY',
    ),
  ],
  [
    ['book'],
    'a place in the queue kept that was lost',
    plant(
      'OrderAmended',
      () => ({ keeps_priority: true }),
      (e) => !e.keeps_priority,
    ),
  ],
  [['numbers'], 'an order number left out', plant('OrderAccepted', (e) => ({ order: e.order + 1 }))],
  [['numbers'], 'a trade number left out', plant('TradeExecuted', (e) => ({ trade: e.trade + 1 }))],
  [
    ['numbers'],
    'a market-data number left out',
    plant('OrderCancelled', (e) => ({ contract_sequence: e.contract_sequence + 1 })),
  ],
  [['numbers'], 'an account number left out', plant('AccountOpened', (e) => ({ account: e.account + 1 }))],
  [['numbers'], 'a contract that is not there', plant('TradeExecuted', () => ({ contract: 9_999 }))],
  [
    ['schedule'],
    'a gate that closes late',
    plant('WindowListed', (e) => ({ gate_closes_at_us: e.gate_closes_at_us + 1 })),
  ],
  [
    ['schedule'],
    'a contract under another name',
    plant('ContractListed', (e) => ({ contract_id: `${e.contract_id}X` })),
  ],
  [
    ['schedule'],
    'an order expired that need not',
    plant(
      'OrderCancelled',
      () => ({ reason: 'EXPIRED' as const }),
      (e) => e.reason === 'REQUESTED',
    ),
  ],
  [
    ['settlement'],
    'a settlement that pays too little',
    plant('PositionSettled', (e) => ({ received_micro_usd: e.received_micro_usd - 1n })),
  ],
  [
    ['settlement'],
    'a payment told wrong',
    plant('PositionSettled', (e) => ({ paid_micro_usd: e.paid_micro_usd + 1n })),
  ],
  [
    ['settlement', 'positions'],
    'a position settled that is not there',
    plant('PositionSettled', (e) => ({ lots: e.lots + 1 })),
  ],
  [
    ['settlement'],
    'energy perished that was sold',
    plant('CapacityPerished', (e) => ({ perished_millijoules: e.perished_millijoules + 1n })),
  ],
  [
    ['settlement'],
    'a larger budget',
    plant('CapacityPerished', (e) => ({ budget_millijoules: e.budget_millijoules + 1n })),
  ],
  [
    ['settlement'],
    'a trade not counted',
    plant(
      'ContractSettled',
      (e) => ({ trades: e.trades - 1 }),
      (e) => e.trades > 0,
    ),
  ],
  [['cash'], 'a withdrawal beyond the balance', plant('CashWithdrawn', () => ({ amount_micro_usd: 10 ** 9 }))],
  [
    ['power'],
    'a sale that nothing backs',
    plant(
      'OrderAccepted',
      () => ({ lots: 2 ** 40 }),
      (e) => e.side === 'SELL',
    ),
  ],
  [['records'], 'half a lot', plant('TradeExecuted', (e) => ({ lots: e.lots + 0.5 }))],
  [['records'], 'a negative price', plant('OrderBooked', () => ({ price_ticks: -1 }))],
  [
    ['outcomes'],
    'a repetition that names another record',
    plant('CommandRepeated', (e) => ({ first_sequence: e.first_sequence - 1 })),
  ],
  [['outcomes'], 'a repetition that tells another result', plant('CommandRepeated', (e) => ({ result: e.result + 1 }))],
];

describe('a wrong figure in a single event', () => {
  test.each(figureCases)('is found by %j: %s', (expected, _what, { places, change }) => {
    expect(first).toEqual([]);
    expect(places.length).toBeGreaterThan(0);
    for (const { record, event } of places.slice(0, 8)) {
      const planted = withEvents(record, (events) =>
        events.map((found, index) => (index === event ? ({ ...found, ...change(found) } as MarketEvent) : found)),
      );
      const findings = audit(planted);
      expect(checksOf(findings)).toEqual(expect.arrayContaining(expected));
      expect(findings[0]!.sequence).toBe(records[record]!.sequence);
    }
  });
});

const without = ({ record, event }: Place) =>
  withEvents(record, (events) => events.filter((_, index) => index !== event));
const twice = ({ record, event }: Place) =>
  withEvents(record, (events) => events.flatMap((found, index) => (index === event ? [found, found] : [found])));

const eventCases: [AuditCheck, string, (place: Place) => LogRecord[], Place[]][] = [
  [
    'releases',
    'a hold released twice',
    twice,
    placesOf('OrderCancelled', (event) => event.hold_released_micro_usd > 0),
  ],
  ['orders', 'an order neither booked nor closed', without, placesOf('OrderBooked', always)],
  [
    'orders',
    'a cancellation lost at gate closure',
    without,
    placesOf('OrderCancelled', ({ reason }) => reason === 'GATE_CLOSED'),
  ],
  ['settlement', 'a position settled twice', twice, placesOf('PositionSettled', always)],
  ['settlement', 'a position left out', without, placesOf('PositionSettled', ({ lots }) => lots !== 0)],
  ['escrow', 'a seller left out', without, placesOf('PositionSettled', (event) => event.received_micro_usd > 0n)],
  ['positions', 'a seller left out', without, placesOf('PositionSettled', ({ lots }) => lots < 0)],
  ['settlement', 'a factory not told what perished', without, placesOf('CapacityPerished', always)],
  ['schedule', 'an opening left out', without, placesOf('ContractOpened', always)],
  ['schedule', 'a gate closure left out', without, placesOf('ContractClosed', always)],
  [
    'cash',
    'a deposit left out',
    without,
    placesOf('CashDeposited', ({ amount_micro_usd: amount }) => amount > 800_000),
  ],
  ['numbers', 'an account left out', without, placesOf('AccountOpened', always)],
  ['records', 'a record without events', without, placesOf('Pinged', always)],
];

describe('an event that is there twice, or not at all', () => {
  test.each(eventCases)('is found by %s: %s', (check, _what, change, places) => {
    expect(places.length).toBeGreaterThan(0);
    for (const place of places.slice(0, 6)) expect(checksOf(audit(change(place)))).toContain(check);
  });
});

describe('what only a whole log shows', () => {
  const changedIn = (day: readonly LogRecord[], at: number, change: Partial<LogRecord>): LogRecord[] =>
    day.map((record, index) => (index === at ? { ...record, ...change } : record));
  const changed = (at: number, change: Partial<LogRecord>): LogRecord[] => changedIn(records, at, change);

  test('time that goes back', () => {
    expect(checksOf(audit(changed(50, { at_us: records[40]!.at_us - 1 })))).toContain('records');
  });

  test('a continuation of a record to come', () => {
    const at = records.findIndex(({ cause }) => cause === 'DUE');
    expect(checksOf(audit(changed(at, { cause: 'CONTINUATION', cause_sequence: at + 1 })))).toContain('records');
  });

  test('a record left out', () => {
    expect(checksOf(audit(records.filter((_, index) => index !== 70)))).toContain('records');
  });

  test('two outcomes of one command id', () => {
    const { records: calm } = tradingDay(1, 400, false);
    const named = calm.flatMap(({ identity, events }, index) =>
      identity?.command === 'PlaceOrder' && identity.command_id !== '' && events[0]!.type === 'OrderAccepted'
        ? [index]
        : [],
    );
    let planted = 0;
    for (const [place, at] of named.entries()) {
      const { identity, at_us } = calm[at]!;
      const later = named.slice(place + 1).find((other) => {
        const { account, contract, command_id } = calm[other]!.identity!;
        const same = account === identity!.account && contract === identity!.contract;
        return same && command_id !== identity!.command_id && calm[other]!.at_us < at_us + 3_600_000_000;
      });
      if (later === undefined) continue;
      planted += 1;
      const findings = audit(
        changedIn(calm, later, { identity: { ...calm[later]!.identity!, command_id: identity!.command_id } }),
      );
      expect(findings).toContainEqual({
        check: 'outcomes',
        sequence: calm[later]!.sequence,
        what: expect.stringContaining(`the first is record ${calm[at]!.sequence}`) as string,
      });
    }
    expect(planted).toBeGreaterThan(5);
  });

  test('an order served out of its turn, and a book that is crossed', () => {
    const [served, crossed] = [[] as Place[], [] as Place[]];
    for (const place of placesOf('OrderAccepted', (event) => event.rests && event.price_ticks > 0)) {
      const behind = withEvents(place.record, (events) =>
        events.map((found, index): MarketEvent => {
          if (index !== place.event || found.type !== 'OrderAccepted') return found;
          return { ...found, price_ticks: found.side === 'BUY' ? 5_000 : 0 };
        }),
      );
      const findings = audit(behind).filter(({ check }) => check === 'book');
      if (findings.some(({ what }) => what.includes('crossed'))) crossed.push(place);
      if (findings.some(({ what }) => what.includes('stands first'))) served.push(place);
    }
    expect(crossed.length).toBeGreaterThan(10);
    expect(served.length).toBeGreaterThan(10);
  });

  test('and no check is left that nothing here makes fail', () => {
    const broken = new Set<string>([
      ...figureCases.flatMap(([checks]) => checks),
      ...eventCases.map(([check]) => check),
    ]);
    expect([...broken].sort()).toEqual(Object.keys(AUDIT_CHECKS).sort());
  });
});
