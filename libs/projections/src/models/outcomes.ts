// Read model: what became of commands under their ids, where neither an order nor a movement of cash tells it. Bounded.

import type { MarketEvent } from '@tokenbourse/domain';
import type { ReadModel, RecordContext } from '../model';
import type { CommandOutcomeView } from '../queries';
import type { Retention } from '../retention';
import { Table, plainByNumber } from '../table';

/** Found under their ids in models of their own, unless the engine failed at them. Nobody asks for a ping. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['PlaceOrder', 'Deposit', 'Withdraw', 'Ping']);

export class OutcomesModel implements ReadModel {
  readonly name = 'outcomes';
  readonly version = 1;
  /** By the sequence number of the record: a record answers one command. */
  readonly outcomes = new Table<number, CommandOutcomeView>('command_outcomes', plainByNumber());
  readonly collections = [this.outcomes];
  readonly handlers = {};
  private readonly byId = new Map<string, number>();
  /** The record at hand has been looked at: its first event says how the command ended. */
  private looked = 0;

  constructor(private readonly retention: Retention) {}

  readonly every = (event: MarketEvent, record: RecordContext): void => {
    const { identity, sequence } = record;
    if (identity === null || sequence === this.looked) return;
    this.looked = sequence;
    if (identity.command_id === '' || event.type === 'CommandRepeated') return;
    if (TOLD_ELSEWHERE.has(identity.command) && event.type !== 'CommandFailed') return;
    const refusal = refusalIn(event);
    // The same id with another request is refused too, and is not the id's first outcome.
    if (refusal?.code === 'COMMAND_ID_REUSED') return;
    const { command, account, contract, command_id } = identity;
    const outcome = refusal === null ? 'ACCEPTED' : 'REJECTED';
    this.outcomes.set(sequence, {
      account,
      contract,
      command,
      command_id,
      sequence,
      at_us: record.at_us,
      outcome,
      refusal,
    });
    this.byId.set(`${account}/${command_id}`, sequence);
    if (this.outcomes.size > this.retention.command_outcomes) this.dropOldest();
  };

  /** The newest one of the account under this id. */
  byCommandId(account: number, commandId: string): CommandOutcomeView | undefined {
    const sequence = this.byId.get(`${account}/${commandId}`);
    return sequence === undefined ? undefined : this.outcomes.get(sequence);
  }

  loaded(): void {
    for (const { account, command_id, sequence } of this.outcomes.values()) {
      this.byId.set(`${account}/${command_id}`, sequence);
    }
  }

  private dropOldest(): void {
    const [oldest] = this.outcomes.keys();
    const { account, command_id } = this.outcomes.get(oldest) as CommandOutcomeView;
    this.outcomes.delete(oldest);
    const key = `${account}/${command_id}`;
    if (this.byId.get(key) === oldest) this.byId.delete(key);
  }
}

function refusalIn(event: MarketEvent): CommandOutcomeView['refusal'] {
  switch (event.type) {
    case 'OrderRejected':
    case 'CommandRejected': {
      const { code, needed, available, at_us } = event;
      return { code, needed, available, at_us };
    }
    case 'CommandFailed':
      return { code: 'INTERNAL', needed: 0, available: 0, at_us: 0 };
    default:
      return null;
  }
}
