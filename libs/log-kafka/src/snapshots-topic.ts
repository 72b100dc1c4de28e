/** Snapshots on a compacted topic, so that a new machine needs the brokers only. A snapshot is pieces and a manifest, which comes last: by it the snapshot counts. */
import { createHash, randomUUID } from 'node:crypto';
import { type HeadersOf, SNAPSHOT_HEADERS, SNAPSHOT_PIECE_HEADERS } from './channels';
import { KafkajsPartition } from './kafkajs-partition';
import type { KafkaSettings } from './kafka-settings';
import type { Message } from './partition';
import { readPartition } from './partition-reader';
import { type SureOptions, produceSurely } from './sure-produce';

/** So many of the newest stay; what is older is given to compaction. */
const KEPT = 3;
const PIECE_BYTES = 512 * 1024;
const KEYS_AT_ONCE = 1_000;

type Typed = typeof SNAPSHOT_HEADERS | typeof SNAPSHOT_PIECE_HEADERS;

interface Manifest {
  /** Sequence number of the last record in the snapshot. */
  readonly sequence: number;
  /** Of the writing: with the sequence number the beginning of all its keys, so that no two writers meet. */
  readonly writing: string;
  readonly pieces: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Where the first piece stands: what is before needn't be read. */
  readonly firstOffset: number;
  /** What the writer says of it: its position, its versions. */
  readonly about: unknown;
}

export interface StoredSnapshot {
  readonly sequence: number;
  readonly about: unknown;
  readonly bytes: Buffer;
}

export class SnapshotsTopic {
  private readonly partition: KafkajsPartition;
  private readonly ended = new AbortController();

  constructor(
    settings: KafkaSettings,
    topic: string,
    private readonly market: string,
  ) {
    this.partition = new KafkajsPartition(settings, topic);
  }

  /**
   * Resolves when the snapshot is durable and will be found. Any number may put at once.
   * @param sequence of the last record in it: the highest is the newest
   * @param about JSON that `latest` gives back
   * @throws BrokerRefuses; the signal's reason; what `bytes` throws, and then there is no such snapshot
   */
  async put(sequence: number, about: unknown, bytes: Iterable<Uint8Array>, options: SureOptions = {}): Promise<void> {
    const writing = randomUUID();
    const hash = createHash('sha256');
    let [pieces, length, firstOffset] = [0, 0, 0];
    for (const piece of inPieces(bytes)) {
      hash.update(piece);
      const headers = this.headers(SNAPSHOT_PIECE_HEADERS);
      const message = { key: `${sequence}/${writing}/${pieces}`, value: piece, headers };
      const offset = await produceSurely(this.partition, [message], options);
      if (pieces === 0) firstOffset = offset;
      pieces += 1;
      length += piece.length;
    }
    const sha256 = hash.digest('hex');
    const manifest: Manifest = { sequence, writing, pieces, bytes: length, sha256, firstOffset, about };
    const message = {
      key: `${sequence}/${writing}`,
      value: JSON.stringify(manifest),
      headers: this.headers(SNAPSHOT_HEADERS),
    };
    await produceSurely(this.partition, [message], options);
    await this.removeOlder(options);
  }

  /**
   * The newest snapshot that is whole; those that aren't are passed over. Undefined when there is none.
   * @throws BrokerRefuses
   */
  async latest(): Promise<StoredSnapshot | undefined> {
    const { manifests } = await this.contents();
    for (const manifest of manifests) {
      const bytes = await this.bytesOf(manifest);
      if (bytes) return { sequence: manifest.sequence, about: manifest.about, bytes };
    }
    return undefined;
  }

  close(): void {
    this.ended.abort();
    this.partition.close();
  }

  private headers({ type, version }: Typed): HeadersOf<Typed> {
    return { type: type.value, version: version.value, market: this.market };
  }

  /** Also the pieces of those who died while they wrote, once enough newer ones are there. */
  private async removeOlder(options: SureOptions): Promise<void> {
    const { manifests, keys } = await this.contents();
    if (manifests.length <= KEPT) return;
    const oldestKept = manifests[KEPT - 1].sequence;
    const older = keys.filter((key) => Number.parseInt(key, 10) < oldestKept);
    for (let at = 0; at < older.length; at += KEYS_AT_ONCE) {
      const removals = older.slice(at, at + KEYS_AT_ONCE).map((key) => ({ key, value: null }));
      await produceSurely(this.partition, removals, options);
    }
  }

  /** Manifests, the newest first, and all keys that stand for something. */
  private async contents(): Promise<{ manifests: Manifest[]; keys: string[] }> {
    const manifests = new Map<string, Manifest>();
    const keys = new Set<string>();
    for await (const { key, value, headers } of this.messages(0)) {
      if (key === undefined) continue;
      if (value === undefined) {
        keys.delete(key);
        manifests.delete(key);
        continue;
      }
      keys.add(key);
      if (headers.type !== SNAPSHOT_HEADERS.type.value || headers.market !== this.market) continue;
      const manifest = manifestIn(value);
      if (manifest) manifests.set(key, manifest);
    }
    return { manifests: [...manifests.values()].sort((a, b) => b.sequence - a.sequence), keys: [...keys] };
  }

  /** Undefined when it isn't whole. */
  private async bytesOf({
    sequence,
    writing,
    pieces,
    bytes,
    sha256,
    firstOffset,
  }: Manifest): Promise<Buffer | undefined> {
    const start = `${sequence}/${writing}`;
    const found = new Map<string, Buffer>();
    for await (const { key, value } of this.messages(firstOffset)) {
      if (key === start) break;
      if (key?.startsWith(start) && value) found.set(key, value);
    }
    const ordered = Array.from({ length: pieces }, (_, index) => found.get(`${start}/${index}`));
    if (ordered.some((piece) => piece === undefined)) return undefined;
    const whole = Buffer.concat(ordered as Buffer[]);
    const right = whole.length === bytes && createHash('sha256').update(whole).digest('hex') === sha256;
    return right ? whole : undefined;
  }

  /** What the topic holds now, from `offset` or its start on. */
  private async *messages(offset: number): AsyncGenerator<Message, void, undefined> {
    const { start, end } = await this.partition.bounds();
    const reading = { signal: this.ended.signal, until: end, gaps: true };
    for await (const { messages } of readPartition(this.partition, Math.max(start, offset), reading)) yield* messages;
  }
}

function* inPieces(bytes: Iterable<Uint8Array>): Generator<Buffer> {
  for (const part of bytes) {
    for (let at = 0; at < part.length; at += PIECE_BYTES) yield Buffer.from(part.subarray(at, at + PIECE_BYTES));
  }
}

function manifestIn(value: Buffer): Manifest | undefined {
  try {
    const manifest = JSON.parse(value.toString()) as Manifest | null;
    const numbers = [manifest?.pieces, manifest?.bytes, manifest?.firstOffset, manifest?.sequence];
    if (!numbers.every((number) => Number.isSafeInteger(number))) return undefined;
    return typeof manifest?.writing === 'string' && typeof manifest.sha256 === 'string' ? manifest : undefined;
  } catch {
    return undefined;
  }
}
