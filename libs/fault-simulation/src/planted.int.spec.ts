// The simulation finds what it is for: bugs are planted between the exchange's parts, each must be found by the check of its
// kind, and the run that found it must shrink to a few steps.

import type { EventLog, Frame } from '@tokenbourse/log';
import { WriterUnavailable, type CommandGateway, type Sequencer, type SnapshotFiles } from '@tokenbourse/sequencer';

import type { Planted } from './exchange';
import { runPlan } from './run';
import { shrink } from './shrink';
import { formatSteps, parseSteps, planOf, type Plan } from './steps';
import type { Found } from './world';

/** The same object with some of its methods replaced. */
function like<T extends object>(whole: T, changed: (whole: T) => Partial<T>): T {
  return new Proxy(whole, {
    get(target, name) {
      const replaced = changed(target) as Record<string | symbol, unknown>;
      const value = name in replaced ? replaced[name] : Reflect.get(target, name, target);
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
    },
  });
}

/** Says that a frame is durable as soon as it is on its way. */
function hastyLog(log: EventLog): EventLog {
  let last = log.tip();
  return like(log, (inner) => ({
    append: async (frame: Frame) => {
      const appended = inner.append(frame);
      appended.catch(() => undefined);
      const { place } = await last;
      const position = { place: place + 1, sequence: frame.firstSequence + frame.recordCount - 1, id: frame.id };
      last = Promise.resolve(position);
      return position;
    },
  }));
}

/** After a recovery it sends again what was in hand, though everybody had been told. */
function forgetfulGateway(gateway: CommandGateway): CommandGateway {
  const sequencer = gateway as Sequencer;
  return {
    async submit(command) {
      const { recoveries } = sequencer.status();
      try {
        return await sequencer.submit(command);
      } finally {
        if (sequencer.status().recoveries !== recoveries) sequencer.submit(command).catch(() => undefined);
      }
    },
    submitAll: (commands) => sequencer.submitAll(commands),
  };
}

/** Says that a command was not taken when the append failed, whatever became of it. */
function discouragedGateway(gateway: CommandGateway): CommandGateway {
  const sequencer = gateway as Sequencer;
  return {
    async submit(command) {
      const { recoveries } = sequencer.status();
      const outcome = await sequencer.submit(command);
      if (sequencer.status().recoveries === recoveries) return outcome;
      throw new WriterUnavailable('the append failed', 1);
    },
    submitAll: (commands) => sequencer.submitAll(commands),
  };
}

/** A snapshot from which the capacity offers are missing. */
function withoutOffers(files: SnapshotFiles): SnapshotFiles {
  return like(files, (inner) => ({
    read: (info: Parameters<SnapshotFiles['read']>[0]) => {
      const loaded = inner.read(info);
      loaded.state.offers.clear();
      return loaded;
    },
  }));
}

/** Every fifth release of a hold is lost on the way. */
const losesReleases: Planted = {
  started({ fold }) {
    const { held } = fold.state.accounts;
    const add = held.add.bind(held);
    let releases = 0;
    held.add = (account: number, delta: number) => {
      if (delta < 0 && ++releases % 5 === 0) return;
      add(account, delta);
    };
  },
};

const SEEDS_MAX = 60;

async function firstFound(planted: Planted): Promise<{ plan: Plan; found: Found } | undefined> {
  for (let seed = 1; seed <= SEEDS_MAX; seed++) {
    const plan = planOf(seed);
    const { found } = await runPlan(plan, planted);
    if (found !== undefined) return { plan, found };
  }
  return undefined;
}

describe('a planted bug is found, and its run shrinks', () => {
  it.each<[string, Planted, RegExp]>([
    ['an acknowledgement before the flush', { log: hastyLog }, /^(acknowledged|history|start)/],
    ['a lost release of a hold', losesReleases, /^(conserved live: (holds|cash)|state hash|digest)/],
    ['a snapshot that omits the offers', { snapshots: withoutOffers }, /^(state hash|snapshot)/],
    ['a command doubled after a recovery', { gateway: forgetfulGateway }, /^at most once/],
    ['a command that was taken told as not taken', { gateway: discouragedGateway }, /^at most once/],
  ])(
    '%s',
    async (_bug, planted, check) => {
      const first = await firstFound(planted);
      expect(first?.found.check).toMatch(check);
      const { plan, found } = first!;
      const small = await shrink(plan, planted, found, { runsMax: 60, isOver: () => false });
      expect(small.steps.length).toBeLessThanOrEqual(15);
      const replayed = await runPlan(plan, planted, parseSteps(formatSteps(small.steps)));
      expect(replayed.found).toEqual(small.found);
      expect((await runPlan(plan, {}, small.steps)).found).toBeUndefined();
    },
    300_000,
  );
});
