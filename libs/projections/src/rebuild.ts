// The check that read models are what the log says: rebuilt from its first record, their content has the same digest.

import { originPosition, type LogReader } from '@tokenbourse/log';
import { contentDigest } from './digest';
import { InProcessReadModels } from './in-process';
import { ModelFileUnusable, type ModelFiles } from './model-files';
import { DEFAULT_RETENTION, type Retention } from './retention';

export interface SavedCheck {
  readonly file: string;
  readonly sequence: number;
  readonly digest: string;
  /** Content of the models rebuilt from the log up to the same record. */
  readonly rebuilt_digest: string;
  readonly equal: boolean;
}

export interface RebuildReport {
  /** Last record of the log. */
  readonly sequence: number;
  /** SHA-256 over all documents after it. */
  readonly digest: string;
  readonly documents: number;
  /** Saved files that could be read, newest first. */
  readonly saved: readonly SavedCheck[];
  /** What was wrong with the others. */
  readonly unusable: readonly string[];
}

/**
 * Rebuilds all read models from the log, and compares saved ones with them on the way.
 * @throws what the log throws when it is damaged, and what the fold throws
 */
export async function rebuildReadModels(
  log: LogReader,
  files?: ModelFiles,
  retention: Retention = DEFAULT_RETENTION,
  onProgress?: (sequence: number) => void,
): Promise<RebuildReport> {
  const unusable: string[] = [];
  const waiting: { file: string; sequence: number; digest: string }[] = [];
  for (const file of (await files?.list()) ?? []) {
    const models = new InProcessReadModels(retention);
    try {
      const { sequence } = await files!.load(file, models);
      waiting.push({ file, sequence, digest: contentDigest(models.store) });
    } catch (error) {
      if (!(error instanceof ModelFileUnusable)) throw error;
      unusable.push(error.message);
    }
  }
  const models = new InProcessReadModels(retention);
  const saved: SavedCheck[] = [];
  for await (const { frame, position } of log.read(originPosition())) {
    models.applyPayload(frame.payload, frame.firstSequence);
    onProgress?.(position.sequence);
    for (const check of waiting) {
      if (check.sequence !== position.sequence) continue;
      const rebuilt = contentDigest(models.store);
      saved.unshift({ ...check, rebuilt_digest: rebuilt, equal: rebuilt === check.digest });
    }
  }
  const missed = waiting.filter(({ file }) => !saved.some((check) => check.file === file));
  for (const { file, sequence } of missed)
    unusable.push(`${file}: the log has no frame that ends with record ${sequence}`);
  return {
    sequence: models.store.sequence,
    digest: contentDigest(models.store),
    documents: models.store.count(),
    saved,
    unusable,
  };
}
