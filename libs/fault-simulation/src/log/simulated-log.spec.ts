// The log on the simulated disk passes what every event log must, and tells what a crash, a full disk and a flipped bit did to it.

import { Bell, originPosition, type EventLog } from '@tokenbourse/log';

import { appendAll, collect, describeEventLog } from '../../../log/src/event-log.contract';
import { sampleChain } from '../../../log/src/sample-chain';
import { Chance } from '../chance';
import { DiskFaults } from '../disk/disk-faults';
import { DiskPort } from '../disk/disk-port';
import { Medium } from '../disk/medium';
import { Life, VirtualTime } from '../virtual-time';
import { Journal } from './journal';
import { JournalReader } from './journal-reader';
import { LOG_FILE, SimulatedLog } from './simulated-log';

/** Virtual time that passes by itself whenever somebody waits. */
class HastyTime extends VirtualTime {
  override after(delayUs: number, action: () => void): () => void {
    this.nowUs += delayUs;
    const turn = setImmediate(action);
    return () => clearImmediate(turn);
  }
}

class Machine {
  readonly medium = new Medium();
  readonly faults = new DiskFaults();
  readonly chance: Chance;
  readonly bell = new Bell();
  life = new Life();

  constructor(seed = 1) {
    this.chance = new Chance(seed);
  }

  port(): DiskPort {
    const { life, chance, medium, faults } = this;
    return new DiskPort({
      medium,
      time: new HastyTime(0),
      life,
      faults,
      chance: () => chance,
      onCut: ({ power }) => {
        life.alive = false;
        if (power) medium.cutPower(chance);
      },
      onRefusal: () => undefined,
      onFrameFound: () => undefined,
    });
  }

  open(): Promise<EventLog> {
    return SimulatedLog.open(this.port(), this.bell);
  }
}

describeEventLog('simulated disk', async () => {
  const machine = new Machine();
  return {
    open: () => machine.open(),
    openReader: async () => new JournalReader(machine.medium.file(LOG_FILE), machine.bell),
    dispose: async () => undefined,
  };
});

describe('a log on the simulated disk', () => {
  const chain = sampleChain({ frames: 12, payloadBytes: (index) => 100 + 300 * index });

  it.each(['before', 'during', 'after'] as const)(
    'keeps after a power cut %s any operation what was answered, and at most the frame in flight',
    async (moment) => {
      for (let seed = 1; seed <= 60; seed++) {
        const machine = new Machine(seed);
        const log = await machine.open();
        await appendAll(log, chain.slice(0, 4));
        machine.faults.cut = { area: 'log', moment, power: true, after: seed % 12 };
        let answered = 4;
        void (async () => {
          for (const frame of chain.slice(4)) {
            await log.append(frame);
            answered += 1;
          }
        })();
        for (let turns = 0; machine.life.alive && turns < 1_000; turns++) await new Promise((t) => setImmediate(t));
        expect(machine.life.alive).toBe(false);
        machine.life = new Life();
        const next = await machine.open();
        const kept = (await collect(next)).length;
        expect([answered, answered + 1]).toContain(kept);
        await appendAll(next, chain.slice(kept));
        expect(await collect(next)).toHaveLength(chain.length);
      }
    },
  );

  it('refuses by name to open with a bit of a committed frame turned over, wherever it is', async () => {
    const machine = new Machine();
    const log = await machine.open();
    await appendAll(log, chain.slice(0, 3));
    await log.close();
    const file = machine.medium.file(LOG_FILE);
    for (let at = 1_024; at < file.seen.length; at += 7) {
      machine.medium.flip(file, at, at % 8);
      await expect(machine.open()).rejects.toMatchObject({ code: 'FRAME_DAMAGED' });
      machine.medium.flip(file, at, at % 8);
    }
    expect((await (await machine.open()).tip()).place).toBe(3);
  });

  it('loses nothing when a commit record is damaged', async () => {
    const machine = new Machine();
    await appendAll(await machine.open(), chain.slice(0, 3));
    const file = machine.medium.file(LOG_FILE);
    machine.medium.flip(file, new Journal(file).lastCommitAt() + 9, 3);
    expect(await collect(await machine.open(), originPosition())).toHaveLength(3);
  });

  it('names a full disk, and goes on when there is room again', async () => {
    const machine = new Machine();
    const log = await machine.open();
    await appendAll(log, chain.slice(0, 2));
    machine.medium.capacity = machine.medium.used() + 100;
    await expect(log.append(chain[2])).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', reason: 'disk full' });
    await expect(log.append(chain[2])).rejects.toMatchObject({ reason: 'failed before' });
    await log.close();
    machine.medium.capacity = Infinity;
    const again = await machine.open();
    expect((await again.tip()).place).toBe(2);
    await appendAll(again, chain.slice(2));
    expect(await collect(again)).toHaveLength(chain.length);
  });
});
