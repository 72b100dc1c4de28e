// The binary form of records: a frame's payload is records one behind the other.
//
// Record: time (8 bytes), cause (1), [CONTINUATION: cause's sequence (8)], [COMMAND: command (1), account (4),
// contract (4), fingerprint (4), id (text)], number of events (2), events. The sequence number is the frame's first
// plus the record's place in it.

import { COMMAND_TYPES, type CommandType } from '../commands/types';
import type { MarketEvent } from '../events/catalogue';
import type { CommandIdentity, LogRecord } from '../record';
import { RECORD_CAUSES, type RecordCause } from '../vocabulary';
import { Bytes } from './bytes';
import { compileEventCodec, type EventCodec } from './compiler';

const codec: EventCodec = compileEventCodec();

/** The frequent ones are told without a search. */
function commandCode(command: CommandType): number {
  return command === 'PlaceOrder' ? 0 : command === 'CancelOrder' ? 1 : COMMAND_TYPES.indexOf(command);
}

/** Room for the records of one frame, with space for the largest record beyond the frame's limit. */
const BUFFER_BYTES = 1 << 20;

/** Collects the records of one frame in their binary form. Events are written as they are emitted: none is kept. */
export class RecordWriter {
  private readonly bytes = new Bytes(new Uint8Array(BUFFER_BYTES));
  private countAt = 0;
  private events = 0;
  /** Records written since the last `take`. */
  records = 0;

  get size(): number {
    return this.bytes.at;
  }

  begin(atUs: number, cause: RecordCause, causeSequence: number, identity: CommandIdentity | null): void {
    const { bytes } = this;
    const { view } = bytes;
    // Codes are constants before they are stored, for the same reason as in the compiled codec.
    const causeCode = cause === 'COMMAND' ? 0 : cause === 'DUE' ? 1 : 2;
    view.setFloat64(bytes.at, atUs, true);
    view.setUint8(bytes.at + 8, causeCode);
    bytes.at += 9;
    if (cause === 'CONTINUATION') {
      view.setFloat64(bytes.at, causeSequence, true);
      bytes.at += 8;
    }
    if (identity !== null) {
      const code = commandCode(identity.command);
      view.setUint8(bytes.at, code);
      view.setUint32(bytes.at + 1, identity.account, true);
      view.setUint32(bytes.at + 5, identity.contract, true);
      view.setUint32(bytes.at + 9, identity.fingerprint, true);
      bytes.at += 13;
      bytes.writeText(identity.command_id);
    }
    this.countAt = bytes.at;
    bytes.at += 2;
    this.events = 0;
  }

  write(event: MarketEvent): void {
    codec.write(event, this.bytes);
    this.events += 1;
  }

  end(): void {
    this.bytes.view.setUint16(this.countAt, this.events, true);
    this.records += 1;
  }

  /** The payload so far where it lies: read it before anything is written again. */
  get payload(): Uint8Array {
    return this.bytes.array.subarray(0, this.bytes.at);
  }

  /** Makes the writer empty. */
  clear(): void {
    this.bytes.at = 0;
    this.records = 0;
  }

  /** The payload so far, copied; the writer is empty afterwards. */
  take(): Uint8Array {
    const payload = this.payload.slice();
    this.clear();
    return payload;
  }
}

/** What a fold of a payload is told, without an object per record. */
export interface RecordVisitor {
  begin(
    sequence: number,
    atUs: number,
    cause: RecordCause,
    causeSequence: number,
    identity: CommandIdentity | null,
  ): void;
  event(event: MarketEvent): void;
  end(): void;
}

function readIdentity(bytes: Bytes): CommandIdentity {
  const { view, at } = bytes;
  bytes.at += 13;
  return {
    command: COMMAND_TYPES[view.getUint8(at)]!,
    account: view.getUint32(at + 1, true),
    contract: view.getUint32(at + 5, true),
    fingerprint: view.getUint32(at + 9, true),
    command_id: bytes.readText(),
  };
}

/** Reads a frame's payload record by record. Throws RangeError or UnknownEventCode when it is no payload of ours. */
export function visitRecords(payload: Uint8Array, firstSequence: number, visitor: RecordVisitor): void {
  const bytes = new Bytes(payload);
  const { view } = bytes;
  let sequence = firstSequence;
  while (bytes.at < payload.byteLength) {
    const atUs = view.getFloat64(bytes.at, true);
    const cause = RECORD_CAUSES[view.getUint8(bytes.at + 8)];
    if (cause === undefined) throw new RangeError(`record ${sequence} has no known cause`);
    bytes.at += 9;
    let causeSequence = 0;
    if (cause === 'CONTINUATION') {
      causeSequence = view.getFloat64(bytes.at, true);
      bytes.at += 8;
    }
    const identity = cause === 'COMMAND' ? readIdentity(bytes) : null;
    const events = view.getUint16(bytes.at, true);
    bytes.at += 2;
    visitor.begin(sequence, atUs, cause, causeSequence, identity);
    for (let i = 0; i < events; i++) visitor.event(codec.read(bytes));
    visitor.end();
    sequence += 1;
  }
}

/** A frame's records as plain objects, for readers that want them whole. */
export function decodeRecords(payload: Uint8Array, firstSequence: number): LogRecord[] {
  const records: LogRecord[] = [];
  let current: (LogRecord & { events: MarketEvent[] }) | undefined;
  visitRecords(payload, firstSequence, {
    begin(sequence, at_us, cause, cause_sequence, identity) {
      current = { sequence, at_us, cause, cause_sequence, identity, events: [] };
    },
    event(event) {
      current!.events.push(event);
    },
    end() {
      records.push(current!);
    },
  });
  return records;
}

/** The inverse of `decodeRecords`; sequence numbers are not part of the bytes. */
export function encodeRecords(records: readonly LogRecord[]): Uint8Array {
  const writer = new RecordWriter();
  for (const record of records) {
    writer.begin(record.at_us, record.cause, record.cause_sequence, record.identity);
    for (const event of record.events) writer.write(event);
    writer.end();
  }
  return writer.take();
}
