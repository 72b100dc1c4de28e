// The operator's commands as processes: what they print, where, and with which exit code they end.

import { execFile, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { LmdbEventLog } from '@tokenbourse/log-lmdb';

import { tradingDay } from '../../../libs/audit/testing/trading-day';
import { temporaryFolders } from '../../../libs/log-lmdb/src/temporary-folder';
import { sharedKafka } from '../../../test/support/brokers/kafka';
import { compiled } from '../../../test/support/compiled';
import { recordsOf, runMarket, saveReadModels, takeSnapshot } from '../testing/market-folder';
import type { VerificationReport } from './verification/verification';

const temporaryFolder = temporaryFolders();
const { steps } = tradingDay(2, 300);
const data = join(process.env.TMPDIR ?? '/tmp', `tokenbourse-commands-${process.pid}`);
let hash: string;

beforeAll(async () => {
  await runMarket(data, steps.slice(0, 200));
  await takeSnapshot(data);
  await saveReadModels(data);
  hash = await runMarket(data, steps.slice(200));
});

afterAll(() => rmSync(data, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** How far a command has come is told now and then: on a slow machine, also here. */
const withoutProgress = (said: string): string => said.replace(/^[a-z ]+: \d+ %.*\n/gm, '');

function run(command: 'verify' | 'replay' | 'backup' | 'restore', ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const file = compiled(`apps/operator/src/${command}`);
    const environment = Object.entries(process.env).filter(([name]) => !/^TOKENBOURSE_(KAFKA|MARKET|DATA)/.test(name));
    const env = Object.fromEntries(environment);
    execFile(process.execPath, [file, ...args], { env, maxBuffer: 1 << 26 }, (failure, out, error) =>
      resolve({
        code: typeof failure?.code === 'number' ? failure.code : failure === null ? 0 : -1,
        out,
        error: withoutProgress(error),
      }),
    );
  });
}

describe('verify', () => {
  test('says at a glance that a folder is sound, and ends with 0', async () => {
    const { code, out, error } = await run('verify', '--data', data);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toContain(`Market main in ${data}`);
    expect(out).toMatch(/✓ trades +Each trade: amount = price × lots/);
    expect(out).toContain(`state hash   ${hash}`);
    expect(out.trimEnd().split('\n').pop()).toBe('SOUND');
  });

  test('tells the same as one JSON document', async () => {
    const { code, out } = await run('verify', '--data', data, '--json');
    const report = JSON.parse(out) as VerificationReport;
    expect(code).toBe(0);
    expect(report).toMatchObject({ sound: true, market: 'main', state_hash: hash });
    expect(report.checks.map(({ status }) => status)).toEqual(report.checks.map(() => 'PASSED'));
    expect(Object.keys(report.log)).toEqual(['frames', 'records', 'events', 'last_frame_id', 'last_at']);
  });

  test('ends with 1 and names the damage', async () => {
    const path = join(temporaryFolder(), 'copy');
    await run('backup', '--data', data, '--to', path);
    const [snapshot] = readdirSync(join(path, 'snapshots'));
    const file = join(path, 'snapshots', snapshot!);
    writeFileSync(file, readFileSync(file).fill(7, 200, 210));
    const { code, out } = await run('verify', '--data', path);
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`✗ snapshots .*1 finding\\n.*${snapshot} is damaged`));
    expect(out.trimEnd().split('\n').pop()).toBe('NOT SOUND: snapshots');
  });

  test('ends with 1 and one line for a folder that can’t be read', async () => {
    const foreign = temporaryFolder();
    writeFileSync(join(foreign, 'notes.txt'), 'mine');
    const empty = join(temporaryFolder(), 'empty');
    mkdirSync(empty);
    for (const [path, words] of [
      [foreign, /^.* is not a Tokenbourse data folder: .*\n$/],
      [empty, /^.* is empty; name a data folder .*\n$/],
      [join(empty, 'missing'), /^.* does not exist; .*\n$/],
    ] as const) {
      const { code, out, error } = await run('verify', '--data', path);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(error).toMatch(words);
    }
    const json = await run('verify', '--data', foreign, '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({ sound: false, error: { code: 'NOT_OUR_FOLDER' } });
  });

  test('ends with 2 and shows the usage when it is called wrongly', async () => {
    for (const args of [['--dta', data], ['--data'], [data], ['--json=yes']]) {
      const { code, out, error } = await run('verify', ...args);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(error).toContain('npm run verify -- [--data DIR] [--json]');
    }
    expect(await run('verify', '--help')).toMatchObject({ code: 0, out: expect.stringContaining('--json') as string });
  });
});

describe('replay', () => {
  test('prints a line per event, in words and units of the wire', async () => {
    const { code, out, error } = await run('replay', '--data', data);
    const records = await recordsOf(data);
    const lines = out.trimEnd().split('\n');
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(lines).toHaveLength(records.reduce((sum, { events }) => sum + events.length, 0));
    expect(lines[0]).toMatch(
      /^ {8}1 {2}2026-11-20T13:00:00.000Z {2}OpenMarket "open" {2}MarketOpened {2}market "test" opens in USD/,
    );
    const trade =
      /TradeExecuted {2}[A-Z]+-USE-\d{8}T\d{4}Z-PT1H: trd_\d+_1: \d+\.\d{3} Mtok at \d+\.\d{3} USD\/Mtok = \d+\.\d{6} USD, acc_\d+ buys/;
    expect(lines.filter((line) => trade.test(line)).length).toBeGreaterThan(2);
    expect(out).not.toMatch(/contract \d+:|undefined|NaN|\{/);
  });

  test('prints a part, with names given before it; only some events', async () => {
    const records = await recordsOf(data);
    const at = records.filter(({ events }) => events.some(({ type }) => type === 'TradeExecuted')).pop()!.sequence;
    const whole = await run('replay', '--data', data);
    const part = await run('replay', '--data', data, '--from', `${at}`, '--to', `${at}`);
    expect(part.out).not.toBe('');
    expect(whole.out).toContain(part.out);
    const trades = await run('replay', '--data', data, '--type', 'TradeExecuted,PositionSettled');
    const kinds = trades.out
      .trimEnd()
      .split('\n')
      .map((line) => /(TradeExecuted|PositionSettled)/.exec(line)?.[0]);
    expect(new Set(kinds)).toEqual(new Set(['TradeExecuted', 'PositionSettled']));
  });

  test('prints records as lines of JSON', async () => {
    const { out } = await run('replay', '--data', data, '--json', '--from', '5', '--to', '9');
    const found = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { sequence: number });
    expect(found.map(({ sequence }) => sequence)).toEqual([5, 6, 7, 8, 9]);
  });

  test('stops quietly when nobody reads on', async () => {
    const child = spawn(process.execPath, [compiled('apps/operator/src/replay'), '--data', data], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (bytes) => (said += String(bytes)));
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, said }).toEqual({ code: 0, said: '' });
  });

  test('says what is wrong', async () => {
    const records = (await recordsOf(data)).length;
    const past = await run('replay', '--data', data, '--from', `${records + 1}`);
    expect(past).toEqual({
      code: 1,
      out: '',
      error: `the log has no record ${records + 1}: it ends with record ${records}\n`,
    });
    const beyond = await run('replay', '--data', data, '--from', `${records}`, '--to', '999999');
    expect(beyond).toMatchObject({ code: 0, error: `The log ends with record ${records}.\n` });
    for (const args of [
      ['--from', '0'],
      ['--from', 'x'],
      ['--from', '9', '--to', '3'],
      ['--type', 'Nothing'],
    ]) {
      expect((await run('replay', '--data', data, ...args)).code).toBe(2);
    }
  });
});

describe('backup', () => {
  test('copies a folder that is being written to; the copy is verified, and can be started', async () => {
    const path = join(temporaryFolder(), 'deep', 'copy');
    const writer = await LmdbEventLog.open(data);
    const { code, out } = await run('backup', '--data', data, '--to', path);
    await writer.close();
    expect(code).toBe(0);
    expect(out).toMatch(/^Copied to record \d+, frame \d+ \([0-9a-f]{64}\), with 1 snapshots and 1 saved read models/);
    expect(out).toContain(`state hash   ${hash}`);
    expect(await runMarket(path, [{ ...steps[0]!, atUs: steps[steps.length - 1]!.atUs + 1 }])).not.toBe(hash);
    expect((await run('verify', '--data', path)).code).toBe(0);
  });

  test('refuses a folder that is not empty, one inside the original, and none', async () => {
    const full = temporaryFolder();
    writeFileSync(join(full, 'x'), '');
    expect((await run('backup', '--data', data, '--to', full)).error).toMatch(/is not a Tokenbourse data folder/);
    expect((await run('backup', '--data', data, '--to', join(data, 'copy'))).error).toMatch(/lies in/);
    expect((await run('backup', '--data', data)).code).toBe(2);
  });
});

describe('restore, and backup from Kafka', () => {
  test('a folder goes to brokers and comes back the same', async () => {
    const kafka = ['--kafka', (await sharedKafka()).join(','), '--market', `commands-${process.pid}`];
    const restored = await run('restore', '--data', data, ...kafka, '--replication', '1');
    expect(restored).toMatchObject({ code: 0, error: '' });
    expect(restored.out).toMatch(
      /^Market commands-\d+ stands on \S+ to record \d+ \([0-9a-f]{64}\), \d+ frames were written\./,
    );
    expect(restored.out).toMatch(/Commands go on at offset 0\. Engines start from a snapshot of record \d+\.\n$/);
    const path = join(temporaryFolder(), 'copy');
    const copied = await run('backup', ...kafka, '--to', path);
    expect(copied).toMatchObject({ code: 0, error: '' });
    expect(copied.out).toContain(`state hash   ${hash}`);
    const again = await run('backup', ...kafka, '--to', path, '--no-verify');
    expect(again.out).toMatch(/^Copied to record \d+, frame \d+ \([0-9a-f]{64}\); 0 frames were not there before\.\n$/);
  });

  test('say in a line what is wrong', async () => {
    const away = ['--kafka', '127.0.0.1:1'];
    for (const ended of [
      await run('restore', '--data', data, ...away),
      await run('backup', ...away, '--to', join(temporaryFolder(), 'copy')),
    ]) {
      expect(ended).toMatchObject({ code: 1, out: '' });
      expect(ended.error).toMatch(/^no broker answers at 127\.0\.0\.1:1: .+\n$/);
    }
    for (const args of [
      ['--data', data],
      ['--kafka', 'nowhere'],
      [...away, '--market', 'No Name'],
      [...away, '--replication', '0'],
    ])
      expect(await run('restore', ...args)).toMatchObject({ code: 2, out: '' });
    for (const args of [
      [...away, '--data', data],
      ['--market', 'main'],
    ])
      expect(await run('backup', '--to', 'copy', ...args)).toMatchObject({ code: 2, out: '' });
  });
});
