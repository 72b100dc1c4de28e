// Folding the engine's records into read models: depth, candles and value split together, others, and all.

import { createModels, DEFAULT_RETENTION, InProcessReadModels, ReadStore } from '@tokenbourse/projections';

import type { Benchmark } from './benchmark';
import { atLeast, sideBySide, timed } from './measure';
import { makeStream, Trades } from './stream';
import { processCandidate, type Contender } from './stream-process';
import { readOnly, writtenOf, type Written } from './written';

type ModelName = keyof ReturnType<typeof createModels>;

/** Folds everything; returns the seconds that all but the opening took. */
type Fold = (written: Written) => number;

const some =
  (...names: readonly ModelName[]): Fold =>
  ({ opening, payloads }) => {
    const models = createModels(DEFAULT_RETENTION);
    const store = new ReadStore(names.map((name) => models[name]));
    store.applyPayload(opening, 1);
    return timed(() => {
      for (const payload of payloads) store.applyPayload(payload, store.sequence + 1);
    });
  };

const all: Fold = ({ opening, payloads }) => {
  const models = new InProcessReadModels();
  models.applyPayload(opening, 1);
  return timed(() => {
    for (const payload of payloads) models.applyPayload(payload, models.store.sequence + 1);
  });
};

const timing =
  (fold: Fold): Contender =>
  (stream) => {
    const written = writtenOf(stream);
    return () => ({ seconds: fold(written), trades: new Trades() });
  };

export const contenders: Record<string, Contender> = {
  'depth, candles, value split': timing(some('depth', 'candles', 'valueSplit')),
  orders: timing(some('orders')),
  'balances, positions, ledger, fills': timing(some('balances', 'positions', 'ledger', 'fills')),
  'all read models': timing(all),
  'reading the same bytes raw': timing((written) => timed(() => readOnly(written))),
};

export const projections: Benchmark = {
  name: 'projections',
  title: 'Read models',
  method: 'The events of the stream folded into read models that start empty, in events.',
  async measure(setting) {
    const stream = { seed: 1, operations: setting.operations, resting: Math.min(5_000, setting.largest) };
    setting.progress('projections: counting the events');
    const { events } = writtenOf(makeStream(stream));
    const names = Object.keys(contenders);
    const candidates = names.map((name) => processCandidate('./projections', name, stream, events));
    const figures = await sideBySide('projections', candidates, setting);
    return { figures, aims: [atLeast(figures[0]!.name, 1_000_000, figures[0]!.median, 'per second')] };
  },
};
