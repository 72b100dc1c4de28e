// Accounts, holdings and energy: who has what, exactly.

export * from './accounts';
export * from './energy';
export * from './holdings';
export * from './int64-column';
