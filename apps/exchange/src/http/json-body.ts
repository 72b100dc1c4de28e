// Reads request bodies: JSON in UTF-8, bounded in depth. Anything else is refused before it is looked at.

import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { ProblemError } from '@tokenbourse/protocol';

export const BODY_BYTES_MAX = 64 * 1024;
/** The deepest request of the API has three levels. */
export const JSON_DEPTH_MAX = 16;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The depth to which brackets nest outside of strings, counted no further than one beyond `limit`. */
export function jsonDepth(bytes: Uint8Array, limit: number): number {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (inText) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) {
      inText = true;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
      if (deepest > limit) return deepest;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
    }
  }
  return deepest;
}

/** Throws ProblemError: no UTF-8, no JSON, nested too deeply. */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) throw ProblemError.of('MALFORMED_JSON', 'The body is empty; send a JSON object.');
  if (!isUtf8(bytes)) throw ProblemError.of('MALFORMED_JSON', 'The body is not UTF-8.');
  if (jsonDepth(bytes, JSON_DEPTH_MAX) > JSON_DEPTH_MAX) {
    throw ProblemError.of('MALFORMED_JSON', `The body nests deeper than ${JSON_DEPTH_MAX} levels.`);
  }
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch (error) {
    const reason = (error as Error).message.replace(/[^\x20-\x7e]/g, '?').slice(0, 160);
    throw ProblemError.of('MALFORMED_JSON', `The body is no JSON: ${reason}.`);
  }
}

/** Makes JSON the only kind of body that the server reads. */
export function readJsonBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (_, bytes, done) => {
    try {
      done(null, parseJsonBody(bytes));
    } catch (error) {
      done(error as Error);
    }
  });
}
