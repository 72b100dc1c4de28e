// The only writer of a market: inbox, clock, the writer's loop, recovery, and the follower.

export * from './clock';
export * from './command-relay';
export * from './fold';
export * from './follower';
export { FollowerThread, type FollowerWorkerData } from './follower-thread';
export * from './market-engine';
export * from './recovery';
export * from './sequencer';
export * from './snapshot-files';
export * from './submission';
export { ClockInDoubt, EngineFailed, type DeadLetterBox } from './topic-writer';
