// Verification of real folders: a sound one, damaged ones, and re-sealed ones in which only the figures are wrong.

import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { CommandOf, EventOf, EventType, LogRecord, MarketEvent } from '@tokenbourse/domain';
import { decodeFrame, encodeFrame, hex, sealFrame, type Frame } from '@tokenbourse/log';
import { LmdbEventLog } from '@tokenbourse/log-lmdb';
import { SnapshotFiles } from '@tokenbourse/sequencer';

import { tradingDay } from '../../../../libs/audit/testing/trading-day';
import { keyOf, openEnvironment } from '../../../../libs/log-lmdb/src/environment';
import { temporaryFolders } from '../../../../libs/log-lmdb/src/temporary-folder';
import { framesOf, recordsOf, reseal, runMarket, saveReadModels, takeSnapshot } from '../../testing/market-folder';
import { CHECKS, type CheckName, type CheckResult } from './checks';
import { verdictText } from './verdict';
import { verifyFolder, type VerificationReport } from './verification';

const temporaryFolder = temporaryFolders();
const { steps } = tradingDay(1, 500);

/** A sound folder with two snapshots and saved read models on the way; copied, never changed. */
const original = join(process.env.TMPDIR ?? '/tmp', `tokenbourse-verify-${process.pid}`);
let hash: string;
let records: LogRecord[];

beforeAll(async () => {
  const third = Math.floor(steps.length / 3);
  await runMarket(original, steps.slice(0, third));
  await takeSnapshot(original);
  await runMarket(original, steps.slice(third, 2 * third));
  await takeSnapshot(original);
  await saveReadModels(original);
  hash = await runMarket(original, steps.slice(2 * third));
  records = await recordsOf(original);
});

afterAll(() => rmSync(original, { recursive: true, force: true }));

function copy(): string {
  const path = join(temporaryFolder(), 'data');
  cpSync(original, path, { recursive: true });
  return path;
}

/** A new folder with the log's records, some of them changed. */
async function resealed(change: (records: readonly LogRecord[]) => readonly LogRecord[]): Promise<string> {
  const path = join(temporaryFolder(), 'data');
  await reseal(path, change(records));
  return path;
}

/** Checks that a planted fault has made fail in this file. */
const madeToFail = new Set<CheckName>();

function failed({ checks }: VerificationReport): CheckName[] {
  const names = checks.filter(({ status }) => status === 'FAILED').map(({ name }) => name);
  for (const name of names) madeToFail.add(name);
  return names;
}
const result = ({ checks }: VerificationReport, name: CheckName): CheckResult =>
  checks.find((check) => check.name === name)!;

async function changeFrame(path: string, place: number, change: (bytes: Buffer) => Buffer | undefined): Promise<void> {
  const env = openEnvironment(join(path, 'log'), false);
  env.transactionSync(() => {
    const changed = change(Buffer.from(env.getBinary(keyOf(place)) as Uint8Array));
    if (changed === undefined) env.removeSync(keyOf(place));
    else env.putSync(keyOf(place), changed);
  });
  await env.close();
}

function flipByte(file: string, at: (length: number) => number): void {
  const bytes = readFileSync(file);
  bytes[at(bytes.length)]! ^= 0x20;
  writeFileSync(file, bytes);
}

const filesIn = (path: string, folder: string): string[] =>
  readdirSync(join(path, folder)).map((name) => join(path, folder, name));

describe('a sound folder', () => {
  test('passes every check, with the tip and the state hash of the exchange', async () => {
    const seen: number[] = [];
    const report = await verifyFolder(copy(), (fraction) => seen.push(fraction));
    expect(report.checks.filter(({ status }) => status !== 'PASSED')).toEqual([]);
    expect(report).toMatchObject({ sound: true, market: 'main', state_hash: hash });
    expect(report.log.records).toBe(records.length);
    expect(report.log.events).toBe(records.reduce((sum, { events }) => sum + events.length, 0));
    expect(result(report, 'snapshots').note).toBe('2 of 2 whole');
    expect(result(report, 'state_hash').note).toContain('2 of 2 snapshots');
    expect(result(report, 'read_models').note).toContain('1 saved, equal');
    expect(seen[seen.length - 1]).toBe(1);
    expect(verdictText(report, false)).toMatch(/✓ chain .*\n[^✗]*SOUND\n/);
  });

  test('passes while an exchange writes to it', async () => {
    const path = copy();
    const writer = await LmdbEventLog.open(path);
    expect((await verifyFolder(path)).sound).toBe(true);
    await writer.close();
  });

  test('passes re-sealed, without snapshots and saved read models', async () => {
    const report = await verifyFolder(await resealed((all) => all));
    expect(report).toMatchObject({ sound: true, state_hash: hash });
    expect(result(report, 'snapshots').status).toBe('SKIPPED');
  });

  test('stays sound where orders at price 0 add up to more lots than a number holds exactly', async () => {
    const at = steps.findIndex(({ command }) => command.type === 'PlaceOrder' && command.time_in_force === 'GTC');
    const { atUs, command } = steps[at]!;
    const lots = Number.MAX_SAFE_INTEGER;
    const free = {
      ...(command as CommandOf<'PlaceOrder'>),
      side: 'BUY' as const,
      price_ticks: 0,
      lots,
      post_only: false,
    };
    const more = [1, 2, 3].map((n) => ({ atUs, command: { ...free, command_id: `free-${n}`, expires_at_us: 0 } }));
    const path = join(temporaryFolder(), 'data');
    await runMarket(path, [...steps.slice(0, at + 1), ...more]);
    expect((await recordsOf(path)).slice(-3).map(({ events }) => events[0]!.type)).toEqual(
      Array(3).fill('OrderAccepted'),
    );
    const report = await verifyFolder(path);
    expect(failed(report)).toEqual([]);
  });
});

describe('damage to the log', () => {
  test.each<[string, number, (bytes: Buffer) => Buffer | undefined, CheckName, RegExp]>([
    [
      'a flipped byte',
      9,
      (bytes) => {
        bytes[bytes.length - 50]! ^= 1;
        return bytes;
      },
      'chain',
      /frame 9 .*digest of bytes differs/,
    ],
    ['a missing frame', 12, () => undefined, 'chain', /frame 12 .*missing/],
    ['a torn frame', 15, (bytes) => bytes.subarray(0, 60), 'chain', /frame 15 .*torn/],
  ])('%s is named, and what lies before it is looked at', async (_case, place, change, check, words) => {
    const path = copy();
    await changeFrame(path, place, change);
    const report = await verifyFolder(path);
    expect(report.sound).toBe(false);
    expect(report.log.frames).toBe(place - 1);
    expect(result(report, check).findings[0]).toMatchObject({ frame: place, what: expect.stringMatching(words) });
    expect(result(report, 'trades').status).toBe('INCOMPLETE');
    expect(verdictText(report, false)).toContain(`NOT SOUND: ${failed(report).join(', ')}`);
  });

  test('a lost tail is seen by what was taken of it', async () => {
    const path = copy();
    const log = await LmdbEventLog.open(path);
    const frames = (await log.tip()).place;
    await log.close();
    for (let place = frames; place > frames / 2; place--) await changeFrame(path, place, () => undefined);
    const report = await verifyFolder(path);
    expect(failed(report)).toEqual(['snapshots', 'read_models']);
    expect(result(report, 'snapshots').findings[0]!.what).toMatch(/its tail is lost/);
  });
});

describe('what is saved beside the log', () => {
  test.each([
    ['in its header', () => 40],
    ['in its body', (length: number) => length - 100],
  ])('a snapshot damaged %s is named by its file', async (_case, at) => {
    const path = copy();
    const [, newest] = filesIn(path, 'snapshots').sort();
    flipByte(newest!, at);
    const report = await verifyFolder(path);
    expect(failed(report)).toEqual(['snapshots']);
    expect(result(report, 'snapshots').findings).toEqual([
      expect.objectContaining({ file: newest, what: expect.stringContaining('.tbs') }),
    ]);
  });

  test('a snapshot with money added, whole in itself, is not the log’s', async () => {
    const path = copy();
    const files = new SnapshotFiles(join(path, 'snapshots'));
    const [info] = files.list();
    const { state, position } = files.read(info!);
    state.accounts.available.add(3, 1_000_000);
    files.write(state, position);
    const report = await verifyFolder(path);
    expect(failed(report)).toEqual(['conservation', 'snapshots', 'state_hash']);
    expect(result(report, 'conservation').findings[0]).toMatchObject({ file: info!.file });
  });

  test('a snapshot of another log is not taken for this one’s', async () => {
    const path = await resealed((all) => all);
    cpSync(join(original, 'snapshots'), join(path, 'snapshots'), { recursive: true });
    const report = await verifyFolder(path);
    expect(failed(report)).toContain('snapshots');
    expect(result(report, 'snapshots').findings[0]!.what).toMatch(/no frame of this log/);
  });

  test('saved read models that are damaged, or that say something else', async () => {
    const damaged = copy();
    flipByte(filesIn(damaged, 'read-models')[0]!, (length) => length >> 1);
    expect(failed(await verifyFolder(damaged))).toEqual(['read_models']);

    const forged = copy();
    rmSync(join(forged, 'read-models'), { recursive: true });
    await saveReadModels(forged, (store) => {
      const [balance] = [...store.documents()].filter(
        ({ collection, key }) => collection === 'balances' && key === '3',
      );
      store.restore({ ...balance!, value: { ...(balance!.value as object), available: '1' } });
    });
    const report = await verifyFolder(forged);
    expect(failed(report)).toEqual(['read_models']);
    expect(result(report, 'read_models').findings[0]!.what).toMatch(/not what the log gives at record \d+/);
  });
});

type Change<T extends EventType> = (event: EventOf<T>) => Partial<EventOf<T>> | readonly MarketEvent[];

/** Changes the first event of a type that suits: other fields, or other events in its place. */
function changeEvent<T extends EventType>(
  type: T,
  change: Change<T>,
  suits: (event: EventOf<T>) => boolean = () => true,
) {
  return (all: readonly LogRecord[]): LogRecord[] => {
    let done = false;
    const changed = all.map((record) => ({
      ...record,
      events: record.events.flatMap((event) => {
        if (done || event.type !== type || !suits(event as EventOf<T>)) return [event];
        done = true;
        const other = change(event as EventOf<T>);
        return Array.isArray(other) ? (other as MarketEvent[]) : [{ ...event, ...other } as MarketEvent];
      }),
    }));
    if (!done) throw new Error(`no ${type} suits`);
    return changed;
  };
}

describe('a chain whose frames say something else than their records', () => {
  async function withFrame(place: number, change: (frame: Frame) => Parameters<typeof sealFrame>): Promise<string> {
    const path = join(temporaryFolder(), 'data');
    const log = await LmdbEventLog.open(path);
    let last: Frame | undefined;
    for (const [index, frame] of framesOf(records).entries()) {
      const [header, payload] = index === place - 1 ? change(frame) : ([frame, frame.payload] as const);
      last = sealFrame({ ...header, predecessor: last?.id ?? frame.predecessor }, payload);
      await log.append(last);
      if (index === place) break;
    }
    expect(hex(last!.id)).toHaveLength(64);
    await log.close();
    return path;
  }

  test.each<[string, CheckName, (frame: Frame) => Parameters<typeof sealFrame>, RegExp]>([
    [
      'another digest',
      'digests',
      (frame) => [{ ...frame, digest: frame.digest ^ 4 }, frame.payload],
      /the frame carries/,
    ],
    [
      'bytes that are no record',
      'decoding',
      (frame) => [frame, Buffer.concat([frame.payload, Buffer.from([1, 2, 3])])],
      /can't be decoded/,
    ],
    [
      'an event of no catalogue',
      'decoding',
      (frame) => [frame, withByte(frame.payload, firstEventAt(frame), 250)],
      /code 250/,
    ],
    [
      'a part of its records',
      'decoding',
      (frame) => [frame, frame.payload.subarray(0, frame.payload.length - 1)],
      /decoded/,
    ],
  ])('%s is found', async (_case, check, change, words) => {
    const report = await verifyFolder(await withFrame(20, change));
    expect(failed(report)).toEqual([check]);
    expect(result(report, check).findings[0]).toMatchObject({ frame: 20, what: expect.stringMatching(words) });
  });

  test('fewer records than its header counts is found', async () => {
    const path = join(temporaryFolder(), 'data');
    const log = await LmdbEventLog.open(path);
    const [first] = framesOf(records);
    await log.append(sealFrame({ ...first!, recordCount: first!.recordCount + 1 }, first!.payload));
    await log.close();
    expect(failed(await verifyFolder(path))).toEqual(['sequence']);
  });

  test('a gap in the sequence is found', async () => {
    const path = copy();
    await changeFrame(path, 7, (bytes) => {
      const frame = decodeFrame(bytes);
      return Buffer.from(encodeFrame(sealFrame({ ...frame, firstSequence: frame.firstSequence + 1 }, frame.payload)));
    });
    expect(failed(await verifyFolder(path))).toEqual(['sequence']);
  });
});

/** Where the code of a DUE or identified record's first event stands is not fixed: it is where decoding first reads one. */
function firstEventAt({ payload }: Frame): number {
  const view = new DataView(payload.buffer, payload.byteOffset);
  const cause = payload[8];
  if (cause === 1) return 11;
  if (cause === 2) return 19;
  return 9 + 13 + 2 + view.getUint16(22, true) + 2;
}

function withByte(payload: Uint8Array, at: number, value: number): Uint8Array {
  const changed = Uint8Array.from(payload);
  changed[at] = value;
  return changed;
}

/** Whether the event of its contract before it put a buy into the book. */
function followsRestingBuy({ contract, contract_sequence: sequence }: EventOf<'OrderAccepted'>): boolean {
  const before = records
    .flatMap(({ events }) => events)
    .find((e) => 'contract_sequence' in e && e.contract === contract && e.contract_sequence === sequence - 1);
  return before?.type === 'OrderAccepted' && before.rests && before.side === 'BUY';
}

describe('a log that was re-sealed into a valid chain after a change', () => {
  test.each<[string, CheckName[], (all: readonly LogRecord[]) => LogRecord[]]>([
    [
      'a trade’s amount',
      ['trades', 'cash', 'escrow'],
      changeEvent('TradeExecuted', (e) => ({ amount_micro_usd: e.amount_micro_usd + 1_000 })),
    ],
    [
      'a buyer’s fee',
      ['trades', 'cash'],
      changeEvent('TradeExecuted', (e) => ({ buyer_fee_micro_usd: e.buyer_fee_micro_usd + 7 })),
    ],
    [
      'a seller’s fee',
      ['trades', 'escrow'],
      changeEvent('TradeExecuted', (e) => ({ seller_fee_micro_usd: e.seller_fee_micro_usd + 7 })),
    ],
    [
      'a deposit that came in twice as large as its account may spend',
      ['cash'],
      changeEvent('CashWithdrawn', () => ({ amount_micro_usd: 10 ** 12 })),
    ],
    [
      'a hold',
      ['holds', 'releases'],
      changeEvent(
        'OrderAccepted',
        (e) => ({ hold_micro_usd: e.hold_micro_usd + 9 }),
        (e) => e.hold_micro_usd > 0 && e.order_type === 'LIMIT',
      ),
    ],
    [
      'a hold released twice, by a decrement before the cancellation',
      ['releases', 'holds'],
      changeEvent('OrderDecremented', (e) => ({ hold_released_micro_usd: e.hold_released_micro_usd + 50 })),
    ],
    [
      'a hold released twice, by a second cancellation',
      ['releases', 'conservation'],
      changeEvent(
        'OrderCancelled',
        (e) => [e, { ...e, contract_sequence: e.contract_sequence + 1 }],
        (e) => e.hold_released_micro_usd > 0,
      ),
    ],
    [
      'a position at settlement',
      ['settlement', 'positions'],
      changeEvent('PositionSettled', (e) => ({ lots: e.lots + 1 })),
    ],
    [
      'a payment at settlement',
      ['settlement', 'escrow', 'conservation'],
      changeEvent('PositionSettled', (e) => ({ received_micro_usd: e.received_micro_usd + 5n })),
    ],
    [
      'energy that perished',
      ['settlement'],
      changeEvent('CapacityPerished', (e) => ({ perished_millijoules: e.perished_millijoules - 1n })),
    ],
    [
      'a sale beyond all energy',
      ['power', 'conservation'],
      changeEvent(
        'OrderAccepted',
        () => ({ lots: 2 ** 40 }),
        (e) => e.side === 'SELL' && e.rests,
      ),
    ],
    [
      'a price that crosses the book',
      ['book'],
      changeEvent(
        'OrderAccepted',
        () => ({ price_ticks: 0 }),
        (e) => e.side === 'SELL' && e.rests && e.price_ticks > 0 && followsRestingBuy(e),
      ),
    ],
    [
      'what an order keeps after a trade',
      ['orders', 'positions'],
      changeEvent('TradeExecuted', (e) => ({ maker_open_lots: e.maker_open_lots + 1 })),
    ],
    [
      'a gate that closes later',
      ['schedule'],
      changeEvent('WindowListed', (e) => ({ gate_closes_at_us: e.gate_closes_at_us + 60_000_000 })),
    ],
    ['the number of a trade', ['numbers'], changeEvent('TradeExecuted', (e) => ({ trade: e.trade + 1 }))],
    ['what a repetition says', ['outcomes'], changeEvent('CommandRepeated', (e) => ({ result: e.result + 1 }))],
    ['half a lot', ['records'], changeEvent('OrderAccepted', (e) => ({ lots: e.lots + 0.5 }))],
  ])('%s is found', async (_case, expected, change) => {
    const report = await verifyFolder(await resealed(change));
    expect(report.sound).toBe(false);
    expect(failed(report)).toEqual(expect.arrayContaining(expected));
    const silent = ['chain', 'sequence', 'decoding', 'digests', 'snapshots', 'state_hash'];
    expect(failed(report).filter((name) => silent.includes(name))).toEqual([]);
    const changed = change(records).findIndex((record, index) =>
      record.events.some((event, i) => {
        const before = records[index]!.events[i];
        return JSON.stringify(event, text) !== JSON.stringify(before, text);
      }),
    );
    for (const check of expected.filter((name) => name !== 'conservation' && name !== 'releases')) {
      expect(result(report, check).findings[0]!.record).toBeGreaterThanOrEqual(changed + 1);
    }
  });
});

test('no check is left that nothing here makes fail', () => {
  expect([...madeToFail].sort()).toEqual(Object.keys(CHECKS).sort());
});

const text = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
