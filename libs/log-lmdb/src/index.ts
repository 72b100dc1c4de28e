/** The embedded log on LMDB, and the data folder it lives in. */
export { DATA_FORMAT_VERSION, findDataFolder } from './data-folder';
export type { DataFolder } from './data-folder';
export * from './folder-errors';
export { holdFile, judgeOwner, letGoOfFile, parseOwner, thisOwner } from './folder-owner';
export * from './lmdb-log';
export { LmdbLogReader } from './lmdb-reader';
