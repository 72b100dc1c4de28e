// A damaged data folder under the real server: one clear line and an end, or a start with a warning; also when the log's
// file is cut short while it runs.

import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder, ExchangeProcess, runToEnd } from '../support/exchange-process';

jest.setTimeout(120_000);

const original = dataFolder();
const folders = [original];
afterAll(() => folders.forEach(({ remove }) => remove()));

beforeAll(async () => {
  const exchange = await ExchangeProcess.start(original.path);
  const admin = exchange.client('admin');
  for (let i = 0; i < 20; i++) await admin.call('registerParticipant', { body: { name: `p${i}`, role: 'TRADER' } });
  await exchange.stop();
});

function copy(): string {
  const folder = dataFolder();
  folders.push(folder);
  cpSync(original.path, folder.path, { recursive: true });
  return folder.path;
}

function alter(file: string, change: (bytes: Buffer) => Buffer): void {
  writeFileSync(file, change(readFileSync(file)));
}

const flipped = (at: (bytes: Buffer) => number) => (bytes: Buffer) => {
  bytes[at(bytes)]! ^= 4;
  return bytes;
};

async function refusal(path: string): Promise<string> {
  const { code, output } = await runToEnd(path);
  expect([code, output.trim().split('\n')]).toEqual([1, [expect.any(String)]]);
  return output;
}

test('a log cut short, a garbled page and a foreign marker are refused in one line that names the place', async () => {
  const cut = copy();
  truncateSync(join(cut, 'log/data.mdb'), statSync(join(cut, 'log/data.mdb')).size / 2);
  expect(await refusal(cut)).toMatch(/data\.mdb is damaged, .*truncated|data\.mdb is damaged, .*ends at byte/);
  const garbled = copy();
  alter(
    join(garbled, 'log/data.mdb'),
    flipped(() => 24),
  );
  expect(await refusal(garbled)).toMatch(/data\.mdb is damaged, meta page 0: it is none of LMDB/);
  const foreign = copy();
  alter(join(foreign, 'tokenbourse.json'), (bytes) => bytes.subarray(0, 20));
  expect(await refusal(foreign)).toMatch(/tokenbourse\.json is not JSON/);
});

test('snapshots, saved read models and key files that are damaged are passed over, each by its name', async () => {
  const path = copy();
  for (const part of ['snapshots', 'read-models']) {
    for (const name of readdirSync(join(path, part))) {
      alter(
        join(path, part, name),
        flipped((bytes) => bytes.length >> 1),
      );
    }
  }
  const admin = readFileSync(join(path, 'admin.key'), 'utf8').trim();
  alter(
    join(path, 'admin.key'),
    flipped(() => 12),
  );
  const exchange = await ExchangeProcess.start(path);
  const output = exchange.output();
  expect(output).toMatch(/snapshot of record \d+ is passed over: .*damaged/);
  expect(output).toMatch(/saved read models .*damaged.* it is not used/);
  expect(output).toMatch(/admin\.key holds no valid admin key; delete it/);
  const { data } = await exchange.client('none').call('listParticipants', { key: admin, query: { limit: '100' } });
  expect(data.filter(({ name }) => /^p\d+$/.test(name))).toHaveLength(20);
  expect(await exchange.stop()).toMatchObject({ code: 0 });
});

test('the log’s file cut short under a running server ends it; the next start is refused by the file’s name', async () => {
  const path = copy();
  const exchange = await ExchangeProcess.start(path);
  const admin = exchange.client('admin');
  truncateSync(join(path, 'log/data.mdb'), 8_192);
  const asking = async (): Promise<void> => {
    while (exchange.end === undefined)
      await admin.call('registerParticipant', { body: { name: 'late', role: 'TRADER' } });
  };
  await Promise.race([asking().catch(() => undefined), exchange.ended()]);
  await exchange.kill(); // where nothing that it touched lay behind the cut
  expect(await refusal(path)).toMatch(/data\.mdb is damaged/);
  rmSync(path, { recursive: true });
});
