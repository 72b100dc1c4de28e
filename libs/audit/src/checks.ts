// What the auditor looks for, in the order in which it is told: one sentence each, true of every sound log.

export const AUDIT_CHECKS = {
  records: 'Records lie in time order, name their cause, and hold figures that can be',
  numbers: 'Accounts, contracts, orders, trades and market data are counted without gaps',
  schedule: 'Contracts open, close, deliver and settle in their time; nothing trades outside it',
  outcomes: 'A command id has one outcome',
  orders: 'Each order: quantity = filled + open + cancelled',
  book: 'Price-time priority; no book is crossed after a command',
  trades: 'Each trade: amount = price × lots, fees by the schedule fixed for the order',
  cash: 'Deposits − withdrawals = balances + holds + escrow + fees; no balance below 0',
  holds: 'Each account’s hold = what its open orders need',
  releases: 'Each hold is released exactly once',
  positions: 'Positions of each contract add up to 0',
  escrow: 'Each contract’s escrow = what its sellers are to receive',
  power: 'Nothing is sold that neither a position nor energy backs',
  settlement: 'Settled is what was owed; perished is what was left of the energy',
} as const;

export type AuditCheck = keyof typeof AUDIT_CHECKS;
