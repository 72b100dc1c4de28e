/** Frames and their chain, the event log's interface, and the log in memory. */
export * from './bell';
export * from './chain';
export * from './commands-topic';
export * from './errors';
export * from './event-log';
export * from './follow';
export * from './frame';
export * from './memory-log';
export * from './position';
