// The protocol: requests and responses as schemas, the route table, wire units, problem documents, OpenAPI, the client.

export * from './asyncapi';
export * from './client';
export * from './commands/orders';
export * from './commands/participants';
export * from './decimals';
export * from './event-catalogue';
export * from './examples';
export * from './instants';
export * from './openapi';
export * from './outcomes';
export * from './problems';
export * from './refusals';
export * from './rejection-status';
export * from './routes/route';
export * from './routes/table';
export type * from './schemas/accounts';
export type * from './schemas/commands';
export type * from './schemas/factories';
export type * from './schemas/market';
export type * from './schemas/operations';
export type * from './schemas/orders';
export type * from './schemas/settings';
export * from './validation';
