// What an API node knows of the window in which ids are remembered, told by the read store and by the log, in whatever order.

import type { MarketEvent } from '@tokenbourse/domain';
import { InProcessReadModels, type MarketView, type ReadStatus } from '@tokenbourse/projections';
import { ApiHealth } from './api-health';

const LIMITS = { open_orders_per_account: 1, matches_per_command: 1, quotes_per_offer: 1 };

const limitsSet = (idempotency_window_us: number): MarketEvent => ({
  type: 'LimitsSet',
  ...LIMITS,
  idempotency_window_us,
});

class Store {
  private readonly models = new InProcessReadModels();
  as_of_seq = 0;
  as_of_us = 0;
  window_us = 0;
  ids_forgotten_until_us = 0;

  async market() {
    const { data } = await this.ready().market();
    const limits = { ...LIMITS, idempotency_window_us: this.window_us };
    const known = { ...data, limits, ids_forgotten_until_us: this.ids_forgotten_until_us } as unknown as MarketView;
    return { as_of_seq: this.as_of_seq, as_of_us: this.as_of_us, data: known };
  }

  status(): Promise<ReadStatus> {
    const { as_of_seq, as_of_us } = this;
    return Promise.resolve({ ready: true, reason: '', failed: false, as_of_seq, as_of_us });
  }

  private ready(): InProcessReadModels {
    this.models.setNotReady('');
    return this.models;
  }
}

const relay = { ready: true, reason: '', sequence: 0, last_stamp_us: 5_000, unanswered: 0 };
let store: Store;
let health: ApiHealth;
beforeEach(() => {
  store = Object.assign(new Store(), { as_of_seq: 100, as_of_us: 4_000, window_us: 1_000, ids_forgotten_until_us: 5 });
  health = new ApiHealth({ status: () => relay }, store, 10);
});
const note = (sequence: number, at_us: number, window_us: number): void =>
  health.note({ sequence, at_us, events: [limitsSet(window_us)] });

test('nothing is known before the read store was asked', async () => {
  note(50, 1, 9);
  expect(health.idMemory()).toBeUndefined();
  await health.learn();
  expect(health.idMemory()).toEqual({
    decided: undefined,
    last_stamp_us: 5_000,
    window_us: 1_000,
    forgotten_until_us: 5,
  });
});

test('limits that the log told of a later record stay when the read store is asked after that', async () => {
  note(101, 4_500, 2_000);
  await health.learn();
  expect(health.idMemory()).toMatchObject({ window_us: 2_000, forgotten_until_us: 3_500 });
});

test('limits of a record that the read store knew already change nothing', async () => {
  await health.learn();
  note(100, 3_900, 7);
  expect(health.idMemory()).toMatchObject({ window_us: 1_000, forgotten_until_us: 5 });
});

test('what a shorter window has dropped stays forgotten under a longer one', async () => {
  await health.learn();
  note(101, 4_100, 50);
  expect(health.idMemory()).toMatchObject({ window_us: 50, forgotten_until_us: 3_100 });
  note(102, 4_200, 10_000);
  expect(health.idMemory()).toMatchObject({ window_us: 10_000, forgotten_until_us: 4_150 });
});

test('a read store that lags longer than ids are remembered is named', async () => {
  await health.learn();
  store.as_of_us = 4_001;
  expect(await health.readers()).toMatchObject([{ ready: true, reason: '' }]);
  store.as_of_us = 4_000;
  expect(await health.readers()).toMatchObject([{ ready: false, reason: expect.stringContaining('lags') as string }]);
});
