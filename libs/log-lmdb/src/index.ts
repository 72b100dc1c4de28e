/** The embedded log on LMDB, and the data folder it lives in. */
export * from './data-folder';
export * from './folder-errors';
export * from './lmdb-log';
export * from './lmdb-reader';
