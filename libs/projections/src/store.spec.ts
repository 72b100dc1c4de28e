// The fold: exactly once, in order, and the documents are the whole state.

import { encodeRecords, HOUR_US, type LogRecord } from '@tokenbourse/domain';
import fc from 'fast-check';
import { canonicalJson, type Document, type Json } from './documents';
import { InProcessReadModels } from './in-process';
import { randomMarket } from './testing/random-market';
import { DEFAULT_RETENTION, type Retention } from './retention';
import { MarketScript, START_US } from './testing/market-script';
import { runs } from '../../../test/support/runs';

const SMALL: Retention = {
  ...DEFAULT_RETENTION,
  settled_contracts: 3,
  trades_per_contract: 5,
  trades_of_market: 9,
  fills_per_account: 7,
  ledger_entries_per_account: 11,
  candles: { '1s': 2, '1m': 3, '5m': 3, '15m': 3, '1h': 3, '1d': 3 },
  rejected_orders: 2,
  split_contracts: 5,
};

function contentOf(models: InProcessReadModels): Map<string, string> {
  const content = new Map<string, string>();
  for (const { collection, key, value } of models.store.documents())
    content.set(`${collection} ${key}`, canonicalJson(value));
  return content;
}

function fold(records: readonly LogRecord[], retention = SMALL): InProcessReadModels {
  const models = new InProcessReadModels(retention);
  for (const record of records) models.apply(record);
  return models;
}

/** Written down as JSON and read back in another order. */
function restarted(models: InProcessReadModels, retention = SMALL): InProcessReadModels {
  const again = new InProcessReadModels(retention);
  const documents = JSON.parse(JSON.stringify([...models.store.documents()])) as Document[];
  for (const document of documents.reverse()) again.store.restore(document);
  again.store.resume(models.store.sequence, models.store.atUs);
  return again;
}

/** The same from the compact pieces. */
function reloaded(models: InProcessReadModels): InProcessReadModels {
  const again = new InProcessReadModels(SMALL);
  for (const [collection, { head, bytes }] of models.store.pieces()) {
    again.store.restorePiece(collection, { head: JSON.parse(JSON.stringify(head)) as Json, bytes: Buffer.from(bytes) });
  }
  again.store.resume(models.store.sequence, models.store.atUs);
  return again;
}

const anyMarket = fc.tuple(fc.integer(), fc.integer({ min: 20, max: 250 }));

describe('the read store', () => {
  test('stopped and read back anywhere, it goes on to the same documents', () => {
    fc.assert(
      fc.property(anyMarket, fc.double({ min: 0, max: 1, noNaN: true }), ([seed, steps], where) => {
        const { records } = randomMarket(seed, steps);
        const cut = Math.floor(records.length * where);
        const whole = contentOf(fold(records));
        const stopped = restarted(fold(records.slice(0, cut)));
        for (const record of records.slice(cut)) stopped.apply(record);
        expect(contentOf(stopped)).toEqual(whole);
        expect(contentOf(restarted(stopped))).toEqual(whole);
        const reread = reloaded(fold(records.slice(0, cut)));
        for (const record of records.slice(cut)) reread.apply(record);
        expect(contentOf(reread)).toEqual(whole);
        expect(contentOf(reloaded(reread))).toEqual(whole);
      }),
      { numRuns: runs(60) },
    );
  });

  test('contracts that settle at one time in another order than theirs are forgotten in one order, read back or not', () => {
    const script = new MarketScript();
    script.open();
    const [early, late] = [script.window([1, 2]), script.window([1, 2], START_US + 2 * HOUR_US)];
    script.settle(late, 2);
    script.settle(early, 1);
    const before = script.records.length;
    script.settle(script.window([1], START_US + 3 * HOUR_US), 3);
    const whole = fold(script.records);
    const stopped = restarted(fold(script.records.slice(0, before)));
    for (const record of script.records.slice(before)) stopped.apply(record);
    expect(contentOf(stopped)).toEqual(contentOf(whole));
  });

  test('changes, written elsewhere batch by batch, are the same documents', () => {
    fc.assert(
      fc.property(anyMarket, fc.integer({ min: 1, max: 20 }), ([seed, steps], batch) => {
        const { records } = randomMarket(seed, steps);
        const models = new InProcessReadModels(SMALL);
        models.store.track();
        const elsewhere = new Map<string, Json>();
        records.forEach((record, i) => {
          models.apply(record);
          if (i % batch !== 0 && i !== records.length - 1) return;
          for (const { collection, key, value } of models.store.takeChanges()) {
            if (value === null) elsewhere.delete(`${collection} ${key}`);
            else elsewhere.set(`${collection} ${key}`, JSON.parse(JSON.stringify(value)) as Json);
          }
        });
        const written = new Map([...elsewhere].map(([key, value]) => [key, canonicalJson(value)]));
        expect(written).toEqual(contentOf(models));
      }),
      { numRuns: runs(40) },
    );
  });

  test('a payload folds as its records do', () => {
    const { records } = randomMarket(5, 400);
    const models = new InProcessReadModels(SMALL);
    for (let i = 0; i < records.length; i += 37) {
      models.applyPayload(encodeRecords(records.slice(i, i + 37)), records[i].sequence);
    }
    expect(contentOf(models)).toEqual(contentOf(fold(records)));
  });

  test('a record counts once', () => {
    const { records } = randomMarket(6, 60);
    const models = fold(records);
    const before = contentOf(models);
    expect(models.store.apply(records[10])).toBe(false);
    models.applyPayload(encodeRecords(records.slice(-5)), records[records.length - 5].sequence);
    expect(contentOf(models)).toEqual(before);
  });

  test('a gap is an error and changes nothing', async () => {
    const { records } = randomMarket(7, 40);
    const models = fold(records.slice(0, 10));
    expect(() => models.apply(records[11])).toThrow(
      expect.objectContaining({ code: 'RECORD_GAP', expected: 11, found: 12 }),
    );
    models.apply(records[10]);
    expect((await models.status()).as_of_seq).toBe(11);
  });

  test('after a record that can’t be folded it answers nothing any more, and says why', async () => {
    const script = new MarketScript().open();
    const models = fold(script.records);
    const waiting = models.totals({ min_seq: 2 });
    script.write([{ type: 'SplitRuleSet', version: 99, rule: '{}' }], 'SetSplitRule');
    expect(() => models.apply(script.records[1])).toThrow(/record 2 .*version 99/);
    await expect(waiting).rejects.toMatchObject({ code: 'NOT_READY' });
    await expect(models.totals()).rejects.toMatchObject({
      code: 'NOT_READY',
      message: expect.stringContaining('version 99') as string,
    });
    expect(await models.status()).toMatchObject({ ready: false, as_of_seq: 1 });
    expect(() => models.apply(script.write([]))).toThrow(/version 99/);
  });

  test('a document of an unknown collection is refused', () => {
    expect(() => fold([]).store.restore({ collection: 'dreams', key: '1', value: 1 })).toThrow(/no collection dreams/);
  });
});
