// The digest of read models' content: equal documents, whatever way they came about, have equal digests.

import { createHash } from 'node:crypto';
import { canonicalJson, type Document } from './documents';

/** SHA-256, hexadecimal, over all documents in the order of collection and key, one line of canonical JSON each. */
export function contentDigest(documents: Iterable<Document>): string {
  const keys: string[] = [];
  const lines = new Map<string, string>();
  for (const { collection, key, value } of documents) {
    const name = `${collection}/${key}`;
    keys.push(name);
    lines.set(name, canonicalJson([collection, key, value]));
  }
  const hash = createHash('sha256');
  for (const name of keys.sort()) hash.update(`${lines.get(name)}\n`);
  return hash.digest('hex');
}
