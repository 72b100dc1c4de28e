// Several engines, relays and a projector around a simulated Kafka: a fixed set of seeds finds nothing and meets every kind of
// fault; and bugs that are planted between the parts are found, by the check of their kind, in runs that shrink to a few steps.

import type { EventLog, Frame } from '@tokenbourse/log';
import { WriterUnavailable, type CommandGateway } from '@tokenbourse/sequencer';

import type { KafkaPlanted } from './kafka-nodes';
import { runKafkaPlan, shrinkKafka } from './kafka-run';
import { kafkaPlanOf, type KafkaPlan } from './kafka-steps';
import { KafkaTally } from './kafka-tally';
import type { Found } from './world';

const SEEDS = 40;

it('seeds 1 to 40 find nothing, and meet every kind of fault', async () => {
  const total = new KafkaTally();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { found, tally } = await runKafkaPlan(kafkaPlanOf(seed));
    expect({ seed, found }).toEqual({ seed, found: undefined });
    total.add(tally);
  }
  expect(total.missing()).toEqual([]);
  expect(total.trades).toBeGreaterThan(50);
}, 300_000);

it('a seed is a run: twice the same, byte for byte', async () => {
  const [first, again] = [await runKafkaPlan(kafkaPlanOf(3)), await runKafkaPlan(kafkaPlanOf(3))];
  expect(again).toEqual(first);
  expect((await runKafkaPlan(kafkaPlanOf(4))).digest).not.toBe(first.digest);
});

/** Says that a frame counts as soon as it is on its way. */
const hasty: KafkaPlanted = {
  engineLog: (log: EventLog) =>
    new Proxy(log, {
      get(target, name) {
        if (name === 'append') return (frame: Frame) => append(target, frame);
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
      },
    }),
};

async function append(log: EventLog, frame: Frame): Promise<unknown> {
  log.append(frame).catch(() => undefined);
  const { place } = await log.tip();
  return { place: place + 1, sequence: frame.firstSequence + frame.recordCount - 1, id: frame.id };
}

/** Tells the caller that what may have been taken was not. */
const discouraged: KafkaPlanted = {
  gateway: (gateway: CommandGateway) => ({
    submit: (command) =>
      gateway.submit(command).catch((error: unknown) => {
        throw (error as { code?: string }).code === 'OUTCOME_UNKNOWN' ? new WriterUnavailable('no answer', 1) : error;
      }),
    submitAll: (commands) => gateway.submitAll(commands),
  }),
};

async function firstFound(planted: KafkaPlanted): Promise<{ plan: KafkaPlan; found: Found } | undefined> {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const plan = kafkaPlanOf(seed);
    const { found } = await runKafkaPlan(plan, planted);
    if (found !== undefined) return { plan, found };
  }
  return undefined;
}

describe('a planted bug is found, and its run shrinks', () => {
  it.each<[string, KafkaPlanted, RegExp]>([
    ['a frame taken as counting before it was seen', hasty, /^(state hash|patience)$/],
    ['a command that may have been taken told as not taken', discouraged, /^turned away$/],
  ])(
    '%s',
    async (_bug, planted, check) => {
      const first = await firstFound(planted);
      expect(first?.found.check).toMatch(check);
      const { plan, found } = first!;
      const small = await shrinkKafka(plan, planted, found, { runsMax: 30, isOver: () => false });
      expect(small.steps.length).toBeLessThanOrEqual(20);
      expect((await runKafkaPlan(plan, planted, small.steps)).found).toEqual(small.found);
      expect((await runKafkaPlan(plan, {}, small.steps)).found).toBeUndefined();
    },
    120_000,
  );
});
