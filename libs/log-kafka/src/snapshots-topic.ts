/** Snapshots on a compacted topic, so that a new machine needs the brokers only. Three slots take turns; a snapshot counts by its manifest, which comes last. */
import { createHash, randomInt, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { KafkajsPartition } from './kafkajs-partition';
import type { KafkaSettings } from './kafka-settings';
import type { Message } from './partition';
import { readPartition } from './partition-reader';
import { type SureOptions, produceSurely } from './sure-produce';

/** While one is written, the two before it stay whole. */
const SLOTS = 3;
const CHUNK_BYTES = 512 * 1024;
/** Who has met another in a slot waits a part of this. */
const RIVALRY_MS = 500;

interface Manifest {
  /** Of the writing, so that two writers' chunks in one slot are told apart. */
  readonly writing: string;
  readonly slot: number;
  readonly chunks: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Offsets of the first chunk and of the manifest: what was read of the topic before needn't be again. */
  readonly firstOffset: number;
  readonly sequence: number;
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
   * Resolves when the snapshot is durable and will be found, or a newer one is. Several may put at once: whose slot another has
   * written to puts again.
   * @param sequence of the last record in it: the highest is the newest
   * @param about JSON that `latest` gives back
   * @param pieces the bytes; a function, for they may be wanted again
   * @throws BrokerRefuses; the signal's reason
   */
  async put(
    sequence: number,
    about: unknown,
    pieces: () => Iterable<Uint8Array>,
    options: SureOptions = {},
  ): Promise<void> {
    for (;;) {
      const manifests = await this.manifests();
      if (manifests.some((manifest) => manifest.sequence > sequence)) return;
      const slot = slotAfter(manifests);
      const chunksBefore = manifests.find((manifest) => manifest.slot === slot)?.chunks ?? 0;
      const manifest = await this.write({ slot, sequence, about }, pieces(), chunksBefore, options);
      if (await this.isUndisturbed(manifest)) return;
      await pause(randomInt(RIVALRY_MS), undefined, { signal: options.signal });
    }
  }

  /**
   * The newest snapshot that is whole; those that aren't are passed over. Undefined when there is none.
   * @throws BrokerRefuses
   */
  async latest(): Promise<StoredSnapshot | undefined> {
    const newestFirst = (await this.manifests()).sort((a, b) => b.sequence - a.sequence);
    for (const manifest of newestFirst) {
      const bytes = await this.bytesOf(manifest);
      if (bytes) return { sequence: manifest.sequence, about: manifest.about, bytes };
    }
    return undefined;
  }

  close(): void {
    this.ended.abort();
    this.partition.close();
  }

  private async write(
    to: Pick<Manifest, 'slot' | 'sequence' | 'about'>,
    pieces: Iterable<Uint8Array>,
    chunksBefore: number,
    options: SureOptions,
  ): Promise<Manifest> {
    const { slot } = to;
    const writing = randomUUID();
    const hash = createHash('sha256');
    let [chunks, bytes, firstOffset] = [0, 0, 0];
    for (const chunk of inChunks(pieces)) {
      hash.update(chunk);
      const message = { key: `${slot}/${chunks}`, value: chunk, headers: this.headers('snapshot-chunk', writing) };
      const offset = await produceSurely(this.partition, [message], options);
      if (chunks === 0) firstOffset = offset;
      chunks += 1;
      bytes += chunk.length;
    }
    await this.removeChunks(slot, chunks, chunksBefore, options);
    const manifest: Manifest = { ...to, writing, chunks, bytes, sha256: hash.digest('hex'), firstOffset };
    const headers = this.headers('snapshot', writing);
    await produceSurely(this.partition, [{ key: `${slot}`, value: JSON.stringify(manifest), headers }], options);
    return manifest;
  }

  /** Whether compaction will leave all of it: no chunk and no manifest of another stands behind one of these. */
  private async isUndisturbed({ slot, chunks, writing, firstOffset }: Manifest): Promise<boolean> {
    const last = new Map<string, string | undefined>();
    for await (const { key, headers } of this.messages(firstOffset)) if (key) last.set(key, headers.writing);
    const keys = [`${slot}`, ...Array.from({ length: chunks }, (_, index) => `${slot}/${index}`)];
    return keys.every((key) => last.get(key) === writing);
  }

  private headers(type: string, writing: string): Record<string, string> {
    return { type, version: '1', market: this.market, writing };
  }

  /** A shorter snapshot leaves no chunks of the slot's last one behind. */
  private async removeChunks(slot: number, from: number, to: number, options: SureOptions): Promise<void> {
    const keys = Array.from({ length: Math.max(0, to - from) }, (_, index) => `${slot}/${from + index}`);
    if (keys.length > 0)
      await produceSurely(
        this.partition,
        keys.map((key) => ({ key, value: null })),
        options,
      );
  }

  /** The newest of each slot. */
  private async manifests(): Promise<Manifest[]> {
    const found = new Map<string, Manifest>();
    for await (const { key, value, headers } of this.messages(0)) {
      if (headers.type !== 'snapshot' || headers.market !== this.market || !key) continue;
      const manifest = manifestIn(value);
      if (manifest) found.set(key, manifest);
    }
    return [...found.values()];
  }

  /** Undefined when it isn't whole. */
  private async bytesOf({ writing, slot, chunks, bytes, sha256, firstOffset }: Manifest): Promise<Buffer | undefined> {
    const parts = new Map<string, Buffer>();
    for await (const { key, value, headers } of this.messages(firstOffset)) {
      if (headers.writing !== writing) continue;
      if (headers.type === 'snapshot') break;
      if (key && value) parts.set(key, value);
    }
    const ordered = Array.from({ length: chunks }, (_, index) => parts.get(`${slot}/${index}`));
    if (ordered.some((part) => part === undefined)) return undefined;
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

/** A slot that is free, else the one with the oldest snapshot. */
function slotAfter(manifests: readonly Manifest[]): number {
  for (let slot = 0; slot < SLOTS; slot++) if (!manifests.some((manifest) => manifest.slot === slot)) return slot;
  return manifests.reduce((oldest, manifest) => (manifest.sequence < oldest.sequence ? manifest : oldest)).slot;
}

function* inChunks(pieces: Iterable<Uint8Array>): Generator<Buffer> {
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += CHUNK_BYTES) yield Buffer.from(piece.subarray(at, at + CHUNK_BYTES));
  }
}

function manifestIn(value: Buffer | undefined): Manifest | undefined {
  try {
    const manifest = JSON.parse(value?.toString() ?? 'null') as Manifest | null;
    const numbers = [manifest?.slot, manifest?.chunks, manifest?.bytes, manifest?.firstOffset, manifest?.sequence];
    if (!numbers.every((number) => Number.isSafeInteger(number))) return undefined;
    return typeof manifest?.writing === 'string' && typeof manifest.sha256 === 'string' ? manifest : undefined;
  } catch {
    return undefined;
  }
}
