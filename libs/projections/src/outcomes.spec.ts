// What the read models tell of commands under their ids: each from where it is kept, none for ever.

import type { CommandIdentity, LogRecord, MarketEvent } from '@tokenbourse/domain';
import { InProcessReadModels } from './in-process';
import { DEFAULT_RETENTION } from './retention';

const refusal = { account: 3, needed: 0, available: 0, at_us: 0 } as const;
const cancelled: MarketEvent = { type: 'CommandRejected', command: 'CancelOrder', ...refusal, code: 'UNKNOWN_ORDER' };

class Told {
  readonly models: InProcessReadModels;
  private sequence = 0;

  constructor(kept: number) {
    this.models = new InProcessReadModels({ ...DEFAULT_RETENTION, command_outcomes: kept });
  }

  /** One command of account 3 and what answered it. */
  record(command: CommandIdentity['command'], id: string, event: MarketEvent, contract = 0): void {
    const identity = { command, account: 3, contract, command_id: id, fingerprint: 7 };
    const sequence = ++this.sequence;
    const record: LogRecord = {
      sequence,
      at_us: sequence,
      cause: 'COMMAND',
      cause_sequence: 0,
      identity,
      events: [event],
    };
    this.models.apply(record);
  }

  async under(id: string): Promise<unknown[]> {
    const { data } = await this.models.commandOutcomes(3, id);
    return data.map(({ command, sequence, refusal }) => [command, sequence, refusal?.code ?? 'ACCEPTED']);
  }
}

test('a command’s outcome is told under its id, to its account', async () => {
  const told = new Told(10);
  const cancelAll: MarketEvent = { type: 'CancelAllRequested', account: 3, contract: 0, tier: 0, side: 'ANY' };
  told.record('CancelAllOrders', 'all', cancelAll);
  told.record('CancelOrder', 'one', cancelled);
  expect([await told.under('all'), await told.under('one')]).toEqual([
    [['CancelAllOrders', 1, 'ACCEPTED']],
    [['CancelOrder', 2, 'UNKNOWN_ORDER']],
  ]);
  expect((await told.models.commandOutcomes(4, 'all')).data).toEqual([]);
  expect([await told.under(''), await told.under('unknown')]).toEqual([[], []]);
});

test('orders and movements of cash are told from where they are kept', async () => {
  const told = new Told(1);
  told.record('PlaceOrder', 'same', { type: 'OrderRejected', contract: 1, ...refusal, code: 'GATE_CLOSED' }, 1);
  told.record('Deposit', 'same', { type: 'CashDeposited', account: 3, amount_micro_usd: 5, reference: '' });
  told.record('CancelOrder', 'same', cancelled);
  expect((await told.under('same')).slice(-2)).toEqual([
    ['Deposit', 2, 'ACCEPTED'],
    ['CancelOrder', 3, 'UNKNOWN_ORDER'],
  ]);
});

test('an order at which the engine failed is told as failed', async () => {
  const told = new Told(10);
  told.record('PlaceOrder', 'bug', { type: 'CommandFailed', command: 'PlaceOrder', account: 3, code: 'INTERNAL' }, 1);
  expect(await told.under('bug')).toEqual([['PlaceOrder', 1, 'INTERNAL']]);
});

test('neither a repetition nor another request under the id takes the first outcome’s place', async () => {
  const told = new Told(10);
  told.record('CancelOrder', 'id', cancelled);
  told.record('CancelOrder', 'id', { ...cancelled, code: 'COMMAND_ID_REUSED' });
  told.record('CancelOrder', 'id', {
    type: 'CommandRepeated',
    command: 'CancelOrder',
    account: 3,
    first_sequence: 1,
    outcome: 'REJECTED',
    result: 0,
    code: 'UNKNOWN_ORDER',
  });
  expect(await told.under('id')).toEqual([['CancelOrder', 1, 'UNKNOWN_ORDER']]);
});

test('only so many are kept, the newest', async () => {
  const told = new Told(2);
  for (const id of ['a', 'b', 'a', 'c']) told.record('CancelOrder', id, cancelled);
  expect([await told.under('a'), await told.under('b'), await told.under('c')]).toEqual([
    [['CancelOrder', 3, 'UNKNOWN_ORDER']],
    [],
    [['CancelOrder', 4, 'UNKNOWN_ORDER']],
  ]);
});
