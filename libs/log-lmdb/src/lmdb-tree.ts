/** One way down a tree of LMDB's pages, from the root to a leaf: each page on it is checked, and all that the leaf points to. */
import type { FileBytes } from './file-bytes';
import { HEADER_BYTES, Meta, NO_ROOT, Tree } from './lmdb-meta';

/** The child to take at each branch: the first, the last, or the one that leads to a key. */
export type Goal = number | 'first' | 'last';

/** A leaf's range of keys. */
export interface Leaf {
  readonly first: number;
  readonly last: number;
}

/** One entry of a leaf. */
export interface Entry {
  readonly key: number;
  /** The value; undefined when it stands on pages of its own. */
  readonly value: Buffer | undefined;
  /** Where it starts in the file, when it stands on pages of its own. */
  readonly at: number;
  readonly size: number;
}

const [BRANCH, LEAF, OVERFLOW] = [1, 2, 4];
const BIG_DATA = 1;
const NODE_BYTES = 8;
const KEY_BYTES = 8;
const MOST_DEPTH = 32; // LMDB's own limit

export class TreeWalk {
  /** Pages seen so far. */
  readonly used = new Set<number>();
  /** The branches of the last way down, by level: the next leaf's way is mostly the same. */
  private readonly branches: { readonly number: number; readonly page: Buffer; readonly nodes: number[] }[] = [];
  private readonly fileBytes: number;

  constructor(
    private readonly file: FileBytes,
    readonly meta: Meta,
  ) {
    this.fileBytes = file.size;
  }

  /**
   * @param visit is given each entry of the leaf
   * @returns undefined when the tree is empty
   * @throws LogDamaged
   */
  descend(tree: Tree, goal: Goal, visit?: (entry: Entry) => void): Leaf | undefined {
    const { file, meta } = this;
    if (tree.root === NO_ROOT) return undefined;
    if (tree.depth < 1 || tree.depth > MOST_DEPTH)
      throw file.damaged(meta.where, `a tree of depth ${tree.depth} can't be`);
    let number = Number(tree.root);
    let newest = meta.transaction;
    for (let level = 1; level < tree.depth; level++) {
      let branch = this.branches[level];
      if (branch?.number !== number) {
        const page = this.page(number, BRANCH, newest);
        branch = { number, page, nodes: this.nodes(page, number, false) };
        this.branches[level] = branch;
      }
      newest = Number(branch.page.readBigUInt64LE(8));
      number = childOf(branch.page, branch.nodes, goal);
    }
    const page = this.page(number, LEAF, newest);
    return this.leaf(page, number, this.nodes(page, number, true), tree === meta.main, visit);
  }

  /**
   * Every transaction of ours changes the main tree, so its root is as new as its meta page. Else one of the two was altered,
   * and frames may be hidden.
   */
  checkRoot(): void {
    const { file, meta } = this;
    if (meta.main.root === NO_ROOT) return;
    const number = Number(meta.main.root);
    const page = this.page(number, meta.main.depth === 1 ? LEAF : BRANCH, meta.transaction);
    const found = Number(page.readBigUInt64LE(8));
    if (found === meta.transaction) return;
    throw file.damaged(meta.where, `transaction ${meta.transaction}, but its root, page ${number}, is of ${found}`);
  }

  private page(number: number, kind: number, newest: number): Buffer {
    const { file, meta } = this;
    const where = `page ${number}`;
    this.assertInFile(number, 1, where);
    const page = file.read(number * meta.pageSize, meta.pageSize, where);
    if (Number(page.readBigUInt64LE(0)) !== number) throw file.damaged(where, 'it bears another number');
    const found = page.readUInt16LE(18);
    if (found !== kind) throw file.damaged(where, `of kind ${found}, where the tree has a page of kind ${kind}`);
    if (page.readBigUInt64LE(8) > BigInt(newest)) throw file.damaged(where, 'newer than the page that names it');
    this.used.add(number);
    return page;
  }

  /** Offsets of the page's entries, each within the page. */
  private nodes(page: Buffer, number: number, isLeaf: boolean): number[] {
    const [lower, upper] = [page.readUInt16LE(20), page.readUInt16LE(22)];
    if (lower < 2 || lower % 2 !== 0 || lower > upper || upper > page.length - HEADER_BYTES) {
      throw this.file.damaged(`page ${number}`, `its bounds ${lower} and ${upper} can't be`);
    }
    const nodes: number[] = [];
    for (let at = HEADER_BYTES; at < HEADER_BYTES + lower; at += 2) {
      const node = HEADER_BYTES + page.readUInt16LE(at);
      const inPage = node >= HEADER_BYTES + upper && node + NODE_BYTES <= page.length;
      const keyBytes = inPage ? page.readUInt16LE(node + 6) : -1;
      const keyless = !isLeaf && nodes.length === 0 && keyBytes === 0; // the first branch needs no key
      if ((keyBytes !== KEY_BYTES && !keyless) || node + NODE_BYTES + keyBytes > page.length) {
        throw this.file.damaged(`page ${number}`, `its entry ${nodes.length} can't be`);
      }
      nodes.push(node);
    }
    return nodes;
  }

  private leaf(page: Buffer, number: number, nodes: number[], isMain: boolean, visit?: (entry: Entry) => void): Leaf {
    let previous = -1n;
    for (const [index, node] of nodes.entries()) {
      const where = `page ${number}, entry ${index}`;
      const key = isMain ? page.readBigUInt64BE(node + NODE_BYTES) : page.readBigUInt64LE(node + NODE_BYTES);
      if (key <= previous || key > BigInt(Number.MAX_SAFE_INTEGER)) {
        throw this.file.damaged(where, `key ${key} can't stand after ${previous}`);
      }
      previous = key;
      const entry = this.entry(page, node, Number(key), where);
      visit?.(entry);
    }
    const first = isMain ? page.readBigUInt64BE(nodes[0] + NODE_BYTES) : page.readBigUInt64LE(nodes[0] + NODE_BYTES);
    return { first: Number(first), last: Number(previous) };
  }

  private entry(page: Buffer, node: number, key: number, where: string): Entry {
    const size = page.readUInt32LE(node);
    const flags = page.readUInt16LE(node + 4);
    const at = node + NODE_BYTES + KEY_BYTES;
    if (flags === BIG_DATA) return { key, value: undefined, size, at: this.overflow(page, at, size, where) };
    if (flags !== 0) throw this.file.damaged(where, `flags ${flags}, which are never set`);
    if (at + size > page.length) throw this.file.damaged(where, `${size} bytes reach past the page`);
    return { key, value: page.subarray(at, at + size), size, at: 0 };
  }

  /** A value too large for its leaf stands on pages of its own, of which the first has a header. Gives where it starts in the file. */
  private overflow(page: Buffer, at: number, size: number, where: string): number {
    const { file, meta } = this;
    if (at + 24 > page.length) throw file.damaged(where, 'it reaches past the page');
    const number = Number(page.readBigUInt64LE(at));
    const pages = Number(page.readBigUInt64LE(at + 16));
    if (pages !== Math.floor((HEADER_BYTES - 1 + size) / meta.pageSize) + 1) {
      throw file.damaged(where, `${size} bytes on ${pages} pages can't be`);
    }
    this.assertInFile(number, pages, where);
    const header = file.read(number * meta.pageSize, HEADER_BYTES, `page ${number}`);
    const isFirst = Number(header.readBigUInt64LE(0)) === number && header.readUInt16LE(18) === OVERFLOW;
    if (!isFirst || header.readUInt32LE(20) !== pages) {
      throw file.damaged(`page ${number}`, `it is not the first of ${pages} pages of one value, as ${where}, says`);
    }
    this.used.add(number);
    return number * meta.pageSize + HEADER_BYTES;
  }

  private assertInFile(number: number, pages: number, where: string): void {
    const { file, meta } = this;
    const last = number + pages - 1;
    if (number < 2 || last > meta.lastPage) {
      throw file.damaged(where, `it names page ${last}, the file has pages 2 to ${meta.lastPage}`);
    }
    const end = (last + 1) * meta.pageSize;
    if (end <= this.fileBytes) return;
    throw file.damaged(where, `it reaches to byte ${end}, but the file ends at ${this.fileBytes}: truncated`);
  }
}

function childOf(page: Buffer, nodes: number[], goal: Goal): number {
  let chosen = goal === 'last' ? nodes.length - 1 : 0;
  if (typeof goal === 'number') {
    const key = BigInt(goal);
    while (chosen + 1 < nodes.length && page.readBigUInt64BE(nodes[chosen + 1] + NODE_BYTES) <= key) chosen += 1;
  }
  return page.readUInt32LE(nodes[chosen]) + page.readUInt16LE(nodes[chosen] + 4) * 0x1_0000_0000;
}
