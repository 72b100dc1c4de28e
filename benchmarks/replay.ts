// Recovery's speed: what the engine wrote, folded into a state by apply alone, beside reading the same bytes raw.

import { visitRecords } from '@tokenbourse/domain';
import { MarketState, Replay } from '@tokenbourse/engine';

import type { Benchmark } from './benchmark';
import { atLeast, sideBySide, timed } from './measure';
import { makeStream, Trades } from './stream';
import { processCandidate, type Contender } from './stream-process';
import { readOnly, writtenOf, type Written } from './written';

function fold({ opening, payloads }: Written): void {
  const state = new MarketState();
  const replay = new Replay(state);
  visitRecords(opening, 1, replay);
  for (const payload of payloads) visitRecords(payload, state.sequence + 1, replay);
}

const timing =
  (work: (written: Written) => void): Contender =>
  (stream) => {
    const written = writtenOf(stream);
    return () => ({ seconds: timed(() => work(written)), trades: new Trades() });
  };

export const contenders: Record<string, Contender> = {
  'replay with ids': timing(fold),
  'reading the same bytes raw': timing(readOnly),
};

export const replay: Benchmark = {
  name: 'replay',
  title: 'Replay',
  method:
    'The events of the stream, with client ids, folded into a state that starts empty: the speed of recovery, in events.',
  async measure(setting) {
    const stream = { seed: 1, operations: setting.operations, resting: Math.min(5_000, setting.largest) };
    setting.progress('replay: counting the events');
    const { events } = writtenOf(makeStream(stream));
    const names = Object.keys(contenders);
    const candidates = names.map((name) => processCandidate('./replay', name, stream, events));
    const figures = await sideBySide('replay', candidates, setting);
    return { figures, aims: [atLeast('replay with ids', 2_000_000, figures[0]!.median, 'per second')] };
  },
};
