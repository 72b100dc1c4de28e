// The auditor finds what is wrong with a log, whatever it is: every figure of every event altered, but for those that
// nothing else in the log depends on; events left out or doubled. And every sentence that it can say has been brought up.

import path from 'node:path';

import { Auditor, type AuditFinding } from '@tokenbourse/audit';
import { HOUR_US, type EventOf, type EventType, type LogRecord, type MarketEvent } from '@tokenbourse/domain';

import { sourceFiles } from '../architecture/source-files';
import { GoldenLog, recordsOf } from '../golden/golden-log';
import { alteredFields, alteredSequences } from './altered-logs';
import { checkSites, silentSites } from '../support/check-sites';

/** Hundreds of logs are looked at, on a machine that may be busy. */
const PLANTING_MS_MAX = 180_000;
const ROOT = path.resolve(__dirname, '../..');
const records = recordsOf(GoldenLog.all(path.join(ROOT, 'test/golden')).at(-1)!.frames());
/** All that was reported in this file. */
const said = new Set<string>();

function audit(log: readonly LogRecord[]): AuditFinding[] {
  const findings: AuditFinding[] = [];
  const auditor = new Auditor((finding) => findings.push(finding));
  for (const record of log) {
    auditor.begin(record.sequence, record.at_us, record.cause, record.cause_sequence, record.identity);
    for (const event of record.events) auditor.event(event);
    auditor.end();
  }
  auditor.finish();
  for (const { what } of findings) said.add(what);
  return findings;
}

/** Figures that come from outside, or that nothing else in the log has to agree with; the twin looks at the rest of them. */
const NOTHING_FOLLOWS = [
  /^(ParticipantRegistered|AccountOpened|FactoryRegistered|ApiKeyCreated)\.(name|role|hardware|account|all_accounts|scopes|hash)$/,
  /^(FactoryRegistered|FactoryCostsSet)\.\w+_micro_usd_per_mwh$/,
  // A tier's licence share, and its energy where nothing of it was sold.
  /^FactoryRegistered\.yields$/,
  /^Cash(Deposited|Withdrawn)\.(account|amount_micro_usd|reference)$/,
  /^MarketOpened\.(market|currency|id_seed|horizon_us)$/,
  /^TierAdded\.(aliases|reference_price_ticks|description)$/,
  // Where no later order depends on them.
  /^(FeesSet|LimitsSet|SplitRuleSet)\./,
  /^Pinged\.token$|^(ClockConfirmed|CommandsDropped)\./,
  // Why something was refused: only who decides anew can tell.
  /^(OrderRejected|CommandRejected)\.(code|needed|available|at_us)$/,
  // What an order asked for beyond what became of it, and which orders a cancel-all did not reach.
  /^OrderAccepted\.(self_trade|post_only)$|^OrderAmended\.rests$|^CancelAllRequested\.(contract|tier|side)$/,
];
const NOTHING_MISSED = [
  /^(Pinged|ClockConfirmed|FactoryCostsSet|SplitRuleSet|LimitsSet|Cash\w+) (left out|twice)$/,
  // What ends without anything moving.
  /^(OfferWithdrawn|CancelAllCompleted|WindowEnded) left out$/,
];

describe('the auditor', () => {
  test('finds nothing in the log in which faults are planted below', () => {
    expect(audit(records)).toEqual([]);
  });

  test(
    'finds every figure of every event that is altered',
    () => {
      const unseen = new Set<string>();
      const seen = new Set<string>();
      for (const { field, records: log } of alteredFields(records, 1))
        (audit(log).length === 0 ? unseen : seen).add(field);
      expect([...unseen].filter((field) => !NOTHING_FOLLOWS.some((known) => known.test(field)))).toEqual([]);
      expect(seen.size).toBeGreaterThan(150);
    },
    PLANTING_MS_MAX,
  );

  test(
    'finds every event that is left out or there twice',
    () => {
      const unseen = new Set<string>();
      for (const { what, records: log } of alteredSequences(records, 1)) if (audit(log).length === 0) unseen.add(what);
      expect([...unseen].filter((what) => !NOTHING_MISSED.some((known) => known.test(what)))).toEqual([]);
    },
    PLANTING_MS_MAX,
  );
});

type Changed<T extends EventType> = (event: EventOf<T>) => Partial<EventOf<T>>;

/** Changes all events of a type that suit. */
function each<T extends EventType>(
  type: T,
  change: Changed<T>,
  suits: (event: EventOf<T>, next?: MarketEvent) => boolean,
) {
  return records.map((record) => ({
    ...record,
    events: record.events.map((event, i) =>
      event.type === type && suits(event as EventOf<T>, record.events[i + 1])
        ? ({ ...event, ...change(event as EventOf<T>) } as MarketEvent)
        : event,
    ),
  }));
}

const changed = (at: number, change: Partial<LogRecord>): LogRecord[] =>
  records.map((record, index) => (index === at ? { ...record, ...change } : record));
/** From a record on everything happens later. */
const later = (at: number, us: number): LogRecord[] =>
  records.map((record, index) => (index < at ? record : { ...record, at_us: record.at_us + us }));
const indexOf = (type: EventType): number =>
  records.findIndex(({ events }) => events.some((event) => event.type === type));
const always = (): boolean => true;

describe('what altering one figure does not bring up is planted for itself', () => {
  const identity = records[0]!.identity!;
  test.each<[string, RegExp, LogRecord[]]>([
    ['time that goes back', /its time \d+ lies before/, changed(50, { at_us: records[40]!.at_us - 1 })],
    [
      'a continuation of a record to come',
      /it continues record/,
      changed(indexOf('ContractClosed'), { cause: 'CONTINUATION', cause_sequence: 999_999 }),
    ],
    [
      'a command of no type',
      /it answers a command of no type/,
      changed(0, { identity: { ...identity, command: undefined as never } }),
    ],
    [
      'an order of the house',
      /is the house account's, which places none/,
      each(
        'OrderAccepted',
        () => ({ account: 0 }),
        ({ order }) => order === 1,
      ),
    ],
    [
      'an order for nothing',
      /is for 0 lots/,
      each(
        'OrderAccepted',
        () => ({ lots: 0 }),
        ({ order }) => order === 1,
      ),
    ],
    ['a trade of nothing', /is of 0 lots/, each('TradeExecuted', () => ({ lots: 0 }), always)],
    [
      'a fill-or-kill order that is killed late',
      /is fill or kill, and is cancelled/,
      each(
        'OrderAccepted',
        () => ({ time_in_force: 'FOK' as const }),
        ({ time_in_force }) => time_in_force === 'IOC',
      ),
    ],
    [
      'a quote that became no order',
      /number of quotes that became no orders is 1/,
      each('OfferPosted', ({ quotes }) => ({ quotes: [...quotes, quotes[0]!] }), always),
    ],
    [
      'an offer that buys',
      /side of a quote is BUY/,
      each(
        'OrderAccepted',
        () => ({ side: 'BUY' as const }),
        ({ offer }) => offer > 0,
      ),
    ],
    [
      'a decrement of nothing',
      /is decremented by 0 lots/,
      each('OrderDecremented', () => ({ cancelled_lots: 0 }), always),
    ],
    [
      'an order that never stood in the book, amended',
      /is amended and does not stand in the book/,
      each(
        'OrderAccepted',
        () => ({ rests: false }),
        ({ rests }) => rests,
      ),
    ],
    ['a trade at the gate', /the gate should be closed/, later(indexOf('TradeExecuted'), 3 * HOUR_US)],
    [
      'an order expired that need not',
      /is cancelled as expired before its time/,
      each(
        'OrderCancelled',
        () => ({ reason: 'EXPIRED' as const }),
        ({ reason }) => reason === 'REQUESTED',
      ),
    ],
    [
      'a settlement before its time',
      /is settled before its time/,
      each('WindowListed', ({ settles_at_us }) => ({ settles_at_us: settles_at_us + HOUR_US }), always),
    ],
    [
      'a post-only order that takes',
      /is post-only, and takes/,
      each(
        'OrderAccepted',
        () => ({ post_only: true }),
        (_, next) => next?.type === 'TradeExecuted',
      ),
    ],
    [
      'an order that takes long after it came',
      /takes, and did not just arrive/,
      each('TradeExecuted', (e) => ({ maker_order: e.taker_order, taker_order: e.maker_order }), always),
    ],
  ])('%s', (_case, sentence, log) => {
    expect(audit(log).map(({ what }) => what)).toContainEqual(expect.stringMatching(sentence));
  });
});

test('no sentence of the auditor is left that nothing here has brought up', () => {
  const files = sourceFiles(ROOT).filter((file) => /^libs\/audit\/src\/[\w-]+\.ts$/.test(file));
  const sites = files.flatMap((file) =>
    checkSites(file, [
      ['report', 1],
      ['expect', 2],
    ]),
  );
  expect(sites.length).toBeGreaterThan(130);
  expect(silentSites(sites, said)).toEqual([]);
});
