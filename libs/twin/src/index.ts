// The naive twin: a second reading of the market's rules, in a few hundred obvious lines.

export { type Market } from './market';
export { Twin } from './twin';
