// The auditor: folds a log with books of its own, and names what does not add up.

export { Auditor, type AuditFinding } from './auditor';
export { AUDIT_CHECKS, type AuditCheck } from './checks';
export type { Account, Factory } from './accounts';
export type { Books } from './books';
export type { ContractBook, Position, WindowBook } from './contracts';
export type { AuditedOrder } from './queue';
