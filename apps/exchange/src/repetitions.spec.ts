// Orders and cash with ids where other processes decide: the read models are asked as they are, never waited for, and only those that
// lag longer than ids are remembered turn a command away.

import { encodeRecords, HOUR_US, MINUTE_US, SECOND_US, type CommandOf } from '@tokenbourse/domain';
import { InProcessReadModels, SeenIds, seenIdsMemory } from '@tokenbourse/projections';
import { ProblemError, type CommandOutcome } from '@tokenbourse/protocol';
import type { SequencerStatus } from '@tokenbourse/sequencer';
import { MarketScript } from '../../../libs/projections/src/testing/market-script';
import { Health, type IdMemory } from './health';
import { Repetitions } from './repetitions';

type Expiring = CommandOf<'PlaceOrder' | 'Deposit' | 'Withdraw'>;

const DEPOSIT = {
  type: 'Deposit',
  account: 1,
  command_id: 'new',
  amount_micro_usd: 1,
  reference: '',
  expires_at_us: 0,
} as const;

const nowUs = (): number => Date.now() * 1_000;

class ElsewhereDecided extends Health {
  constructor(
    private readonly windowUs: number,
    private readonly forgottenUs: number,
  ) {
    super();
  }

  idMemory(): IdMemory {
    const last_stamp_us = nowUs();
    return { decided: undefined, last_stamp_us, window_us: this.windowUs, forgotten_until_us: this.forgottenUs };
  }

  writer(): SequencerStatus {
    throw new Error('is not asked');
  }

  readers(): Promise<never> {
    throw new Error('is not asked');
  }
}

/** A market whose read models stand at a record of `agoUs` ago. */
function marketAt(agoUs: number, windowUs = HOUR_US, forgottenAgoUs = 2 * HOUR_US) {
  const script = new MarketScript();
  script.atUs = nowUs() - agoUs;
  const atUs = script.atUs;
  script.open().account(1).deposit(1, 1_000_000, 'paid');
  const [contract] = script.window([1], atUs + 24 * HOUR_US);
  script.place(contract!, 1, 'BUY', 10, 10, { id: 'used' });
  const models = new InProcessReadModels();
  models.applyPayload(encodeRecords(script.records), 1);
  models.setNotReady('');
  const health = new ElsewhereDecided(windowUs, nowUs() - forgottenAgoUs);
  const repetitions = new Repetitions(models, new SeenIds(seenIdsMemory(0)), health);
  const submitted: Expiring[] = [];
  const submit = (command: Expiring): Promise<CommandOutcome> => {
    submitted.push(command);
    return Promise.resolve({ sequence: script.sequence + 1_000_000, at_us: nowUs(), events: [] });
  };
  const order = (command_id: string, expires_at_us = 0): CommandOf<'PlaceOrder'> => ({
    type: 'PlaceOrder',
    account: 1,
    contract: contract!,
    command_id,
    side: 'BUY',
    order_type: 'LIMIT',
    time_in_force: 'GTC',
    price_ticks: 1,
    lots: 1,
    max_amount_micro_usd: 0,
    post_only: false,
    self_trade: 'CANCEL_NEWEST',
    good_till_us: 0,
    expires_at_us,
  });
  return { atUs, repetitions, submit, submitted, order };
}

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProblemError)) throw error;
  return error.problem.code;
};

test('an id is never taken for new without a question', () => {
  const { repetitions, order } = marketAt(0);
  expect(repetitions.newOrder(order('new'))).toBeUndefined();
  expect(repetitions.newOrder(order(''))).toMatchObject({ command_id: '' });
});

test('a new id is submitted however many records the read models lack, to be refused once the engine could have forgotten it', async () => {
  const { atUs, repetitions, submit, submitted, order } = marketAt(50 * MINUTE_US);
  await repetitions.unlessEarlierOrder(order('new'), submit);
  const soon = nowUs() + 30 * SECOND_US;
  await repetitions.unlessEarlierOrder(order('soon', soon), submit);
  expect(submitted.map(({ expires_at_us }) => expires_at_us)).toEqual([atUs + HOUR_US - SECOND_US, soon]);
});

test.each(['Deposit', 'Withdraw'] as const)(
  'a %s that has waited until its id could be forgotten is refused',
  async (type) => {
    const { atUs, repetitions, submit, submitted } = marketAt(50 * MINUTE_US);
    await repetitions.unlessEarlierCash({ ...DEPOSIT, type }, submit);
    expect(submitted).toEqual([{ ...DEPOSIT, type, expires_at_us: atUs + HOUR_US - SECOND_US }]);
  },
);

test('an id that the read models know is told its first outcome, however old they are', async () => {
  const { repetitions, submit, submitted, order } = marketAt(3 * HOUR_US);
  expect(await codeOf(repetitions.unlessEarlierOrder(order('used'), submit))).toBe('COMMAND_ID_REUSED');
  expect(submitted).toEqual([]);
});

test.each([
  ['lag as long as ids are remembered', marketAt(HOUR_US)],
  ['stand before ids that were forgotten early', marketAt(2 * MINUTE_US, HOUR_US, MINUTE_US)],
])('read models that %s turn an id that they lack away', async (_, { repetitions, submit, submitted, order }) => {
  expect(await codeOf(repetitions.unlessEarlierOrder(order('new'), submit))).toBe('READ_MODEL_BEHIND');
  expect(await codeOf(repetitions.unlessEarlierCash(DEPOSIT, submit))).toBe('READ_MODEL_BEHIND');
  expect(submitted).toEqual([]);
});
