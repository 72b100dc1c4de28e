// The engine: state, decide, apply, replay, snapshot, audit.

export { auditState, type StateFault, type StateRule } from './audit';
export { Engine, identityOf, type RecordSink } from './engine';
export { Replay, RecordOutOfTurn } from './replay';
export { readSnapshot, SnapshotUnreadable, SNAPSHOT_VERSION, writeSnapshot } from './snapshot/snapshot';
export { MarketState } from './state/market-state';
