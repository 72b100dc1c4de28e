// Who trades in demonstrations and simulations: seeded agents, given a view of the market and the time.

export * from './agent';
export * from './buyer';
export * from './cloud-operator';
export * from './demand';
export * from './factory';
export * from './factory-economics';
export * from './market-maker';
export * from './own-book';
export * from './pricing';
export * from './stream';
export * from './view';
export * from './wishes';
