// The only writer of a market: inbox, clock, the writer's loop, recovery, and the follower.

export * from './clock';
export * from './submission';
