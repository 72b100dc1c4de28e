// The vocabulary of the exchange: units, tiers, commands, events with their codec, rejections, postings.

export * from './codec/bytes';
export * from './codec/command-text';
export * from './codec/fingerprint';
export * from './codec/json';
export * from './codec/json-text';
export * from './codec/records';
export { UnknownEventCode } from './codec/compiler';
export * from './commands/catalogue';
export * from './commands/types';
export * from './events/catalogue';
export type { EventDefinition } from './events/definition';
export type { Field, FieldKind, Fields, Shape, ValueOf } from './fields';
export * from './identity';
export * from './postings';
export * from './record';
export * from './rejections';
export * from './split-rule';
export * from './tiers';
export * from './units';
export * from './vocabulary';
