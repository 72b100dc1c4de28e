// An engine on real brokers whose wall clock jumps a day ahead: nothing is stamped with it, until an operator confirms it or it is right
// again.

import { setTimeout as pause } from 'node:timers/promises';
import { decodeRecords, SECOND_US, type Command } from '@tokenbourse/domain';
import { originPosition } from '@tokenbourse/log';
import { CommandRelay, MarketEngine, OutcomePending, SystemClock } from '@tokenbourse/sequencer';
import { Brokers } from '../../apps/exchange/src/brokers';
import { openMarketCommand } from '../../apps/exchange/src/first-start';
import { sharedKafka } from '../support/brokers/kafka';

const DAY_US = 86_400 * SECOND_US;
const PATIENCE_MS = 40_000;

class JumpingClock extends SystemClock {
  aheadUs = 0;

  override wallUs(): number {
    return super.wallUs() + this.aheadUs;
  }
}

const register = (name: string): Command => ({ type: 'RegisterParticipant', command_id: name, name, role: 'TRADER' });

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

test('a clock a day ahead stamps nothing; set right it goes on, and confirmed it counts', async () => {
  const market = `clock-${process.pid}`;
  const brokers = new Brokers({ brokers: await sharedKafka() }, market, () => undefined);
  await brokers.ensureTopics({ brokers: [], replication: 1, commandHours: 168, tls: 'off' });
  const clock = new JumpingClock();
  const commands = brokers.openCommands('clock');
  const engine = new MarketEngine({
    openLog: () => brokers.openLog(),
    commands,
    clock,
    chance: () => 0,
    takeoverUs: SECOND_US / 2,
    deadLetter: () => Promise.reject(new Error('all are commands')),
  });
  const relay = new CommandRelay({
    commands,
    openLog: () => brokers.openLog(),
    clock: new SystemClock(),
    waitMs: 2_000,
  });
  ends.push(
    () => engine.stop(),
    () => relay.stop(),
    () => commands.close(),
  );
  engine.start();
  relay.start();
  /** Sent again under its id for as long as it is pending. */
  const surely = async (command: Command) => {
    for (const giveUpMs = performance.now() + PATIENCE_MS; ; await pause(50)) {
      try {
        return await relay.submit(command);
      } catch (error) {
        if (performance.now() > giveUpMs) throw error;
      }
    }
  };
  await surely({ ...openMarketCommand(market), command_id: 'open' });
  await surely(register('before'));

  clock.aheadUs = DAY_US;
  await expect(relay.submit(register('ahead'))).rejects.toThrow(OutcomePending);
  while (!engine.status().clock_doubt) await pause(20);
  expect(engine.status().clock_doubt).toContain('the wall clock jumped');
  clock.aheadUs = 0;
  const { at_us } = await surely(register('ahead'));
  expect(Math.abs(at_us - clock.wallUs())).toBeLessThan(DAY_US / 2);

  clock.aheadUs = DAY_US;
  await expect(relay.submit(register('confirmed'))).rejects.toThrow(OutcomePending);
  await surely({ type: 'ConfirmClock', command_id: 'sure', wall_us: clock.wallUs() });
  const confirmed = await surely(register('confirmed'));
  expect(confirmed.at_us).toBeGreaterThan(at_us + DAY_US / 2);

  const log = await brokers.openReader();
  const stamps: number[] = [];
  const firsts = new Map<string, number>();
  for await (const { frame } of log.read(originPosition())) {
    for (const { at_us, identity, events } of decodeRecords(frame.payload, frame.firstSequence)) {
      stamps.push(at_us);
      if (events[0]?.type === 'ParticipantRegistered') {
        firsts.set(identity!.command_id, (firsts.get(identity!.command_id) ?? 0) + 1);
      }
    }
  }
  expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
  expect(Object.fromEntries(firsts)).toEqual({ before: 1, ahead: 1, confirmed: 1 });
  await log.close();
}, 150_000);
