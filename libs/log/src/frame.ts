/** A frame is one batch of records, named by the SHA-256 of its predecessor's name and its own bytes; here are its form and its one encoding. */
import { hash } from 'node:crypto';
import { FrameDamaged, FrameTooLarge } from './errors';

/** 32 bytes: SHA-256(predecessor ‖ canonical header bytes ‖ payload). */
export type FrameId = Uint8Array;

export const FRAME_ID_BYTES = 32;

/** The predecessor of a log's first frame: 32 zero bytes. Copied on use, for bytes can't be frozen. */
export const ORIGIN: FrameId = new Uint8Array(FRAME_ID_BYTES);

/** The largest encoded frame, all of its bytes counted. */
export const MAX_FRAME_BYTES = 512 * 1024;

/** The commands that a frame answers, first to last; all 0 where there is no commands topic. Offsets are safe integers, indexes below 2^32. */
export interface AnsweredCommands {
  readonly fromOffset: number;
  readonly fromIndex: number;
  readonly toOffset: number;
  readonly toIndex: number;
}

export interface FrameHeader {
  readonly predecessor: FrameId;
  /** Sequence number of the first record, from 1. */
  readonly firstSequence: number;
  /** Records in the payload, at least 1. */
  readonly recordCount: number;
  /** Digest of the writer's state after the frame, an unsigned 32-bit number. */
  readonly digest: number;
  readonly answers: AnsweredCommands;
}

/** A sealed frame. Its bytes are shared with what is stored: read them, never write to them. */
export interface Frame extends FrameHeader {
  readonly id: FrameId;
  /** The records' bytes; opaque to the log. */
  readonly payload: Uint8Array;
}

export const NO_ANSWERS: AnsweredCommands = Object.freeze({ fromOffset: 0, fromIndex: 0, toOffset: 0, toIndex: 0 });

// magic 3, version 1 | predecessor 32 | first sequence 8, records 4, digest 4, answers 24, payload length 4 | payload | id 32
const MAGIC = [0x54, 0x42, 0x46] as const; // TBF
const VERSION = 1;
const PREDECESSOR_AT = 4;
const HEADER_AT = PREDECESSOR_AT + FRAME_ID_BYTES;
const PAYLOAD_LENGTH_AT = HEADER_AT + 40;
const PAYLOAD_AT = PAYLOAD_LENGTH_AT + 4;

/** Bytes that a frame adds to its payload. */
export const FRAME_OVERHEAD_BYTES = PAYLOAD_AT + FRAME_ID_BYTES;

/** The largest payload of one frame. */
export const MAX_PAYLOAD_BYTES = MAX_FRAME_BYTES - FRAME_OVERHEAD_BYTES;

/** A frame together with its encoding: sealed or read once, it is never encoded or hashed again. */
class EncodedFrame implements Frame {
  readonly #bytes: Uint8Array;
  readonly predecessor: FrameId;
  readonly firstSequence: number;
  readonly recordCount: number;
  readonly digest: number;
  readonly answers: AnsweredCommands;
  readonly payload: Uint8Array;
  readonly id: FrameId;

  constructor(bytes: Uint8Array, view: DataView, id: FrameId) {
    this.#bytes = bytes;
    this.predecessor = bytes.subarray(PREDECESSOR_AT, HEADER_AT);
    this.firstSequence = readSafeInteger(view, HEADER_AT);
    this.recordCount = view.getUint32(HEADER_AT + 8, true);
    this.digest = view.getUint32(HEADER_AT + 12, true);
    this.answers = {
      fromOffset: readSafeInteger(view, HEADER_AT + 16),
      fromIndex: view.getUint32(HEADER_AT + 24, true),
      toOffset: readSafeInteger(view, HEADER_AT + 28),
      toIndex: view.getUint32(HEADER_AT + 36, true),
    };
    this.payload = bytes.subarray(PAYLOAD_AT, bytes.length - FRAME_ID_BYTES);
    this.id = id;
  }

  static bytesOf(frame: Frame): Uint8Array | undefined {
    return #bytes in frame ? frame.#bytes : undefined;
  }
}

/**
 * Seals a batch: copies the payload once, behind its header, and names the frame by the SHA-256 of both.
 * @throws FrameTooLarge when the encoded frame would exceed `MAX_FRAME_BYTES`
 * @throws RangeError when a header field is out of its range
 */
export function sealFrame(header: FrameHeader, payload: Uint8Array): Frame {
  const bytes = allocate(payload.length);
  const view = viewOf(bytes);
  writeHeader(bytes, view, header, payload);
  const id = digestOf(bytes);
  bytes.set(id, bytes.length - FRAME_ID_BYTES);
  return new EncodedFrame(bytes, view, id);
}

/**
 * The frame as one byte string; ends with the id, so that damage to the last frame of a log is found too.
 * A sealed or decoded frame gives the very bytes it lives in, without a copy.
 */
export function encodeFrame(frame: Frame): Uint8Array {
  const known = EncodedFrame.bytesOf(frame);
  if (known) return known;
  const bytes = allocate(frame.payload.length);
  writeHeader(bytes, viewOf(bytes), frame, frame.payload);
  bytes.set(checkedId('id', frame.id), bytes.length - FRAME_ID_BYTES);
  return bytes;
}

/**
 * Reads and verifies one encoded frame; its payload is a view of `bytes`.
 * @param place the frame's place in its medium, for the error
 * @param sequence the sequence number that it should start with, for the error
 * @throws FrameDamaged when the bytes are not one whole frame whose id is the digest of its bytes
 */
export function decodeFrame(bytes: Uint8Array, place = 0, sequence = 0): Frame {
  const damaged = (what: ConstructorParameters<typeof FrameDamaged>[2], detail: string): FrameDamaged =>
    new FrameDamaged(place, sequence, what, detail);
  if (bytes.length < FRAME_OVERHEAD_BYTES) {
    throw damaged('torn', `${bytes.length} bytes, the smallest frame has ${FRAME_OVERHEAD_BYTES}`);
  }
  if (bytes[0] !== MAGIC[0] || bytes[1] !== MAGIC[1] || bytes[2] !== MAGIC[2]) {
    const found = Buffer.from(bytes.subarray(0, 3)).toString('hex');
    throw damaged('bad magic', `starts with 0x${found}, a frame starts with 0x${Buffer.from(MAGIC).toString('hex')}`);
  }
  if (bytes[3] !== VERSION)
    throw damaged('unknown version', `frame version ${bytes[3]}, this build reads version ${VERSION}`);
  const view = viewOf(bytes);
  const expected = FRAME_OVERHEAD_BYTES + view.getUint32(PAYLOAD_LENGTH_AT, true);
  if (expected !== bytes.length) throw damaged('torn', `${bytes.length} bytes, its header says ${expected}`);
  const id = bytes.subarray(bytes.length - FRAME_ID_BYTES);
  const digest = digestOf(bytes);
  if (!sameId(id, digest))
    throw damaged('digest of bytes differs', `its bytes give ${hex(digest)}, its id is ${hex(id)}`);
  return new EncodedFrame(bytes, view, digest);
}

/** Whether the frame's id is the digest of its bytes; known without work for what `sealFrame` and `decodeFrame` gave. */
export function isSealed(frame: Frame): boolean {
  return EncodedFrame.bytesOf(frame) !== undefined || sameId(digestOf(encodeFrame(frame)), frame.id);
}

export function sameId(a: FrameId, b: FrameId): boolean {
  return Buffer.compare(a, b) === 0;
}

/** The id as 64 hexadecimal digits. */
export function hex(id: FrameId): string {
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('hex');
}

/** The sequence number of the frame's last record. */
export function lastSequence(frame: FrameHeader): number {
  return frame.firstSequence + (frame.recordCount - 1);
}

function allocate(payloadBytes: number): Uint8Array {
  const bytes = FRAME_OVERHEAD_BYTES + payloadBytes;
  if (bytes > MAX_FRAME_BYTES) throw new FrameTooLarge(bytes, MAX_FRAME_BYTES);
  return Buffer.allocUnsafeSlow(bytes); // unpooled, and every byte is written
}

function writeHeader(bytes: Uint8Array, view: DataView, header: FrameHeader, payload: Uint8Array): void {
  const { answers } = header;
  bytes.set(MAGIC, 0);
  bytes[3] = VERSION;
  bytes.set(checkedId('predecessor', header.predecessor), PREDECESSOR_AT);
  writeSafeInteger(view, HEADER_AT, 'firstSequence', header.firstSequence, 1);
  view.setUint32(HEADER_AT + 8, checkedUint32('recordCount', header.recordCount, 1), true);
  if (!Number.isSafeInteger(lastSequence(header)))
    throw new RangeError('the last sequence number of a frame must be a safe integer');
  view.setUint32(HEADER_AT + 12, checkedUint32('digest', header.digest), true);
  writeSafeInteger(view, HEADER_AT + 16, 'answers.fromOffset', answers.fromOffset);
  view.setUint32(HEADER_AT + 24, checkedUint32('answers.fromIndex', answers.fromIndex), true);
  writeSafeInteger(view, HEADER_AT + 28, 'answers.toOffset', answers.toOffset);
  view.setUint32(HEADER_AT + 36, checkedUint32('answers.toIndex', answers.toIndex), true);
  view.setUint32(PAYLOAD_LENGTH_AT, payload.length, true);
  bytes.set(payload, PAYLOAD_AT);
}

function digestOf(bytes: Uint8Array): FrameId {
  return hash('sha256', bytes.subarray(PREDECESSOR_AT, bytes.length - FRAME_ID_BYTES), 'buffer');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readSafeInteger(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000;
}

function writeSafeInteger(view: DataView, at: number, field: string, value: number, least = 0): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${field} is ${value}; it must be an integer from ${least} to 2^53 - 1`);
  }
  view.setUint32(at, value % 0x1_0000_0000, true);
  view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
}

function checkedUint32(field: string, value: number, least = 0): number {
  if (!Number.isInteger(value) || value < least || value > 0xffff_ffff) {
    throw new RangeError(`${field} is ${value}; it must be an integer from ${least} to 2^32 - 1`);
  }
  return value;
}

function checkedId(field: string, id: FrameId): FrameId {
  if (!(id instanceof Uint8Array) || id.length !== FRAME_ID_BYTES) {
    throw new RangeError(`${field} must be ${FRAME_ID_BYTES} bytes`);
  }
  return id;
}
