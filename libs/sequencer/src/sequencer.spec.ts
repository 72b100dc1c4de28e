// The sequencer over a memory log: order, durability before answers, due work without commands, clock guard, recovery.

import {
  decodeRecords,
  HOUR_US,
  MINUTE_US,
  SECOND_US,
  type Command,
  type CommandOf,
  type MarketEvent,
} from '@tokenbourse/domain';
import {
  LogUnavailable,
  MemoryEventLog,
  originPosition,
  type EventLog,
  type Frame,
  type Position,
} from '@tokenbourse/log';

import { OPEN_MARKET } from '../../engine/testing/market-fixture';
import type { Clock } from './clock';
import { recover } from './recovery';
import { Sequencer } from './sequencer';
import { stateHash } from './snapshot-files';
import { InboxFull, OutcomeUnknown, WriterUnavailable } from './submission';

/** Clocks that a test moves. */
class TestClock implements Clock {
  wall = Date.UTC(2026, 10, 20, 13) * 1_000;
  monotonic = 0;
  private readonly wakers = new Set<() => void>();

  wallUs(): number {
    return this.wall;
  }

  monotonicUs(): number {
    return this.monotonic;
  }

  wakeAfter(delayUs: number, wake: () => void): () => void {
    if (delayUs <= 0) {
      const now = setImmediate(wake);
      return () => clearImmediate(now);
    }
    this.wakers.add(wake);
    return () => this.wakers.delete(wake);
  }

  pass(us: number): void {
    this.wall += us;
    this.monotonic += us;
    this.wakeAll();
  }

  wakeAll(): void {
    for (const wake of [...this.wakers]) {
      this.wakers.delete(wake);
      wake();
    }
  }
}

const soon = async (turns = 20): Promise<void> => {
  for (let i = 0; i < turns; i++) await new Promise((turned) => setImmediate(turned));
};

const register = (name: string, command_id = ''): Command => ({
  type: 'RegisterParticipant',
  command_id,
  name,
  role: 'TRADER',
});

async function started(log: EventLog = new MemoryEventLog(), clock = new TestClock(), inboxLimit = 1_000) {
  const sequencer = new Sequencer({ openLog: () => Promise.resolve(log), clock, inboxLimit });
  await sequencer.start();
  return { sequencer, clock, log };
}

const types = (events: readonly MarketEvent[]): string[] => events.map((event) => event.type);

/** A log whose frames become durable when the test says so. */
class SlowLog extends MemoryEventLog {
  frames = 0;
  private waiting: (() => void)[] = [];

  override async append(frame: Frame): Promise<Position> {
    this.frames += 1;
    await new Promise<void>((written) => this.waiting.push(written));
    return super.append(frame);
  }

  write(): void {
    for (const written of this.waiting.splice(0)) written();
  }

  writeFirst(): void {
    this.waiting.shift()?.();
  }
}

describe('sequencer', () => {
  test('answers each command with its own record, in order', async () => {
    const { sequencer, log } = await started();
    await sequencer.submit(OPEN_MARKET);
    const outcomes = await Promise.all(['a', 'b', 'c'].map((name) => sequencer.submit(register(name))));
    const sequences = outcomes.map((outcome) => outcome.sequence);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(outcomes.map(({ events }) => events[0])).toEqual([
      { type: 'ParticipantRegistered', participant: 1, name: 'a', role: 'TRADER' },
      { type: 'ParticipantRegistered', participant: 2, name: 'b', role: 'TRADER' },
      { type: 'ParticipantRegistered', participant: 3, name: 'c', role: 'TRADER' },
    ]);
    expect((await log.tip()).sequence).toBe(sequencer.status().sequence);
    await sequencer.stop();
  });

  test('what arrives while a frame is written becomes one frame, and the next is on its way before anybody is told', async () => {
    const log = new SlowLog();
    const { sequencer } = await started(log);
    const seen: string[] = [];
    const submit = (command: Command) =>
      sequencer.submit(command).then(() => seen.push(`told of ${log.frames} frames`));
    const all = [submit(OPEN_MARKET)];
    await soon();
    for (let i = 0; i < 10; i++) {
      all.push(submit(register(`p${i}`)));
      await soon(2);
    }
    expect([log.frames, seen]).toEqual([1, []]);
    log.write();
    await soon();
    expect([log.frames, seen]).toEqual([2, ['told of 2 frames']]);
    log.write();
    await Promise.all(all);
    expect([log.frames, seen.length]).toEqual([2, 11]);
    await sequencer.stop();
  });

  test('answers several commands of one sender together, each at its place, also those that found the inbox full', async () => {
    const { sequencer } = await started(undefined, undefined, 2);
    await sequencer.submit(OPEN_MARKET);
    const commands = ['a', 'b', 'c'].map((name) => register(name));
    const [a, b, c] = await sequencer.submitAll(commands);
    expect([a, b]).toMatchObject([{ events: [{ name: 'a' }] }, { events: [{ name: 'b' }] }]);
    expect(c).toBeInstanceOf(InboxFull);
    expect(await sequencer.submitAll([])).toEqual([]);
    await sequencer.stop();
    expect(await sequencer.submitAll([register('d')])).toEqual([expect.any(WriterUnavailable)]);
  });

  test('a full frame is decided while the one before is written, and nobody is told before his own frame counts', async () => {
    const log = new SlowLog();
    const sequencer = new Sequencer({ openLog: () => Promise.resolve(log), clock: new TestClock(), frameCommands: 2 });
    await sequencer.start();
    void sequencer.submit(OPEN_MARKET);
    for (let i = 0; i < 3; i++) {
      await soon();
      log.write(); // the opening, and what falls due with it
    }
    await soon();
    const before = log.frames;
    let told = 0;
    const all = ['a', 'b', 'c', 'd', 'e'].map((name) => sequencer.submit(register(name)).then(() => told++));
    await soon();
    expect([log.frames - before, told]).toEqual([2, 0]);
    log.writeFirst();
    await soon();
    expect(told).toBe(2);
    for (let i = 0; i < 3; i++) {
      log.write();
      await soon();
    }
    await Promise.all(all);
    expect([log.frames - before, told]).toEqual([3, 5]);
    await sequencer.stop();
  });

  test('does what falls due though no command comes', async () => {
    const { sequencer, clock } = await started();
    await sequencer.submit(OPEN_MARKET);
    await soon();
    const before = sequencer.status().sequence;
    clock.pass(HOUR_US);
    await soon();
    expect(sequencer.status().sequence).toBeGreaterThan(before);
    await sequencer.stop();
  });

  test('refuses at once what does not fit the inbox', async () => {
    const { sequencer } = await started(undefined, undefined, 2);
    const results = await Promise.allSettled([1, 2, 3, 4].map((n) => sequencer.submit(register(`p${n}`))));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect((results[3] as PromiseRejectedResult).reason).toBeInstanceOf(InboxFull);
    await sequencer.stop();
  });

  test('stops with everything answered, and another one goes on from the log with the same state', async () => {
    const log = new MemoryEventLog();
    const keep = Object.assign(Object.create(log) as EventLog, { close: () => Promise.resolve() });
    const { sequencer, clock } = await started(keep);
    void sequencer.submit(OPEN_MARKET);
    const last = sequencer.submit(register('late'));
    const hash = await sequencer.stop();
    await expect(last).resolves.toBeDefined();
    await expect(sequencer.submit(register('x'))).rejects.toBeInstanceOf(WriterUnavailable);
    const { fold } = await recover(log, undefined);
    expect(stateHash(fold.state)).toBe(hash);
    const next = new Sequencer({ openLog: () => Promise.resolve(keep), clock });
    await next.start();
    const outcome = await next.submit(register('next'));
    expect(outcome.events[0]).toMatchObject({ participant: 2 });
    await next.stop();
  });
});

describe('clock guard', () => {
  test.each([
    ['forwards', 86_400_000_000],
    ['backwards', -5_000_000],
  ])('stamps nothing after a jump %s until an operator confirms', async (_, jump) => {
    const { sequencer, clock } = await started();
    await sequencer.submit(OPEN_MARKET);
    await soon();
    clock.wall += jump;
    clock.wakeAll();
    const before = sequencer.status().sequence;
    await soon();
    expect(sequencer.status()).toMatchObject({ state: 'CLOCK_IN_DOUBT', sequence: before });
    expect(sequencer.status().reason).toMatch(/jumped by/);
    await expect(sequencer.submit(register('x'))).rejects.toBeInstanceOf(WriterUnavailable);
    const confirm: CommandOf<'ConfirmClock'> = { type: 'ConfirmClock', command_id: '', wall_us: clock.wall };
    expect(types((await sequencer.submit(confirm)).events)).toEqual(['ClockConfirmed']);
    expect(sequencer.status().state).toBe('WRITING');
    expect(types((await sequencer.submit(confirm)).events)).toEqual(['CommandRejected']);
    await sequencer.stop();
  });

  test('turns away what waited when the doubt came up, and takes the confirmation behind it', async () => {
    const { sequencer, clock } = await started();
    await sequencer.submit(OPEN_MARKET);
    await soon();
    clock.wall += 86_400_000_000;
    const confirm: Command = { type: 'ConfirmClock', command_id: '', wall_us: clock.wall };
    const [waited, confirmed] = await Promise.allSettled([sequencer.submit(register('x')), sequencer.submit(confirm)]);
    expect(waited).toMatchObject({ status: 'rejected', reason: { code: 'WRITER_UNAVAILABLE' } });
    expect(confirmed).toMatchObject({ status: 'fulfilled', value: { events: [{ type: 'ClockConfirmed' }] } });
    await soon();
    expect(sequencer.status().state).toBe('WRITING');
    await sequencer.stop();
  });

  test('takes no confirmation that came before the clock was set', async () => {
    const { sequencer, clock } = await started();
    await sequencer.submit(OPEN_MARKET);
    await soon();
    const early = Promise.allSettled([sequencer.submit({ type: 'ConfirmClock', command_id: '', wall_us: clock.wall })]);
    clock.wall += 86_400_000_000;
    await soon();
    expect(await early).toMatchObject([{ status: 'rejected', reason: { code: 'WRITER_UNAVAILABLE' } }]);
    expect(sequencer.status().state).toBe('CLOCK_IN_DOUBT');
    await sequencer.stop();
  });

  test('sees a jump that comes while the writer recovers', async () => {
    const clock = new TestClock();
    const log = new FailingLog(new MemoryEventLog(), { at: 9, written: false });
    const { sequencer } = await started(log, clock);
    await sequencer.submit(OPEN_MARKET);
    await soon();
    log.appends = 8;
    const lost = Promise.allSettled([sequencer.submit(register('lost'))]);
    await soon();
    expect(sequencer.status().state).toBe('RECOVERING');
    clock.wall += 86_400_000_000;
    clock.wakeAll();
    await lost;
    await soon();
    expect(sequencer.status()).toMatchObject({ state: 'CLOCK_IN_DOUBT', recoveries: 1 });
    expect(sequencer.status().reason).toMatch(/jumped by 86400\.0 s/);
    await sequencer.stop();
  });

  test('starts in doubt when the wall clock is behind the log', async () => {
    const log = new MemoryEventLog();
    const keep = Object.assign(Object.create(log) as EventLog, { close: () => Promise.resolve() });
    const { sequencer } = await started(keep);
    await sequencer.submit(OPEN_MARKET);
    await sequencer.stop();
    const clock = new TestClock();
    clock.wall -= MINUTE_US;
    const late = new Sequencer({ openLog: () => Promise.resolve(keep), clock });
    await late.start();
    expect(late.status()).toMatchObject({ state: 'CLOCK_IN_DOUBT' });
    expect(late.status().reason).toMatch(/60\.0 s behind/);
    await late.stop();
  });
});

/** A log that refuses the append of given numbers, having written the frame or not. */
class FailingLog implements EventLog {
  appends = 0;
  readonly read = this.inner.read.bind(this.inner);
  readonly follow = this.inner.follow.bind(this.inner);
  readonly tip = this.inner.tip.bind(this.inner);
  readonly locate = this.inner.locate.bind(this.inner);

  constructor(
    private readonly inner: EventLog,
    private readonly failing: { at: number; written: boolean },
  ) {}

  async append(frame: Frame): Promise<Position> {
    this.appends += 1;
    if (this.appends !== this.failing.at) return this.inner.append(frame);
    if (this.failing.written) await this.inner.append(frame);
    throw new LogUnavailable('disk full', 'test');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('recovery', () => {
  test.each([
    ['the frame was written', true, 'fulfilled'],
    ['nothing was written', false, 'rejected'],
  ])('after a failed append of which %s, the caller learns the truth', async (_, written, expected) => {
    const clock = new TestClock();
    const log = new FailingLog(new MemoryEventLog(), { at: 3, written });
    const sequencer = new Sequencer({ openLog: () => Promise.resolve(log), clock });
    await sequencer.start();
    await sequencer.submit(OPEN_MARKET);
    await soon();
    log.appends = 2;
    const hit = sequencer.submit(register('hit', 'id-1'));
    const settled = Promise.allSettled([hit]);
    for (let i = 0; i < 10; i++) {
      await soon(5);
      clock.wakeAll();
    }
    const [result] = await settled;
    expect(result!.status).toBe(expected);
    expect(sequencer.status()).toMatchObject({ state: 'WRITING', recoveries: 1 });
    const again = await sequencer.submit(register('hit', 'id-1'));
    expect(types(again.events)).toEqual([written ? 'CommandRepeated' : 'ParticipantRegistered']);
    await sequencer.stop();
  });

  test('that takes long keeps nobody waiting, and tells nobody more than it knows; the market goes on afterwards', async () => {
    const clock = new TestClock();
    const log = new FailingLog(new MemoryEventLog(), { at: 3, written: true });
    let isGone = false;
    const openLog = (): Promise<EventLog> =>
      isGone ? Promise.reject(new LogUnavailable('no permission', 'test')) : Promise.resolve(log);
    const sequencer = new Sequencer({ openLog, clock });
    await sequencer.start();
    await sequencer.submit(OPEN_MARKET);
    await soon();
    log.appends = 2;
    isGone = true;
    const hit = sequencer.submit(register('hit', 'id-1'));
    const settled = Promise.allSettled([hit]);
    const together = sequencer.submitAll([register('one'), register('two')]);
    for (let i = 0; i < 10; i++) {
      await soon(5);
      clock.pass(SECOND_US);
    }
    expect(await settled).toEqual([{ status: 'rejected', reason: expect.any(OutcomeUnknown) }]);
    expect(await together).toEqual([expect.any(OutcomeUnknown), expect.any(OutcomeUnknown)]);
    const refused = await Promise.allSettled([sequencer.submit(register('late', 'id-2'))]);
    expect(refused).toMatchObject([
      { reason: { code: 'WRITER_UNAVAILABLE', reason: expect.stringContaining('no permission') } },
    ]);
    isGone = false;
    for (let i = 0; i < 10; i++) {
      await soon(5);
      clock.pass(SECOND_US);
    }
    expect(sequencer.status()).toMatchObject({ state: 'WRITING', recoveries: 1 });
    expect(types((await sequencer.submit(register('hit', 'id-1'))).events)).toEqual(['CommandRepeated']);
    await sequencer.stop();
  });

  test.each([true, false])(
    'with frames behind the one that failed (written: %s), all are answered with the truth',
    async (written) => {
      const clock = new TestClock();
      const inner = new MemoryEventLog();
      const log = new FailingLog(inner, { at: 4, written });
      const sequencer = new Sequencer({ openLog: () => Promise.resolve(log), clock, frameCommands: 1 });
      await sequencer.start();
      await sequencer.submit(OPEN_MARKET);
      await soon();
      log.appends = 2;
      const names = ['a', 'b', 'c', 'd', 'e'];
      const submitted = sequencer.submitAll(names.map((name) => register(name)));
      for (let i = 0; i < 20; i++) {
        await soon(5);
        clock.wakeAll();
      }
      const answers = await submitted;
      const registered: string[] = [];
      const counts = answers.map((answer) => !(answer instanceof Error));
      for await (const { frame } of inner.read(originPosition())) {
        for (const { events } of decodeRecords(frame.payload, frame.firstSequence)) {
          for (const event of events) if (event.type === 'ParticipantRegistered') registered.push(event.name);
        }
      }
      expect(registered).toEqual(names.filter((_, i) => counts[i]));
      expect(counts[0]).toBe(true);
      expect(counts[1]).toBe(written);
      expect(sequencer.status()).toMatchObject({ state: 'WRITING', recoveries: 1 });
      await sequencer.stop();
    },
  );

  test('a stop leaves nobody without an answer, also when the log can not be opened again', async () => {
    const clock = new TestClock();
    const log = new FailingLog(new MemoryEventLog(), { at: 9, written: false });
    let opened = 0;
    const openLog = (): Promise<EventLog> =>
      opened++ === 0 ? Promise.resolve(log) : Promise.reject(new LogUnavailable('medium failed', 'test'));
    const sequencer = new Sequencer({ openLog, clock });
    await sequencer.start();
    await sequencer.submit(OPEN_MARKET);
    await soon();
    log.appends = 8;
    const lost = Promise.allSettled([sequencer.submit(register('lost', 'id-1'))]);
    await soon();
    const stopped = sequencer.stop();
    await soon();
    clock.wakeAll();
    expect(await stopped).toBe('');
    expect(await lost).toMatchObject([{ status: 'rejected', reason: { code: 'OUTCOME_UNKNOWN' } }]);
  });

  test('a command that the engine fails on is recorded as failed, and the market goes on', async () => {
    const clock = new TestClock();
    const log = new FailingLog(new MemoryEventLog(), { at: 0, written: false });
    const sequencer = new Sequencer({ openLog: () => Promise.resolve(log), clock });
    await sequencer.start();
    await sequencer.submit(OPEN_MARKET);
    // A text that fits no record makes the codec throw in the middle of deciding.
    const poison = register('x'.repeat(70_000));
    const outcomes = Promise.all([
      sequencer.submit(register('a')),
      sequencer.submit(poison),
      sequencer.submit(register('b')),
    ]);
    for (let i = 0; i < 10; i++) {
      await soon(5);
      clock.wakeAll();
    }
    const [a, failed, b] = await outcomes;
    expect(types(failed.events)).toEqual(['CommandFailed']);
    expect([a, b].map(({ events }) => events[0])).toMatchObject([{ participant: 1 }, { participant: 2 }]);
    expect(sequencer.status()).toMatchObject({ state: 'WRITING', recoveries: 1 });
    await sequencer.stop();
  });
});
