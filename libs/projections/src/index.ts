// Read models: what the log says, folded into answers.

export type { Collection, Document, DocumentChange, Json } from './documents';
export { canonicalJson } from './documents';
export * from './errors';
export * from './in-process';
export type { ReadModel, RecordContext } from './model';
export { createModels, type MarketModels } from './models';
export { PAGE_LIMIT_MAX } from './pages';
export * from './queries';
export * from './retention';
export { ReadStore } from './store';
