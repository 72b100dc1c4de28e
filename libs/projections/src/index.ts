// Read models: what the log says, folded into answers.

export type { Collection, Document, DocumentChange, Json } from './documents';
export { canonicalJson } from './documents';
export { contentDigest } from './digest';
export * from './errors';
export * from './in-process';
export type { ReadModel, RecordContext } from './model';
export { ModelFileUnusable, ModelFiles, type ModelFileHandle, type ModelFileSystem } from './model-files';
export { createModels, type MarketModels } from './models';
export { PAGE_LIMIT_MAX } from './pages';
export * from './projector';
export type { ProjectorWorkerData } from './projector-thread';
export * from './queries';
export * from './retention';
export { SeenIds, seenIdsMemory, type SeenId, type SeenIdsSize } from './seen-ids';
export { ReadStore } from './store';
export * from './worker-read-models';
