// Read models against the log: rebuilt from its first record, and compared on the way with what was saved of them.

import { existsSync } from 'node:fs';

import type { Books } from '@tokenbourse/audit';
import type { RecordVisitor } from '@tokenbourse/domain';
import { sameId, type Position } from '@tokenbourse/log';
import { contentDigest, InProcessReadModels, ModelFiles, ModelFileUnusable } from '@tokenbourse/projections';

import type { CheckList } from './checks';
import { compareModels } from './model-agreement';

interface Saved {
  readonly file: string;
  readonly position: Position;
  readonly digest: string;
}

export interface RebuiltModels {
  /** SHA-256 over all documents, hexadecimal. */
  readonly digest: string;
  readonly documents: number;
}

export class ReadModelsCheck {
  private readonly rebuilt = new InProcessReadModels();
  private readonly equal: string[] = [];
  /** Saved models that are not compared, and why. */
  private readonly others: string[] = [];

  private constructor(
    private readonly checks: CheckList,
    /** Oldest first. */
    private readonly ahead: Saved[],
  ) {}

  /** Reads what is saved, before the log is read: a running exchange replaces it. */
  static async open(folder: string, checks: CheckList): Promise<ReadModelsCheck> {
    const files = new ModelFiles(folder);
    const saved: Saved[] = [];
    const check = new ReadModelsCheck(checks, saved);
    for (const file of (await files.list()).reverse()) {
      const models = new InProcessReadModels();
      try {
        const position = await files.load(file, models);
        saved.push({ file, position, digest: contentDigest(models.store) });
      } catch (error) {
        if (!(error instanceof ModelFileUnusable)) throw error;
        if (!existsSync(file)) continue;
        if (error.isDamaged) checks.find('read_models', { file, what: error.message });
        else check.others.push(error.message);
      }
    }
    return check;
  }

  get visitor(): RecordVisitor {
    return this.rebuilt.store;
  }

  /** Whether saved models stand at this record, or should have stood at one before it. */
  isDue(sequence: number): boolean {
    return this.ahead.length > 0 && this.ahead[0]!.position.sequence <= sequence;
  }

  compare(position: Position): void {
    while (this.isDue(position.sequence)) {
      const { file, position: at, digest } = this.ahead.shift()!;
      const record = at.sequence;
      if (record !== position.sequence || !sameId(at.id, position.id)) {
        const what = `no frame of this log ends with record ${record} and has the id that it names`;
        this.checks.find('read_models', { file, record, what });
      } else if (contentDigest(this.rebuilt.store) !== digest) {
        const what = `its content is not what the log gives at record ${record}`;
        this.checks.find('read_models', { file, record, what });
      } else this.equal.push(file);
    }
  }

  /**
   * After the last record that could be read.
   * @param isWhole whether that was the log's last: then all saved models should have been met
   * @param books the auditor's after the same record, to compare; undefined if there are none
   * @returns undefined if the models could not be rebuilt
   */
  async finish(lastSequence: number, isWhole: boolean, books: Books | undefined): Promise<RebuiltModels | undefined> {
    for (const { file, position } of isWhole ? this.ahead.splice(0) : []) {
      const what = `it is of record ${position.sequence}, the log ends with record ${lastSequence}`;
      this.checks.find('read_models', { file, record: position.sequence, what: `${what}: its tail is lost` });
    }
    const { store } = this.rebuilt;
    if (store.failure !== undefined || store.sequence !== lastSequence) return undefined;
    if (books !== undefined) {
      await compareModels(this.rebuilt, books, (what) =>
        this.checks.find('read_models', { record: lastSequence, what }),
      );
    }
    const documents = store.count();
    const saved = this.equal.length === 0 ? 'none saved to compare' : `${this.equal.length} saved, equal`;
    this.checks.note('read_models', [`${documents} documents; ${saved}`, ...this.others].join('; '));
    return { digest: contentDigest(store), documents };
  }
}
