// What the engine writes of a stream: payloads of frames, for those who read them.

import { visitRecords } from '@tokenbourse/domain';

import { Commands, FRAME_COMMANDS, openedEngine, START_US, marketFor } from './engine-market';
import type { Stream } from './stream';

export interface Written {
  /** The market's opening. */
  readonly opening: Uint8Array;
  /** All that comes after it. */
  readonly payloads: readonly Uint8Array[];
  readonly events: number;
}

const IGNORE = { begin: () => undefined, event: () => undefined, end: () => undefined };

export function writtenOf(stream: Stream): Written {
  const { engine, writer, opening } = openedEngine(marketFor(stream));
  const commands = new Commands(stream, true);
  const payloads: Uint8Array[] = [];
  for (let id = 1; id <= stream.size; id++) {
    engine.execute(commands.next(id), START_US + id);
    if (id % FRAME_COMMANDS === 0) payloads.push(writer.take());
  }
  payloads.push(writer.take());
  let events = 0;
  for (const payload of payloads) visitRecords(payload, 1, { ...IGNORE, event: () => void (events += 1) });
  return { opening, payloads, events };
}

/** Reads the records and does nothing with them: what any reader pays at least. */
export function readOnly({ payloads }: Written): void {
  for (const payload of payloads) visitRecords(payload, 1, IGNORE);
}
