// Which client order ids the read models have seen, in memory that their thread and the server's share: nearly every new id is known
// to be new without a question to the other thread.
//
// A Bloom filter: of an id that was seen it never says otherwise; of one in a thousand others it says that it may have been. It is
// made of layers that are filled one after another. A layer is emptied when all contracts of its ids are forgotten; when none
// is left the last one takes the rest, and more and more ids have to be asked for.

import { hashId, idHash } from '@tokenbourse/domain';

/** 64 MiB in all, of which only layers in use take memory: 33 million ids at two bytes each. */
const LAYERS = 8;
const LAYER_BYTES = 8 * 1024 * 1024;
const BITS_PER_ID = 16;
/** The bits of an id lie in one block of 64 bytes, a line of the processor's cache. */
const BLOCK_WORDS = 16;
const BITS_SET = 7;
const HEAD_BYTES = 64;
const HEAD_WORDS = HEAD_BYTES / 4;

// Head, in 64-bit places …
const SEQUENCE = 0;
const AT_US = 1;
// … and in 32-bit places.
const EPOCH = 4;
const LAYERS_USED = 5;
const SEED = 6;

export interface SeenIdsSize {
  readonly layers: number;
  readonly layerBytes: number;
}

const SIZE: SeenIdsSize = { layers: LAYERS, layerBytes: LAYER_BYTES };

/** Every id in the records up to `sequence`, whose time was `at_us`, is known; 0 for none. */
export interface SeenUpTo {
  readonly sequence: number;
  readonly at_us: number;
}

export interface SeenId extends SeenUpTo {
  /** It may have been used in those records. Otherwise it was not. */
  readonly seen: boolean;
}

class SharedIds {
  protected readonly head: Int32Array;
  protected readonly position: BigInt64Array;
  protected readonly words: Int32Array;
  protected readonly layerWords: number;

  constructor(memory: SharedArrayBuffer, size: SeenIdsSize) {
    this.head = new Int32Array(memory, 0, HEAD_WORDS);
    this.position = new BigInt64Array(memory, 0, HEAD_WORDS / 2);
    this.words = new Int32Array(memory, HEAD_BYTES);
    this.layerWords = size.layerBytes / 4;
  }

  /** First word of the id's block inside a layer; its bits are told by `idHash.low`. */
  protected blockOf(account: number, contract: number, id: string): number {
    hashId(this.head[SEED]!, account, contract, id);
    return (idHash.high % (this.layerWords / BLOCK_WORDS)) * BLOCK_WORDS;
  }
}

/** @param seed a secret of the process, lest anybody choose ids that look alike */
export function seenIdsMemory(seed: number, { layers, layerBytes } = SIZE): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(HEAD_BYTES + layers * layerBytes);
  new Int32Array(memory)[SEED] = seed;
  return memory;
}

/** The asking side. */
export class SeenIds extends SharedIds {
  constructor(memory: SharedArrayBuffer, size = SIZE) {
    super(memory, size);
  }

  /**
   * Whether the id may have been seen. The position is read before the bits, and counts for nothing if they were emptied meanwhile:
   * what it covers is in the bits.
   */
  find(account: number, contract: number, id: string): SeenId {
    const epoch = Atomics.load(this.head, EPOCH);
    const { sequence, at_us } = this.upTo();
    const seen = this.mayHave(this.blockOf(account, contract, id), Atomics.load(this.head, LAYERS_USED));
    return Atomics.load(this.head, EPOCH) === epoch ? { seen, sequence, at_us } : { seen: true, sequence: 0, at_us: 0 };
  }

  /** What is known by now. The time is read first: it is never that of a later record. */
  upTo(): SeenUpTo {
    const at_us = Number(Atomics.load(this.position, AT_US));
    return { sequence: Number(Atomics.load(this.position, SEQUENCE)), at_us };
  }

  private mayHave(block: number, layersUsed: number): boolean {
    for (let layer = 0; layer < layersUsed; layer++) if (this.hasAll(layer * this.layerWords + block)) return true;
    return false;
  }

  private hasAll(block: number): boolean {
    let bits = idHash.low;
    for (let i = 0; i < BITS_SET; i++) {
      if ((this.words[block + ((bits >>> 5) & 15)]! & (1 << (bits & 31))) === 0) return false;
      bits = next(bits);
    }
    return true;
  }
}

interface Layer {
  ids: number;
  readonly contracts: Set<number>;
}

/** The telling side, in the thread of the read models. A new one forgets all that an earlier one told. */
export class SeenIdsFold extends SharedIds {
  private readonly layers: Layer[];
  private readonly idsPerLayer: number;
  private current = 0;

  /** @param isKnown whether the contract is one that will be forgotten; of others the engine takes no order anyway */
  constructor(
    memory: SharedArrayBuffer,
    private readonly isKnown: (contract: number) => boolean,
    size = SIZE,
  ) {
    super(memory, size);
    this.idsPerLayer = (size.layerBytes * 8) / BITS_PER_ID;
    this.layers = Array.from({ length: size.layers }, () => ({ ids: 0, contracts: new Set<number>() }));
    const used = Atomics.load(this.head, LAYERS_USED);
    this.stand(0, 0);
    Atomics.add(this.head, EPOCH, 1);
    this.words.fill(0, 0, used * this.layerWords);
    Atomics.store(this.head, LAYERS_USED, 1);
  }

  add(account: number, contract: number, id: string): void {
    if (!this.isKnown(contract)) return;
    const layer = this.room();
    layer.ids += 1;
    layer.contracts.add(contract);
    const block = this.current * this.layerWords + this.blockOf(account, contract, id);
    let bits = idHash.low;
    for (let i = 0; i < BITS_SET; i++) {
      this.words[block + ((bits >>> 5) & 15)]! |= 1 << (bits & 31);
      bits = next(bits);
    }
  }

  /** The contract takes no order any more: its ids need not be known. */
  forget(contract: number): void {
    this.layers.forEach((layer, place) => {
      if (layer.contracts.delete(contract) && layer.contracts.size === 0) this.empty(place);
    });
  }

  /** All ids of the records up to `sequence` have been added. */
  stand(sequence: number, atUs: number): void {
    Atomics.store(this.position, SEQUENCE, BigInt(sequence));
    Atomics.store(this.position, AT_US, BigInt(atUs));
  }

  private empty(place: number): void {
    Atomics.add(this.head, EPOCH, 1);
    this.words.fill(0, place * this.layerWords, (place + 1) * this.layerWords);
    this.layers[place]!.ids = 0;
  }

  /** The layer that takes the next id. */
  private room(): Layer {
    const layer = this.layers[this.current]!;
    if (layer.ids < this.idsPerLayer) return layer;
    const free = this.layers.findIndex(({ ids }) => ids === 0);
    if (free < 0) return layer;
    this.current = free;
    if (free >= Atomics.load(this.head, LAYERS_USED)) Atomics.store(this.head, LAYERS_USED, free + 1);
    return this.layers[free]!;
  }
}

/** Nine bits are looked at a time; the rest comes of a multiplication. */
function next(bits: number): number {
  return (Math.imul(bits, 0x9e3779b1) ^ (bits >>> 9)) >>> 0;
}
