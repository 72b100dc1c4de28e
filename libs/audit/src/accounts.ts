// Accounts as the auditor keeps them: what the events told each account of its cash, beside what its orders need.

export interface Factory {
  readonly account: number;
  readonly zone: number;
  readonly powerWatts: number;
  /** By tier number. */
  readonly joulesPerMtok: ReadonlyMap<number, number>;
  readonly registeredAtUs: number;
}

export class Account {
  /** Micro-USD. */
  available = 0n;
  held = 0n;
  /** Micro-USD that its open orders need, by the rules. */
  needed = 0n;
  openOrders = 0;
  factory: Factory | undefined;
  /** Something changed in the record in hand. */
  touched = false;
  /** What was found before: it is told once, not after every record. */
  holdGap = 0n;
  overdrawn = false;

  constructor(
    readonly number: number,
    readonly participant: number,
  ) {}
}
