// Frames are read as they were sealed, and damage to them is found.

import { createHash } from 'node:crypto';
import { FrameDamaged } from './errors';
import {
  FRAME_OVERHEAD_BYTES,
  Frame,
  FrameHeader,
  NO_ANSWERS,
  ORIGIN,
  decodeFrame,
  encodeFrame,
  hex,
  isSealed,
  sealFrame,
} from './frame';
import { sampleChain } from './sample-chain';

const header: FrameHeader = {
  predecessor: new Uint8Array(32).fill(0xab),
  firstSequence: 2 ** 40 + 5,
  recordCount: 7,
  digest: 0xdeadbeef,
  answers: { fromOffset: 2 ** 33 + 1, fromIndex: 2, toOffset: 2 ** 53 - 1, toIndex: 4_294_967_295 },
};

describe('sealing', () => {
  it('names a frame by the SHA-256 of predecessor, header and payload', () => {
    const payload = Buffer.from('three records');
    const canonicalHeader = Buffer.alloc(44);
    canonicalHeader.writeBigUInt64LE(2n ** 40n + 5n, 0);
    canonicalHeader.writeUInt32LE(7, 8);
    canonicalHeader.writeUInt32LE(0xdeadbeef, 12);
    canonicalHeader.writeBigUInt64LE(2n ** 33n + 1n, 16);
    canonicalHeader.writeUInt32LE(2, 24);
    canonicalHeader.writeBigUInt64LE(2n ** 53n - 1n, 28);
    canonicalHeader.writeUInt32LE(4_294_967_295, 36);
    canonicalHeader.writeUInt32LE(payload.length, 40);
    const expected = createHash('sha256')
      .update(header.predecessor)
      .update(canonicalHeader)
      .update(payload)
      .digest('hex');
    expect(hex(sealFrame(header, payload).id)).toBe(expected);
  });

  it('keeps the id of a frame that was once written, for ever', () => {
    const frame = sealFrame(
      { predecessor: ORIGIN, firstSequence: 1, recordCount: 1, digest: 0, answers: NO_ANSWERS },
      Buffer.from('tokenbourse'),
    );
    expect(hex(frame.id)).toBe('aa6a868bbb447f48d3e8a88be0a855466f9582eef26c7b0caf9fe9ebe60dca27');
  });

  it.each<[string, Partial<FrameHeader>]>([
    ['firstSequence', { firstSequence: 0 }],
    ['firstSequence', { firstSequence: 1.5 }],
    ['firstSequence', { firstSequence: 2 ** 53 }],
    ['last sequence', { firstSequence: 2 ** 53 - 1, recordCount: 2 }],
    ['recordCount', { recordCount: 0 }],
    ['recordCount', { recordCount: 2 ** 32 }],
    ['digest', { digest: -1 }],
    ['predecessor', { predecessor: new Uint8Array(31) }],
    ['answers.toOffset', { answers: { ...NO_ANSWERS, toOffset: -1 } }],
    ['answers.fromIndex', { answers: { ...NO_ANSWERS, fromIndex: NaN } }],
  ])('refuses a %s out of range by name', (field, wrong) => {
    expect(() => sealFrame({ ...header, ...wrong }, new Uint8Array(1))).toThrow(field);
  });
});

describe('encoding', () => {
  it('comes back whole, without copying the payload', () => {
    const frame = sealFrame(header, Buffer.from('payload'));
    const bytes = encodeFrame(frame);
    expect(bytes).toHaveLength(FRAME_OVERHEAD_BYTES + 7);
    const back = decodeFrame(bytes);
    expect({ ...back }).toEqual({ ...frame });
    expect(back.payload.buffer).toBe(bytes.buffer);
    expect(back.answers).toEqual(header.answers);
  });

  it('gives a copy with fields of its own an encoding of its own, which is not sealed', () => {
    const frame: Frame = { ...sealFrame(header, Buffer.from('payload')), recordCount: 8 };
    expect(isSealed(frame)).toBe(false);
    expect(() => decodeFrame(encodeFrame(frame))).toThrow(FrameDamaged);
    expect(isSealed({ ...frame, recordCount: 7 })).toBe(true);
  });

  it('finds every single flipped bit', () => {
    const [, frame] = sampleChain({ frames: 2 });
    const bytes = new Uint8Array(encodeFrame(frame));
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      bytes[bit >> 3] ^= 1 << (bit & 7);
      expect(() => decodeFrame(bytes)).toThrow(FrameDamaged);
      bytes[bit >> 3] ^= 1 << (bit & 7);
    }
    expect(hex(decodeFrame(bytes).id)).toBe(hex(frame.id));
  });

  it('finds every truncation and extension', () => {
    const bytes = encodeFrame(sampleChain({ frames: 1 })[0]);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeFrame(bytes.subarray(0, length), 3, 9)).toThrow(
        expect.objectContaining({ what: 'torn', place: 3, sequence: 9 }),
      );
    }
    expect(() => decodeFrame(Buffer.concat([bytes, new Uint8Array(1)]))).toThrow(
      expect.objectContaining({ what: 'torn' }),
    );
  });

  it.each<[number, string]>([
    [0, 'bad magic'],
    [3, 'unknown version'],
    [10, 'digest of bytes differs'],
    [50, 'digest of bytes differs'],
    [77, 'torn'],
    [85, 'digest of bytes differs'],
    [-1, 'digest of bytes differs'],
  ])('says what is wrong when byte %i is flipped: %s', (at, what) => {
    const bytes = new Uint8Array(encodeFrame(sampleChain({ frames: 1 })[0]));
    bytes[at < 0 ? bytes.length + at : at] ^= 0xff;
    expect(() => decodeFrame(bytes, 1, 1)).toThrow(expect.objectContaining({ code: 'FRAME_DAMAGED', what }));
  });
});
