// Several engines, relays and a projector around a simulated Kafka: a fixed set of seeds finds nothing and meets every kind of
// fault; and bugs that are planted between the parts are found, by the check of their kind, in runs that shrink to a few steps.

import type { CommandsTopic, EventLog, Frame } from '@tokenbourse/log';
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
  engineLog: (log: EventLog) => altered(log, 'append', (frame: Frame) => append(log, frame)),
};

async function append(log: EventLog, frame: Frame): Promise<unknown> {
  log.append(frame).catch(() => undefined);
  const { place } = await log.tip();
  return { place: place + 1, sequence: frame.firstSequence + frame.recordCount - 1, id: frame.id };
}

/** The object with one of its methods replaced. */
function altered<T extends object>(given: T, name: keyof T, method: unknown): T {
  return new Proxy(given, {
    get(target, property) {
      if (property === name) return method;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
    },
  });
}

/** Reads on at the log's end when the log had to be opened again. */
const forgetful: KafkaPlanted = {
  relayLog: (log: EventLog) =>
    altered(log, 'follow', async function* (_from: unknown, signal: AbortSignal) {
      yield* log.follow(await log.tip(), signal);
    }),
};

/** Leaves out the last of several commands that came together. */
const careless: KafkaPlanted = {
  commands: (topic: CommandsTopic, by) =>
    by === 'relay'
      ? topic
      : altered(topic, 'read', async function* (offset: number, signal: AbortSignal) {
          for await (const message of topic.read(offset, signal)) {
            const { commands } = message;
            yield commands === undefined || commands.length < 2
              ? message
              : { ...message, commands: commands.slice(0, -1) };
          }
        }),
};

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
    ['a relay that reads on at the end of the log', forgetful, /^answers heard$/],
    ['a command left out', careless, /^answers$/],
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
    300_000,
  );
});
