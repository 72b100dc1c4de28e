/** A frame as a message of the events topic: its records as JSON, its header as headers; and the verified frame again from that. */
import {
  type AnsweredCommands,
  type Frame,
  FrameDamaged,
  type FrameHeader,
  type PlacedFrame,
  Position,
  hex,
  lastSequence,
  originPosition,
  positionAfter,
  sealFrame,
} from '@tokenbourse/log';
import { FRAME_HEADERS, type HeadersOf } from './channels';
import type { Message, NewMessage } from './partition';

/** A frame's payload as text and back, to the very byte. What is in it is the caller's business. */
export interface PayloadText {
  toText(payload: Uint8Array, firstSequence: number): string;
  /** @throws an error whose `code` is UNKNOWN_EVENT_TYPE for the text of a newer version; any other for what is no such text */
  fromText(text: string, firstSequence: number): Uint8Array;
}

const TYPE = FRAME_HEADERS.type.value;
const VERSION = Number(FRAME_HEADERS.version.value);

/** Why a message of the events topic does not count. */
export type Skipped =
  /** No frame of this market, by its headers or its text. */
  | 'no frame'
  /** The last frame that counted, once more. */
  | 'doubled'
  /** Its predecessor is not the last frame that counted, or its first sequence number is not the next. */
  | 'off the chain'
  /** Its id is not the digest of what it says. */
  | 'wrong id';

export function messageOf(frame: Frame, market: string, text: PayloadText): NewMessage & { readonly value: Buffer } {
  const { answers } = frame;
  const headers: HeadersOf<typeof FRAME_HEADERS> = {
    type: TYPE,
    version: String(VERSION),
    market,
    'first-seq': String(frame.firstSequence),
    'last-seq': String(lastSequence(frame)),
    predecessor: hex(frame.predecessor),
    id: hex(frame.id),
    digest: String(frame.digest),
    'answers-from': `${answers.fromOffset}:${answers.fromIndex}`,
    'answers-to': `${answers.toOffset}:${answers.toIndex}`,
  };
  return { value: Buffer.from(text.toText(frame.payload, frame.firstSequence)), headers };
}

interface ToldHeader extends FrameHeader {
  readonly version: number;
  readonly predecessorHex: string;
  readonly idHex: string;
}

/** What the headers say; undefined when they are no frame's of this market. Nothing is proven yet. */
function headerOf({ headers }: Message, market: string): ToldHeader | undefined {
  if (headers.type !== TYPE || headers.market !== market) return undefined;
  const version = whole(headers.version);
  const firstSequence = whole(headers['first-seq']);
  const last = whole(headers['last-seq']);
  const digest = whole(headers.digest);
  const from = placeOf(headers['answers-from']);
  const to = placeOf(headers['answers-to']);
  const { predecessor, id } = headers;
  if (version === undefined || firstSequence === undefined || last === undefined || digest === undefined)
    return undefined;
  if (!from || !to || !isId(predecessor) || !isId(id)) return undefined;
  const answers: AnsweredCommands = { fromOffset: from[0], fromIndex: from[1], toOffset: to[0], toIndex: to[1] };
  return {
    version,
    firstSequence,
    recordCount: last - firstSequence + 1,
    digest,
    answers,
    predecessor: Buffer.from(predecessor, 'hex'),
    predecessorHex: predecessor,
    idHex: id,
  };
}

function whole(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

function placeOf(text: string | undefined): [number, number] | undefined {
  const [offset, index, ...rest] = (text ?? '').split(':').map(whole);
  return offset === undefined || index === undefined || rest.length > 0 ? undefined : [offset, index];
}

function isId(text: string | undefined): text is string {
  return text !== undefined && /^[0-9a-f]{64}$/.test(text);
}

/**
 * The sealed frame, if its id is the digest of what it says.
 * @throws FrameDamaged when it was written by a newer version: to skip it would be to leave the chain
 */
function sealedFrame(told: ToldHeader, message: Message, text: PayloadText): Frame | Skipped {
  const newer = (detail: string): FrameDamaged =>
    new FrameDamaged(message.offset + 1, told.firstSequence, 'unknown version', detail);
  if (told.version > VERSION) throw newer(`frame version ${told.version}, this build reads version ${VERSION}`);
  if (message.value === undefined) return 'no frame';
  let frame: Frame;
  try {
    frame = sealFrame(told, text.fromText(message.value.toString(), told.firstSequence));
  } catch (error) {
    if ((error as { code?: unknown }).code === 'UNKNOWN_EVENT_TYPE') throw newer((error as Error).message);
    return 'no frame';
  }
  return hex(frame.id) === told.idHex ? frame : 'wrong id';
}

/** The frame that stands in `message`, counting or not; undefined when there is none whose id is right. */
export function frameIn(message: Message, market: string, text: PayloadText): Frame | undefined {
  const told = headerOf(message, market);
  const frame = told && sealedFrame(told, message, text);
  return typeof frame === 'object' ? frame : undefined;
}

/** Reads messages one after the other and moves on with those that count: the events topic holds others too. */
export class ChainReader {
  private lastHex: string;

  /** @param last where reading starts; it is trusted */
  constructor(
    private readonly market: string,
    private readonly text: PayloadText,
    private last: Position = originPosition(),
  ) {
    this.lastHex = hex(last.id);
  }

  get position(): Position {
    return this.last;
  }

  /** @throws FrameDamaged when a newer version wrote the next frame */
  offer(message: Message): PlacedFrame | Skipped {
    const told = headerOf(message, this.market);
    if (!told) return 'no frame';
    // What claims another predecessor doesn't count, be it true or not, so there is no need to read it.
    if (told.predecessorHex !== this.lastHex) return told.idHex === this.lastHex ? 'doubled' : 'off the chain';
    if (told.firstSequence !== this.last.sequence + 1) return 'off the chain';
    const frame = sealedFrame(told, message, this.text);
    if (typeof frame === 'string') return frame;
    this.last = positionAfter(frame, message.offset + 1);
    this.lastHex = told.idHex;
    return { frame, position: this.last };
  }
}
