// Read model: deposits and withdrawals under their commands' ids: accepted ones for good, refused ones bounded.

import type { EventOf, MarketEvent } from '@tokenbourse/domain';
import type { Handlers, ReadModel, RecordContext } from '../model';
import type { CashMovementView } from '../queries';
import type { Retention } from '../retention';
import { Table, plainByNumber } from '../table';

export class CashModel implements ReadModel {
  readonly name = 'cash';
  readonly version = 1;
  /** By the sequence number of the record: a record answers one command. */
  readonly accepted = new Table<number, CashMovementView>('cash_movements', plainByNumber());
  readonly rejected = new Table<number, CashMovementView>('rejected_cash_movements', plainByNumber());
  readonly collections = [this.accepted, this.rejected];
  private readonly byAccount = new Map<number, number[]>();
  private readonly byId = new Map<string, number>();

  constructor(private readonly retention: Retention) {}

  readonly handlers: Handlers = {
    CashDeposited: (event, record) => this.moved('DEPOSIT', event, record),
    CashWithdrawn: (event, record) => this.moved('WITHDRAWAL', event, record),
    CommandRejected: (event, record) => this.refused(event, record),
  };

  /** Sequence numbers of the account's movements, oldest first. */
  of(account: number): readonly number[] {
    return this.byAccount.get(account) ?? [];
  }

  byCommandId(account: number, commandId: string): CashMovementView | undefined {
    const sequence = this.byId.get(`${account}/${commandId}`);
    return sequence === undefined ? undefined : (this.accepted.get(sequence) ?? this.rejected.get(sequence));
  }

  loaded(): void {
    for (const movement of this.rejected.values()) this.index(movement);
    for (const movement of this.accepted.values()) this.index(movement);
  }

  private moved(
    kind: CashMovementView['kind'],
    event: EventOf<'CashDeposited'> | EventOf<'CashWithdrawn'>,
    record: RecordContext,
  ): void {
    const movement: CashMovementView = {
      ...describe(event, kind, record),
      outcome: 'ACCEPTED',
      refusal: null,
      amount_micro_usd: event.amount_micro_usd,
      reference: event.reference,
    };
    this.accepted.set(record.sequence, movement);
    this.index(movement);
  }

  private refused(event: EventOf<'CommandRejected'>, record: RecordContext): void {
    if (event.command !== 'Deposit' && event.command !== 'Withdraw') return;
    const { code, needed, available, at_us } = event;
    const movement: CashMovementView = {
      ...describe(event, event.command === 'Deposit' ? 'DEPOSIT' : 'WITHDRAWAL', record),
      outcome: 'REJECTED',
      refusal: { code, needed, available, at_us },
      amount_micro_usd: 0,
      reference: '',
    };
    // The same id with another request is refused too, and is not the id's first outcome.
    if (movement.command_id === '' || code === 'COMMAND_ID_REUSED') return;
    if (this.byCommandId(movement.account, movement.command_id)?.outcome === 'ACCEPTED') return;
    this.rejected.set(record.sequence, movement);
    this.index(movement);
    if (this.rejected.size > this.retention.rejected_cash_movements) this.dropOldestRejected();
  }

  private index(movement: CashMovementView): void {
    const { account, command_id, sequence, outcome } = movement;
    if (command_id !== '') this.byId.set(`${account}/${command_id}`, sequence);
    if (outcome === 'REJECTED') return;
    const movements = this.byAccount.get(account);
    if (movements === undefined) this.byAccount.set(account, [sequence]);
    else movements.push(sequence);
  }

  private dropOldestRejected(): void {
    const [oldest] = this.rejected.keys();
    const { account, command_id } = this.rejected.get(oldest) as CashMovementView;
    this.rejected.delete(oldest);
    const key = `${account}/${command_id}`;
    if (this.byId.get(key) === oldest) this.byId.delete(key);
  }
}

function describe(event: MarketEvent & { account: number }, kind: CashMovementView['kind'], record: RecordContext) {
  return {
    account: event.account,
    kind,
    command_id: record.identity?.command_id ?? '',
    fingerprint: record.identity?.fingerprint ?? 0,
    sequence: record.sequence,
    at_us: record.at_us,
  };
}
