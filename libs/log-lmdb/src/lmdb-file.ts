/**
 * Looks at the structure of LMDB's file by plain reads. LMDB maps its file and trusts it: a truncated or garbled page ends the
 * process there (SIGBUS, SIGSEGV), hides frames, or makes it write over live pages. Looking first finds such damage and names it.
 * Layout: LMDB's data version 2 as in its mdb.c (MDB_page_header, MDB_meta, MDB_db, MDB_node, MDB_ovpage), little-endian.
 */
import { FileBytes } from './file-bytes';
import { Meta, readMetaPair } from './lmdb-meta';
import { Entry, Leaf, TreeWalk } from './lmdb-tree';

/** What the file holds by its newest meta page. */
export interface FileSummary {
  /** Entries of the main tree: the owner's record and the frames. */
  readonly entries: number;
  /** The largest key; -1 when there is none. */
  readonly lastKey: number;
}

const RETRIES = 50;
/** Pages at the end that may be counted and not yet written, besides the free ones. */
const UNWRITTEN_PAGES = 1024;

export class LmdbFile {
  /** Kept for the next `checkPath`, until it no longer finds its way. */
  private walk: TreeWalk | undefined;

  private constructor(private readonly file: FileBytes) {}

  /** @returns undefined when there is no file yet, or an empty one, which LMDB will fill */
  static open(path: string): LmdbFile | undefined {
    const file = FileBytes.open(path);
    return file && new LmdbFile(file);
  }

  close(): void {
    this.file.close();
  }

  get identity(): string {
    return this.file.identity;
  }

  /**
   * Checks what opening touches: both meta pages, the first and the last way down the main tree, and the free pages.
   * @throws LogDamaged
   */
  check(): FileSummary {
    return this.retrying((meta, older) => {
      new TreeWalk(this.file, older).checkRoot();
      const walk = new TreeWalk(this.file, meta);
      walk.checkRoot();
      walk.descend(meta.main, 'first');
      const lastKey = walk.descend(meta.main, 'last')?.last ?? -1;
      const { entries } = meta.main;
      if (entries > lastKey + 1)
        throw this.file.damaged(meta.where, `${entries} entries, but the last found has key ${lastKey}`);
      this.checkLength(meta, this.checkFreePages(meta, walk));
      return { entries, lastKey };
    });
  }

  /**
   * Checks the way to the leaf where `key` stands or would stand, and all that the leaf points to.
   * @throws LogDamaged
   */
  checkPath(key: number): Leaf | undefined {
    if (this.walk) {
      try {
        return this.walk.descend(this.walk.meta.main, key);
      } catch {
        this.walk = undefined; // a live writer has written over the pages of its transaction, or this is damage: look anew
      }
    }
    return this.retrying((meta) => {
      const walk = new TreeWalk(this.file, meta);
      const leaf = walk.descend(meta.main, key);
      this.walk = walk;
      return leaf;
    });
  }

  /** The value stored under `key`, without LMDB; undefined when there is none, or it does not fit into a page. */
  smallValue(key: number): Uint8Array | undefined {
    return this.retrying((meta) => {
      let value: Uint8Array | undefined;
      new TreeWalk(this.file, meta).descend(meta.main, key, (entry) => {
        if (entry.key === key) value = entry.value;
      });
      return value;
    });
  }

  /** A live writer may rewrite pages under a look: then the newest meta page has changed, and the look is repeated. */
  private retrying<T>(look: (meta: Meta, older: Meta) => T): T {
    for (let tries = 1; ; tries++) {
      const { newer, older } = readMetaPair(this.file);
      try {
        return look(newer, older);
      } catch (error) {
        if (tries === RETRIES || readMetaPair(this.file).newer.transaction === newer.transaction) throw error;
      }
    }
  }

  /**
   * Free pages are what LMDB writes over next: they must be in bounds, and none of those in use that were seen.
   * @returns how many there are; infinite when not all lists were looked at
   */
  private checkFreePages(meta: Meta, walk: TreeWalk): number {
    let free = 0;
    const listed = new Set<number>();
    const visit = ({ key, value, at, size }: Entry): void => {
      const where = `list of the pages that transaction ${key} freed`;
      free += this.checkFreeList(meta, value ?? this.file.read(at, size, where), walk.used, listed, where);
    };
    walk.descend(meta.free, 'first', visit);
    if (meta.free.depth < 2) return free;
    listed.clear(); // the last leaf may be the first
    walk.descend(meta.free, 'last', visit); // more than two leaves are rare, for a log frees little
    return Infinity;
  }

  /** A count, then page numbers in descending order; 0 is an empty slot, -n says that the next number starts a run of n pages. */
  private checkFreeList(meta: Meta, ids: Buffer, used: Set<number>, listed: Set<number>, where: string): number {
    const count = ids.length >= 8 ? Number(ids.readBigInt64LE(0)) : -1;
    if (count < 0 || (count + 1) * 8 > ids.length) {
      throw this.file.damaged(where, `${count} numbers in ${ids.length} bytes can't be`);
    }
    let run = 1;
    let free = 0;
    for (let index = 1; index <= count; index++) {
      const id = Number(ids.readBigInt64LE(index * 8));
      if (id <= 0) {
        run = Math.max(1, -id);
        continue;
      }
      if (id < 2 || id + run - 1 > meta.lastPage) {
        throw this.file.damaged(where, `${run} pages from ${id}, but the last page is ${meta.lastPage}`);
      }
      for (let page = id; page < id + run; page++) {
        if (used.has(page)) throw this.file.damaged(where, `page ${page} is listed as free and is in use`);
        if (listed.has(page)) throw this.file.damaged(where, `page ${page} is listed as free twice`);
        listed.add(page);
      }
      free += run;
      run = 1;
    }
    if (run > 1) throw this.file.damaged(where, `a run of ${run} pages that begins nowhere`);
    return free;
  }

  /** The file may end before its last page only where that is free. */
  private checkLength(meta: Meta, free: number): void {
    const { size } = this.file;
    const missing = meta.lastPage + 1 - Math.floor(size / meta.pageSize);
    if (missing > free + UNWRITTEN_PAGES) {
      throw this.file.damaged(meta.where, `${meta.lastPage + 1} pages, but the file ends at byte ${size}`);
    }
  }
}
