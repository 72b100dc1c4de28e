// The digest of read models' content: equal documents, whatever way they came about, have equal digests.

import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from './documents';
import type { ReadStore } from './store';

/** SHA-256, hexadecimal, over all documents in the order of collection and key, one line of canonical JSON each. */
export function contentDigest(store: ReadStore): string {
  const hash = createHash('sha256');
  const collections = [...store.keys()].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [collection, keys] of collections) {
    for (const key of keys.sort()) {
      hash.update(`${canonicalJson([collection, key, store.document(collection, key) as Json])}\n`);
    }
  }
  return hash.digest('hex');
}
