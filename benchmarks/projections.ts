// Folding the engine's records into read models: depth, candles and value split together, and all models.

import { visitRecords } from '@tokenbourse/domain';
import {
  DEFAULT_RETENTION,
  InProcessReadModels,
  ReadStore,
  createModels,
  type ReadModel,
} from '@tokenbourse/projections';

import type { Benchmark } from './benchmark';
import { atLeast, sideBySide, timed, type Candidate } from './measure';
import { written } from './whole-engine';

function candidates(resting: number, operations: number): Candidate[] {
  const { opening, payloads, events } = written(resting, operations);
  const fold = (models: readonly ReadModel[]): number => {
    const store = new ReadStore(models);
    store.applyPayload(opening, 1);
    return timed(() => {
      for (const payload of payloads) store.applyPayload(payload, store.sequence + 1);
    });
  };
  const some = (...names: (keyof ReturnType<typeof createModels>)[]): Candidate => ({
    name: names.join(', '),
    operations: events,
    run: () => {
      const models = createModels(DEFAULT_RETENTION);
      return fold(names.map((name) => models[name]));
    },
  });
  const ignore = { begin: () => undefined, event: () => undefined, end: () => undefined };
  return [
    some('depth', 'candles', 'valueSplit'),
    some('orders'),
    some('balances', 'positions', 'ledger', 'fills'),
    {
      name: 'all read models',
      operations: events,
      run: () => {
        const models = new InProcessReadModels();
        models.applyPayload(opening, 1);
        return timed(() => {
          for (const payload of payloads) models.applyPayload(payload, models.store.sequence + 1);
        });
      },
    },
    {
      name: 'reading the same records without folding',
      operations: events,
      run: () =>
        timed(() => {
          for (const payload of payloads) visitRecords(payload, 1, ignore);
        }),
    },
  ];
}

export const projections: Benchmark = {
  name: 'projections',
  title: 'Read models',
  method: 'Events of the stream folded into read models that start empty.',
  async measure(setting) {
    const figures = await sideBySide(
      'projections',
      candidates(Math.min(5_000, setting.largest), setting.operations),
      setting,
    );
    return { figures, aims: [atLeast('depth, candles and value split', 1_000_000, figures[0]!.median, 'per second')] };
  },
};
