// Injection tokens, only where there is a choice to be made: the log, the read store, the way to the market.

export const LOG = Symbol('log');
export const READ_MODELS = Symbol('read models');
export const SEEN_IDS = Symbol('seen ids');
export const GATEWAY = Symbol('gateway');
