/**
 * Reads the structure of LMDB's file by plain reads. LMDB maps its file and trusts it: a truncated or garbled page ends the
 * process there (SIGBUS, SIGSEGV), or makes it write over live pages. Looking first finds such damage and names it.
 * Layout: LMDB's data version 2 as in mdb.c (MDB_page_header, MDB_meta, MDB_db, MDB_node, MDB_ovpage), little-endian.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { LogDamaged, namePermission } from './folder-errors';

/** One tree of the file, as its meta page describes it. */
interface Tree {
  readonly flags: number;
  readonly depth: number;
  readonly entries: number;
  readonly root: bigint;
}

interface Meta {
  readonly index: number;
  readonly pageSize: number;
  readonly transaction: number;
  readonly lastPage: number;
  readonly free: Tree;
  readonly main: Tree;
}

/** A leaf whose pages are sound: what stands in it, by key. */
export interface Leaf {
  readonly first: number;
  readonly last: number;
}

/** What the file holds by its newest meta page. */
export interface FileSummary {
  /** Entries of the main tree. */
  readonly entries: number;
  /** The largest key; -1 when there is none. */
  readonly lastKey: number;
}

const HEADER_BYTES = 24;
const META_BYTES = 144;
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const NO_ROOT = 0xffff_ffff_ffff_ffffn;
const [BRANCH, LEAF, OVERFLOW, META] = [1, 2, 4, 8];
const BIG_DATA = 1;
const INTEGER_KEY = 8;
const KEY_BYTES = 8;
const RETRIES = 50;

export class LmdbFile {
  private constructor(
    readonly path: string,
    private readonly fd: number,
  ) {}

  /** @returns undefined when there is no file yet, or an empty one, which LMDB will fill */
  static open(path: string): LmdbFile | undefined {
    let fd: number;
    try {
      fd = openSync(path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw namePermission(error, path, 'read');
    }
    if (fstatSync(fd).size > 0) return new LmdbFile(path, fd);
    closeSync(fd);
    return undefined;
  }

  close(): void {
    closeSync(this.fd);
  }

  /** Names the file whatever its path; a copy has another name. */
  get identity(): string {
    return String(fstatSync(this.fd, { bigint: true }).ino);
  }

  /**
   * Checks what opening touches: both meta pages, the first and the last path of the main tree, and the tree of free pages.
   * @throws LogDamaged
   */
  check(): FileSummary {
    return this.retrying((meta) => {
      const used = new Set<number>();
      this.walk(meta, meta.main, 'first', used);
      const last = this.walk(meta, meta.main, 'last', used);
      this.checkFreePages(meta, used);
      return { entries: meta.main.entries, lastKey: last?.last ?? -1 };
    });
  }

  /**
   * Checks the path to the leaf where `key` stands or would stand, and all that the leaf points to.
   * @throws LogDamaged
   */
  checkPath(key: number): Leaf | undefined {
    return this.retrying((meta) => this.walk(meta, meta.main, key, new Set()));
  }

  /** The value stored under `key`, without LMDB; undefined when there is none. Only for values that fit into a page. */
  smallValue(key: number): Uint8Array | undefined {
    return this.retrying((meta) => {
      let value: Uint8Array | undefined;
      this.walk(meta, meta.main, key, new Set(), (page, node, size) => {
        if (page.readBigUInt64BE(node + 8) !== BigInt(key) || page.readUInt16LE(node + 4) !== 0) return;
        value = page.subarray(node + 8 + KEY_BYTES, node + 8 + KEY_BYTES + size);
      });
      return value;
    });
  }

  /** A live writer may rewrite pages under a look: then the newest meta page has changed, and the look is repeated. */
  private retrying<T>(look: (meta: Meta) => T): T {
    for (let tries = 1; ; tries++) {
      const before = this.newestMeta();
      try {
        return look(before);
      } catch (error) {
        if (tries === RETRIES || this.newestMeta().transaction === before.transaction) throw error;
      }
    }
  }

  private newestMeta(): Meta {
    for (let tries = 1; ; tries++) {
      try {
        return this.metaPair();
      } catch (error) {
        if (tries === RETRIES) throw error; // no writer was between the two
      }
    }
  }

  private metaPair(): Meta {
    const first = this.meta(0, 0);
    const second = this.meta(1, first.pageSize);
    if (first.pageSize !== second.pageSize) throw this.damaged('meta pages', 'their page sizes differ');
    const apart = Math.abs(first.transaction - second.transaction);
    const copied = apart === 0; // a new file, or a backup
    if (apart > 1 || (!copied && (first.transaction % 2 !== 0 || second.transaction % 2 !== 1))) {
      throw this.damaged(
        'meta pages',
        `their transactions ${first.transaction} and ${second.transaction} can't stand side by side`,
      );
    }
    return first.transaction >= second.transaction ? first : second;
  }

  private meta(index: number, at: number): Meta {
    const page = this.bytes(at, HEADER_BYTES + META_BYTES, `meta page ${index}`);
    const where = `meta page ${index}`;
    if (page.readUInt16LE(18) !== META || page.readUInt32LE(24) !== MAGIC)
      throw this.damaged(where, 'it is none of LMDB');
    const version = page.readUInt32LE(28) & 0xffff;
    if (version !== DATA_VERSION) throw this.damaged(where, `data version ${version}, not ${DATA_VERSION}`);
    const pageSize = page.readUInt32LE(48);
    if (pageSize < 512 || pageSize > 65536 || (pageSize & (pageSize - 1)) !== 0) {
      throw this.damaged(where, `page size ${pageSize}`);
    }
    const meta: Meta = {
      index,
      pageSize,
      free: this.tree(page, 48, where),
      main: this.tree(page, 96, where),
      lastPage: this.integer(page, 144, where, 'last page'),
      transaction: this.integer(page, 152, where, 'transaction'),
    };
    if (meta.free.flags !== INTEGER_KEY || meta.main.flags !== 0) throw this.damaged(where, 'flags that we never set');
    return meta;
  }

  private tree(page: Buffer, at: number, where: string): Tree {
    return {
      flags: page.readUInt16LE(at + 4),
      depth: page.readUInt16LE(at + 6),
      entries: this.integer(page, at + 32, where, 'entry count'),
      root: page.readBigUInt64LE(at + 40),
    };
  }

  /**
   * Descends from the root to one leaf and checks each page on the way; in the leaf, every node and what it points to.
   * @param used collects the pages seen
   * @param visit is given each of the leaf's nodes
   */
  private walk(
    meta: Meta,
    tree: Tree,
    goal: number | 'first' | 'last',
    used: Set<number>,
    visit?: (page: Buffer, node: number, size: number) => void,
  ): Leaf | undefined {
    if (tree.root === NO_ROOT) return undefined;
    if (tree.depth < 1 || tree.depth > 32) throw this.damaged(`meta page ${meta.index}`, `tree of depth ${tree.depth}`);
    let number = Number(tree.root);
    let newest = meta.transaction;
    for (let level = 1; ; level++) {
      const isLeaf = level === tree.depth;
      const page = this.page(meta, number, isLeaf ? LEAF : BRANCH, newest);
      // every transaction of ours changes the main tree, so its root is as new as its meta page
      if (level === 1 && tree === meta.main && Number(page.readBigUInt64LE(8)) !== meta.transaction) {
        throw this.damaged(
          `meta page ${meta.index}`,
          `transaction ${meta.transaction}, but its root, page ${number}, is of another`,
        );
      }
      used.add(number);
      newest = Number(page.readBigUInt64LE(8));
      const nodes = this.nodes(page, number, isLeaf);
      if (isLeaf) return this.leaf(meta, tree, page, number, nodes, used, visit);
      number = this.child(page, nodes, goal);
    }
  }

  private page(meta: Meta, number: number, kind: number, newest: number): Buffer {
    this.assertInFile(meta, number, 1, `page ${number}`);
    const page = this.bytes(number * meta.pageSize, meta.pageSize, `page ${number}`);
    if (Number(page.readBigUInt64LE(0)) !== number) throw this.damaged(`page ${number}`, 'it bears another number');
    if (page.readUInt16LE(18) !== kind) {
      throw this.damaged(
        `page ${number}`,
        `of kind ${page.readUInt16LE(18)}, where the tree has a page of kind ${kind}`,
      );
    }
    if (page.readBigUInt64LE(8) > BigInt(newest))
      throw this.damaged(`page ${number}`, 'newer than the page that names it');
    return page;
  }

  /** Offsets of the page's nodes, each within the page. */
  private nodes(page: Buffer, number: number, isLeaf: boolean): number[] {
    const [lower, upper] = [page.readUInt16LE(20), page.readUInt16LE(22)];
    const room = page.length - HEADER_BYTES;
    if (lower < 2 || lower % 2 !== 0 || lower > upper || upper > room) {
      throw this.damaged(`page ${number}`, `its bounds ${lower} and ${upper} can't be`);
    }
    const nodes: number[] = [];
    for (let at = HEADER_BYTES; at < HEADER_BYTES + lower; at += 2) {
      const node = HEADER_BYTES + page.readUInt16LE(at);
      const end = node + 8 <= page.length ? node + 8 + page.readUInt16LE(node + 6) : Infinity;
      const leastKey = !isLeaf && nodes.length === 0 ? 0 : KEY_BYTES; // the first branch needs no key
      if (
        node < HEADER_BYTES + upper ||
        end > page.length ||
        (end !== node + 8 + KEY_BYTES && end !== node + 8 + leastKey)
      ) {
        throw this.damaged(`page ${number}`, `its entry ${nodes.length} can't be`);
      }
      nodes.push(node);
    }
    return nodes;
  }

  private child(page: Buffer, nodes: number[], goal: number | 'first' | 'last'): number {
    let chosen = 0;
    if (goal === 'last') chosen = nodes.length - 1;
    else if (goal !== 'first') {
      while (chosen + 1 < nodes.length && page.readBigUInt64BE(nodes[chosen + 1] + 8) <= BigInt(goal)) chosen += 1;
    }
    return page.readUInt32LE(nodes[chosen]) + page.readUInt16LE(nodes[chosen] + 4) * 0x1_0000_0000;
  }

  private leaf(
    meta: Meta,
    tree: Tree,
    page: Buffer,
    number: number,
    nodes: number[],
    used: Set<number>,
    visit?: (page: Buffer, node: number, size: number) => void,
  ): Leaf {
    let previous = -1n;
    for (const [index, node] of nodes.entries()) {
      const where = `page ${number}, entry ${index}`;
      const key = tree === meta.main ? page.readBigUInt64BE(node + 8) : page.readBigUInt64LE(node + 8);
      if (key <= previous || key > BigInt(Number.MAX_SAFE_INTEGER))
        throw this.damaged(where, `key ${key} after ${previous}`);
      previous = key;
      const flags = page.readUInt16LE(node + 4);
      const size = page.readUInt32LE(node);
      if (flags === BIG_DATA) this.checkOverflow(meta, page, node + 8 + KEY_BYTES, size, used, where);
      else if (flags !== 0) throw this.damaged(where, `flags ${flags} that we never set`);
      else if (node + 8 + KEY_BYTES + size > page.length)
        throw this.damaged(where, `${size} bytes reach past the page`);
      visit?.(page, node, size);
    }
    const keyOf = (node: number): number =>
      Number(tree === meta.main ? page.readBigUInt64BE(node + 8) : page.readBigUInt64LE(node + 8));
    return { first: keyOf(nodes[0]), last: keyOf(nodes[nodes.length - 1]) };
  }

  /** A value too large for its leaf stands on pages of its own, of which the first has a header. */
  private checkOverflow(meta: Meta, page: Buffer, at: number, size: number, used: Set<number>, where: string): void {
    if (at + 24 > page.length) throw this.damaged(where, 'it reaches past the page');
    const number = Number(page.readBigUInt64LE(at));
    const pages = Number(page.readBigUInt64LE(at + 16));
    if (pages !== Math.floor((HEADER_BYTES - 1 + size) / meta.pageSize) + 1) {
      throw this.damaged(where, `${size} bytes on ${pages} pages can't be`);
    }
    this.assertInFile(meta, number, pages, where);
    const header = this.bytes(number * meta.pageSize, HEADER_BYTES, `page ${number}`);
    if (
      Number(header.readBigUInt64LE(0)) !== number ||
      header.readUInt16LE(18) !== OVERFLOW ||
      header.readUInt32LE(20) !== pages
    ) {
      throw this.damaged(`page ${number}`, `it is not the first of ${pages} pages of one value, as ${where}, says`);
    }
    used.add(number);
  }

  /** Free pages are what LMDB writes over next: they must be in bounds, listed once, and none of those in use that were seen. */
  private checkFreePages(meta: Meta, used: Set<number>): void {
    if (meta.free.root === NO_ROOT) return;
    const visit = (page: Buffer, node: number, size: number): void => {
      const where = `list of free pages, transaction ${page.readBigUInt64LE(node + 8)}`;
      const big = page.readUInt16LE(node + 4) === BIG_DATA;
      const at = node + 8 + KEY_BYTES;
      const ids = big
        ? this.bytes(Number(page.readBigUInt64LE(at)) * meta.pageSize + HEADER_BYTES, size, where)
        : page.subarray(at, at + size);
      this.checkFreeList(meta, ids, used, where);
    };
    // the lists of the oldest and of the newest transactions; a tree deeper than one leaf is rare, for our log frees little
    const first = this.walk(meta, meta.free, 'first', used, visit);
    if (meta.free.depth > 1 && first) this.walk(meta, meta.free, 'last', used, visit);
  }

  /** A count, then page numbers in descending order; 0 is an empty slot, -n says that the next number starts a run of n pages. */
  private checkFreeList(meta: Meta, ids: Buffer, used: Set<number>, where: string): void {
    const count = ids.length >= 8 ? Number(ids.readBigInt64LE(0)) : -1;
    if (count < 0 || (count + 1) * 8 > ids.length) throw this.damaged(where, `${count} numbers in ${ids.length} bytes`);
    let run = 1;
    for (let index = 1; index <= count; index++) {
      const id = Number(ids.readBigInt64LE(index * 8));
      if (id <= 0) {
        run = Math.max(1, -id);
        continue;
      }
      if (id < 2 || id + run - 1 > meta.lastPage)
        throw this.damaged(where, `${run} pages from ${id}, the last page is ${meta.lastPage}`);
      for (let page = id; page < id + run; page++) {
        if (used.has(page)) throw this.damaged(where, `page ${page} is listed as free and is in use`);
      }
      run = 1;
    }
  }

  private assertInFile(meta: Meta, number: number, pages: number, where: string): void {
    if (number < 2 || number + pages - 1 > meta.lastPage) {
      throw this.damaged(where, `it names page ${number + pages - 1}, the file has pages 2 to ${meta.lastPage}`);
    }
    const { size } = fstatSync(this.fd);
    if ((number + pages) * meta.pageSize > size) {
      throw this.damaged(
        where,
        `it needs the file up to byte ${(number + pages) * meta.pageSize}, but that ends at ${size}: truncated`,
      );
    }
  }

  private bytes(at: number, length: number, where: string): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    const got = readSync(this.fd, bytes, 0, length, at);
    if (got < length) throw this.damaged(where, `the file ends at byte ${at + got}: truncated`);
    return bytes;
  }

  private integer(page: Buffer, at: number, where: string, what: string): number {
    const value = page.readBigUInt64LE(at);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.damaged(where, `${what} ${value} can't be`);
    return Number(value);
  }

  private damaged(where: string, what: string): LogDamaged {
    return new LogDamaged(this.path, where, what);
  }
}
