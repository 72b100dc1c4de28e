// Snapshot files on the disk: what their headers say, those of older programs included; and bits of them that turn over.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MarketState, SnapshotUnreadable } from '@tokenbourse/engine';
import { FIRST_PLACE, originPosition } from '@tokenbourse/log';
import { SnapshotFiles } from './snapshot-files';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapshots-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const MAGIC_BYTES = 8;

/** Writes the file anew as an older program did, without a hash of the header, which `change` has made of the one it has. */
function rewriteHeader(file: string, change: (header: Record<string, unknown>) => void): void {
  const bytes = readFileSync(file);
  const end = MAGIC_BYTES + 4 + bytes.readUInt32LE(MAGIC_BYTES);
  const header = JSON.parse(bytes.subarray(MAGIC_BYTES + 4, end).toString()) as Record<string, unknown>;
  delete header['header_hash'];
  change(header);
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  writeFileSync(file, Buffer.concat([bytes.subarray(0, MAGIC_BYTES), length, text, bytes.subarray(end)]));
}

test('the place up to which commands are answered is kept, and one of before there was such a place reads as the first', () => {
  const files = new SnapshotFiles(folder);
  const hash = files.write(new MarketState(), originPosition(), { offset: 7, index: 3 });
  const [info] = files.list();
  expect(files.read(info!)).toMatchObject({ answered: { offset: 7, index: 3 }, stateHash: hash });
  rewriteHeader(info!.file, (header) => delete header['answered']);
  expect(files.read(info!)).toMatchObject({ answered: FIRST_PLACE, stateHash: hash, position: originPosition() });
});

test.each([{ offset: '7', index: 0 }, { offset: 7 }, null, 7])(
  'an answered place that is none, %j, is damage',
  (place) => {
    const files = new SnapshotFiles(folder);
    files.write(new MarketState(), originPosition());
    const [info] = files.list();
    rewriteHeader(info!.file, (header) => (header['answered'] = place));
    expect(() => files.read(info!)).toThrow(SnapshotUnreadable);
  },
);

test('each bit of the header that turns over is found, or changes nothing of what is read', () => {
  const files = new SnapshotFiles(folder);
  const answered = { offset: 1_234, index: 56 };
  const stateHash = files.write(new MarketState(), originPosition(), answered);
  const [info] = files.list();
  const whole = readFileSync(info!.file);
  const headerEnd = MAGIC_BYTES + 4 + whole.readUInt32LE(MAGIC_BYTES);
  let refused = 0;
  for (let at = 0; at < headerEnd; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const spoilt = Buffer.from(whole);
      spoilt[at]! ^= 1 << bit;
      writeFileSync(info!.file, spoilt);
      try {
        expect(files.read(info!)).toMatchObject({ position: originPosition(), answered, stateHash });
      } catch (error) {
        if (!(error instanceof SnapshotUnreadable)) throw error;
        refused += 1;
      }
    }
  }
  expect(refused).toBeGreaterThan(headerEnd * 6);
});
