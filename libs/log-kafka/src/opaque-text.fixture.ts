// Any bytes as JSON text, for frames whose payload is no record.
import type { PayloadText } from './frame-message';

export const opaqueText: PayloadText = {
  toText: (payload) => JSON.stringify({ base64: Buffer.from(payload).toString('base64') }),
  fromText: (text) => Buffer.from((JSON.parse(text) as { base64: string }).base64, 'base64'),
};
