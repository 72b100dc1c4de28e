// Relays and engines over media in memory: one outcome per command, whoever writes, whatever comes twice.

import { commandToJson, decodeRecords, SECOND_US, type Command, type LogRecord } from '@tokenbourse/domain';
import { Engine } from '@tokenbourse/engine';
import {
  MemoryCommandsMedium,
  MemoryCommandsTopic,
  MemoryEventLog,
  MemoryMedium,
  originPosition,
  type CommandsTopic,
} from '@tokenbourse/log';

import { OPEN_MARKET } from '../../engine/testing/market-fixture';
import type { Clock } from './clock';
import { CommandRelay } from './command-relay';
import { MarketEngine, type EngineRole, type MarketEngineOptions } from './market-engine';
import { recover } from './recovery';
import { stateHash } from './snapshot-files';
import { CommandNotUnderstood, InboxFull, OutcomePending, OutcomeUnknown, WriterUnavailable } from './submission';

/** Time that passes when the test says so, a step at a time, everything that it sets going done before the next. */
class SteppedClock implements Clock {
  wall = Date.UTC(2026, 10, 20, 13) * 1_000;
  monotonic = 0;
  private readonly wakers = new Map<() => void, number>();

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
    const once = (): void => wake();
    this.wakers.set(once, this.monotonic + delayUs);
    return () => this.wakers.delete(once);
  }

  async pass(us: number): Promise<void> {
    for (let left = us; left > 0; left -= 50_000) {
      this.wall += 50_000;
      this.monotonic += 50_000;
      for (const [wake, at] of [...this.wakers]) {
        if (at > this.monotonic || !this.wakers.delete(wake)) continue;
        wake();
      }
      await turns(12);
    }
  }
}

/** Another machine's wall clock: by so much ahead. */
class AheadClock implements Clock {
  constructor(
    private readonly clock: Clock,
    private readonly aheadUs: number,
  ) {}

  wallUs(): number {
    return this.clock.wallUs() + this.aheadUs;
  }

  monotonicUs(): number {
    return this.clock.monotonicUs();
  }

  wakeAfter(delayUs: number, wake: () => void): () => void {
    return this.clock.wakeAfter(delayUs, wake);
  }
}

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((turned) => setImmediate(turned));
};

const register = (name: string, command_id = name): Command => ({
  type: 'RegisterParticipant',
  command_id,
  name,
  role: 'TRADER',
});

class Market {
  readonly clock = new SteppedClock();
  readonly events = new MemoryMedium();
  readonly queue = new MemoryCommandsMedium();
  readonly letters: string[] = [];
  private ids = 0;
  private readonly closers: (() => Promise<unknown>)[] = [];
  readonly told: string[] = [];

  constructor() {
    this.put(OPEN_MARKET);
  }

  put(...commands: readonly Command[]): void {
    this.queue.put({ commands: commands.map(commandToJson), fault: undefined, value: '' });
  }

  endOf = (): Promise<number> => new MemoryCommandsTopic(this.queue).end();

  engine(clock: Clock = this.clock, other: Partial<MarketEngineOptions> = {}): MarketEngine {
    const engine = new MarketEngine({
      openLog: () => Promise.resolve(new MemoryEventLog(this.events)),
      commands: new MemoryCommandsTopic(this.queue),
      clock,
      deadLetter: ({ reason }) => Promise.resolve(void this.letters.push(reason)),
      chance: () => 0,
      onEvent: (message) => this.told.push(message),
      ...other,
    });
    engine.start();
    this.closers.push(() => engine.stop());
    return engine;
  }

  async relay(commands: CommandsTopic = new MemoryCommandsTopic(this.queue), inboxLimit = 100): Promise<CommandRelay> {
    const openLog = (): Promise<MemoryEventLog> => Promise.resolve(new MemoryEventLog(this.events));
    const newId = (): string => `made-${(this.ids += 1)}`;
    const relay = new CommandRelay({ commands, openLog, clock: this.clock, inboxLimit, waitMs: 10_000, newId });
    relay.start();
    await turns(5);
    this.closers.push(() => relay.stop());
    return relay;
  }

  async records(): Promise<LogRecord[]> {
    const records: LogRecord[] = [];
    for await (const { frame } of new MemoryEventLog(this.events).read(originPosition())) {
      records.push(...decodeRecords(frame.payload, frame.firstSequence));
    }
    return records;
  }

  /** What a fold of the whole log gives. */
  async rebuilt(): Promise<string> {
    return stateHash((await recover(new MemoryEventLog(this.events), undefined)).fold.state);
  }

  async close(): Promise<void> {
    for (const close of this.closers.splice(0)) await close();
  }
}

let market: Market;
beforeEach(() => (market = new Market()));
afterEach(() => market.close());

const roles = (engines: readonly MarketEngine[]): EngineRole[] => engines.map((engine) => engine.status().role);
const outcomes = async (name: string): Promise<string[]> =>
  (await market.records()).filter(({ identity }) => identity?.command_id === name).map(({ events }) => events[0]!.type);

it('answers each caller with the record of his own command', async () => {
  const relay = await market.relay();
  const engine = market.engine();
  const answers = Promise.all([relay.submit(register('a')), relay.submitAll([register('b'), register('', '')])]);
  await market.clock.pass(4 * SECOND_US);
  const [first, rest] = await answers;
  const told = [first, ...rest].map((answer) => (answer instanceof Error ? answer : answer.events[0]));
  expect(told).toMatchObject(['a', 'b', ''].map((name) => ({ name })));
  expect(engine.status().role).toBe('WRITING');
  expect((await market.records()).every(({ identity }) => identity?.command_id !== '')).toBe(true);
});

it('has one writer at most that is heard when several start at once, and all come to the same state', async () => {
  const relay = await market.relay();
  const engines = [0, 7, 13].map((aheadUs) => market.engine(new AheadClock(market.clock, aheadUs)));
  const answers = relay.submitAll(Array.from({ length: 20 }, (_, i) => register(`p${i}`)));
  await market.clock.pass(8 * SECOND_US);
  expect((await answers).every((answer) => !(answer instanceof Error))).toBe(true);
  for (let i = 0; i < 20; i++) expect(await outcomes(`p${i}`)).toEqual(['ParticipantRegistered']);
  expect(roles(engines)).toContain('WRITING');
  const later = relay.submit(register('later'));
  await market.clock.pass(5 * SECOND_US);
  expect((await later).events).toHaveLength(1);
  expect(roles(engines).filter((role) => role === 'WRITING')).toHaveLength(1);
  const rebuilt = await market.rebuilt();
  for (const engine of engines) expect(await engine.stop()).toBe(rebuilt);
});

it('is taken over from a writer that stands still, whose frames no longer count when it goes on', async () => {
  const relay = await market.relay();
  const stopped = new SteppedClock();
  const old = market.engine(stopped);
  const first = relay.submit(register('first'));
  await stopped.pass(4 * SECOND_US);
  await market.clock.pass(50_000);
  await first;
  expect(old.status().role).toBe('WRITING');
  // Its timers stand; it wakes only for the command, and decides it when the other already has.
  const standby = market.engine();
  await market.clock.pass(SECOND_US);
  market.queue.put({ commands: ['no command'], fault: undefined, value: '' });
  await market.clock.pass(5 * SECOND_US);
  await stopped.pass(5 * SECOND_US);
  const second = relay.submit(register('second'));
  await Promise.all([market.clock.pass(5 * SECOND_US), stopped.pass(5 * SECOND_US)]);
  await second;
  expect(await outcomes('second')).toEqual(['ParticipantRegistered']);
  const rebuilt = await market.rebuilt();
  expect([await old.stop(), await standby.stop()]).toEqual([rebuilt, rebuilt]);
});

it('tells a message that comes again, later or out of its order, the first outcome', async () => {
  market.engine();
  const topic = new MemoryCommandsTopic(market.queue);
  const [a, b] = [commandToJson(register('a')), commandToJson(register('b'))];
  for (const batch of [[a, b], [b], [a, b, a]]) await topic.publish(batch);
  await market.clock.pass(4 * SECOND_US);
  expect(await outcomes('a')).toEqual(['ParticipantRegistered', 'CommandRepeated', 'CommandRepeated']);
  expect(await outcomes('b')).toEqual(['ParticipantRegistered', 'CommandRepeated', 'CommandRepeated']);
});

it('puts what is no command aside with the reason, and goes on', async () => {
  const relay = await market.relay();
  market.engine();
  market.queue.put({ commands: undefined, fault: 'it is no JSON', value: '<xml>' });
  market.queue.put({ commands: ['{"type":"Pong"}', commandToJson(register('b'))], fault: undefined, value: '' });
  const answer = relay.submit(register('a'));
  await market.clock.pass(4 * SECOND_US);
  expect((await answer).events).toHaveLength(1);
  const dropped = (await market.records()).flatMap(({ events }) =>
    events.filter(({ type }) => type === 'CommandsDropped'),
  );
  expect(dropped).toMatchObject([{ reason: 'UNREADABLE' }, { reason: 'UNREADABLE' }]);
  expect(market.letters).toEqual(['it is no JSON', 'type "Pong" is no command of this version']);
  expect(await outcomes('b')).toEqual(['ParticipantRegistered']);
});

it.each([
  ['before', 0],
  ['after', SECOND_US],
])(
  'tells who sent what the engine does not know, also where the topic says %s the log that it took it',
  async (_, us) => {
    // As a newer build's relay does before an older engine.
    const topic = new MemoryCommandsTopic(market.queue);
    const newer = Object.assign(new MemoryCommandsTopic(market.queue), {
      publish: async (texts: readonly string[]) => {
        const offset = await topic.publish(
          texts.map((text) => text.replace(/"RegisterParticipant"(.*"odd)/, '"Odd"$1')),
        );
        if (us > 0) await new Promise<void>((waited) => market.clock.wakeAfter(us, waited));
        return offset;
      },
    });
    const relay = await market.relay(newer);
    market.engine();
    const ready = relay.submit(register('ready'));
    await market.clock.pass(5 * SECOND_US);
    await ready;
    const answers = relay.submitAll(['a', 'odd-1', 'b', 'odd-2'].map((name) => register(name)));
    await market.clock.pass(3 * SECOND_US);
    const told = (await answers).map((answer) => (answer instanceof Error ? answer.message : answer.events[0]!.type));
    const passed = (id: string): RegExp => new RegExp(`does not understand the command ${id}, and passed it over`);
    const taken = 'ParticipantRegistered';
    expect(told).toEqual([
      taken,
      expect.stringMatching(passed('odd-1')),
      taken,
      expect.stringMatching(passed('odd-2')),
    ]);
    expect(relay.status().unanswered).toBe(0);
    const again = relay.submit(register('odd-1'));
    const refused = expect(again).rejects.toThrow(CommandNotUnderstood);
    await market.clock.pass(3 * SECOND_US);
    await refused;
    const later = relay.submit(register('c'));
    await market.clock.pass(3 * SECOND_US);
    expect((await later).events).toHaveLength(1);
  },
);

it('says pending when the wait ends for what was published, and forgets nothing of it', async () => {
  const relay = await market.relay();
  const waiting = relay.submit(register('a'));
  const told = expect(waiting).rejects.toThrow(OutcomePending);
  await market.clock.pass(12 * SECOND_US);
  await told;
  market.engine();
  await market.clock.pass(4 * SECOND_US);
  expect(await outcomes('a')).toEqual(['ParticipantRegistered']);
});

it('says unavailable for what surely was not published, unknown for what may have been', async () => {
  const topic = (error: Error): CommandsTopic =>
    Object.assign(new MemoryCommandsTopic(market.queue), { publish: () => Promise.reject(error) });
  const surely = await market.relay(topic(Object.assign(new Error('broker away'), { asked: false })));
  await expect(surely.submit(register('a'))).rejects.toThrow(WriterUnavailable);
  const perhaps = await market.relay(topic(Object.assign(new Error('connection cut'), { asked: true })));
  const told = expect(perhaps.submit(register('b'))).rejects.toThrow(OutcomeUnknown);
  await market.clock.pass(12 * SECOND_US);
  await told;
});

it('turns commands away when too many are without an answer, also when their callers have left', async () => {
  const relay = await market.relay(undefined, 2);
  const left = Promise.allSettled([relay.submit(register('a')), relay.submit(register('b'))]);
  await market.clock.pass(12 * SECOND_US);
  await left;
  await expect(relay.submit(register('c'))).rejects.toThrow(InboxFull);
  market.engine();
  const answered = market.clock.pass(4 * SECOND_US);
  await answered;
  const now = relay.submit(register('c'));
  await market.clock.pass(SECOND_US);
  expect((await now).events).toHaveLength(1);
});

it('keeps places for what takes risk away when all others are taken', async () => {
  const relay = await market.relay(undefined, 4);
  const cancel: Command = { type: 'CancelAllOrders', account: 1, contract: 0, command_id: '', tier: 0, side: 'ANY' };
  const waiting = ['a', 'b', 'c', 'd'].map((name) => relay.submit(register(name)));
  await expect(relay.submit(register('e'))).rejects.toThrow(InboxFull);
  const cancelled = relay.submit(cancel);
  await expect(relay.submit(cancel)).rejects.toThrow(InboxFull);
  market.engine();
  await market.clock.pass(4 * SECOND_US);
  expect((await cancelled).events[0]).toMatchObject({ type: 'CommandRejected', code: 'UNKNOWN_ACCOUNT' });
  expect(await Promise.all(waiting)).toHaveLength(4);
});

it('answers a command on which it failed with that, and goes on with all others where they stand', async () => {
  const relay = await market.relay();
  const engine = market.engine();
  // No command is known that does this: it would be a bug. So one is planted, in the middle of deciding.
  const { execute } = Engine.prototype;
  Engine.prototype.execute = function (command, atUs) {
    execute.call(this, command, atUs);
    if (command.command_id === 'poison') throw new Error('planted');
  };
  const answers = relay.submitAll([register('a'), register('poison'), register('b')]);
  await market.clock.pass(6 * SECOND_US).finally(() => (Engine.prototype.execute = execute));
  const types = (await answers).map((answer) => (answer instanceof Error ? answer : answer.events[0]!.type));
  expect(types).toEqual(['ParticipantRegistered', 'CommandFailed', 'ParticipantRegistered']);
  expect(await outcomes('a')).toEqual(['ParticipantRegistered']);
  expect(engine.status().role).toBe('WRITING');
  expect(market.told).toContainEqual(expect.stringContaining('the engine failed'));
  expect(await engine.stop()).toBe(await market.rebuilt());
});

it('stamps nothing while its clock is in doubt, until an operator confirms it on the topic', async () => {
  const relay = await market.relay();
  const engine = market.engine();
  const first = relay.submit(register('a'));
  await market.clock.pass(4 * SECOND_US);
  await first;
  market.clock.wall += 86_400 * SECOND_US;
  const second = relay.submit(register('b'));
  const told = expect(second).rejects.toThrow(OutcomePending);
  await market.clock.pass(12 * SECOND_US);
  await told;
  expect(await outcomes('b')).toEqual([]);
  const confirmed = relay.submit({ type: 'ConfirmClock', command_id: 'sure', wall_us: market.clock.wallUs() });
  await market.clock.pass(9 * SECOND_US);
  expect((await confirmed).events[0]!.type).toBe('ClockConfirmed');
  expect(await outcomes('b')).toEqual(['ParticipantRegistered']);
  expect(engine.status().role).toBe('WRITING');
});

it.each([
  ['read', 0],
  ['opened again at first', 1],
])('misses no answer while the events log could not be %s', async (_, failures) => {
  const engine = market.engine();
  await market.clock.pass(5 * SECOND_US);
  const log = new MemoryEventLog(market.events);
  let opened = 0;
  const openLog = async (): Promise<MemoryEventLog> => {
    opened += 1;
    if (opened === 1) return log;
    if (opened <= 1 + failures) throw new Error('the broker is away');
    return new MemoryEventLog(market.events);
  };
  const commands = new MemoryCommandsTopic(market.queue);
  const relay = new CommandRelay({ commands, openLog, clock: market.clock, waitMs: 10_000 });
  relay.start();
  await turns(5);
  const answer = relay.submit(register('a'));
  await log.close();
  await turns(20);
  expect(relay.status().ready).toBe(false);
  expect(await outcomes('a')).toEqual(['ParticipantRegistered']);
  await market.clock.pass(5 * SECOND_US);
  expect((await answer).events).toHaveLength(1);
  await engine.stop();
  await relay.stop();
});

it('goes on where the topic now starts when retention has cut what nobody answered, and the log says from where to where', async () => {
  market.put(register('dropped'));
  market.queue.cut(2);
  market.put(OPEN_MARKET, register('kept'));
  market.engine();
  await market.clock.pass(5 * SECOND_US);
  expect(await outcomes('dropped')).toEqual([]);
  expect(await outcomes('kept')).toEqual(['ParticipantRegistered']);
  expect(market.told).toContainEqual(expect.stringContaining('0:0 to 2:0'));
  const [first] = await market.records();
  expect(first).toMatchObject({ cause: 'DUE', identity: null });
  expect(first!.events).toEqual([
    { type: 'CommandsDropped', reason: 'RETENTION', from_offset: 0, from_index: 0, to_offset: 2, to_index: 0 },
  ]);
  for await (const { frame } of new MemoryEventLog(market.events).read(originPosition(), { limit: 1 })) {
    expect(frame.answers).toMatchObject({ fromOffset: 0, fromIndex: 0 });
    expect(frame.answers.toOffset).toBeGreaterThanOrEqual(2);
  }
});

it('finds in the log up to where commands have been answered', async () => {
  market.put(register('a'));
  market.engine();
  await market.clock.pass(5 * SECOND_US);
  const { fold } = await recover(new MemoryEventLog(market.events), undefined);
  expect(fold.answered).toEqual({ offset: 2, index: 0 });
});

it('asks an idle market whether somebody still answers', async () => {
  const first = market.engine();
  await market.clock.pass(5 * SECOND_US);
  await first.stop();
  const engine = market.engine();
  await market.clock.pass(8 * SECOND_US);
  expect((await market.records()).map(({ events }) => events[0]!.type)).toContain('Pinged');
  expect(engine.status().role).toBe('WRITING');
});

it('decides nothing where the commands topic has lost its end, and tells callers so, until it reaches far enough again', async () => {
  const relay = await market.relay();
  const engine = market.engine();
  const first = relay.submit(register('first'));
  await market.clock.pass(4 * SECOND_US);
  await first;
  const reached = market.queue.end;
  market.queue.messages.splice(0);
  market.queue.start = 0;
  market.queue.bell.ring();
  await market.clock.pass(8 * SECOND_US);
  expect(engine.status().reason).toMatch(
    `the commands topic ends at offset 0, but the log has answered commands up to offset ${reached}`,
  );
  await expect(relay.submit(register('lost'))).rejects.toThrow(WriterUnavailable);
  while (market.queue.end < reached) market.queue.put({ commands: undefined, fault: 'filler', value: '' });
  market.queue.cut(reached);
  const second = relay.submit(register('second'));
  await market.clock.pass(12 * SECOND_US);
  expect((await second).events).toHaveLength(1);
  expect(await outcomes('lost')).toEqual([]);
  expect(market.letters).toEqual([]);
});

it('keeps its state while the commands topic cannot be asked, and takes over when it can be again', async () => {
  const commands = new MemoryCommandsTopic(market.queue);
  let isAway = true;
  const end = (): Promise<number> => (isAway ? Promise.reject(new Error('the broker is away')) : market.endOf());
  let opened = 0;
  const openLog = async (): Promise<MemoryEventLog> => {
    opened += 1;
    return new MemoryEventLog(market.events);
  };
  const engine = market.engine(market.clock, { openLog, commands: Object.assign(commands, { end }) });
  await market.clock.pass(20 * SECOND_US);
  expect(engine.status()).toMatchObject({ role: 'FAILED', reason: expect.stringContaining('the broker is away') });
  expect(market.told.filter((message) => message.includes('the broker is away'))).toHaveLength(1);
  isAway = false;
  await market.clock.pass(5 * SECOND_US);
  expect(engine.status()).toMatchObject({ role: 'WRITING', reason: '' });
  expect(opened).toBe(1);
});

it('stands by again as soon as it sees who decides, without asking once more', async () => {
  const relay = await market.relay();
  const writer = market.engine();
  const first = relay.submit(register('first'));
  await market.clock.pass(4 * SECOND_US);
  await first;
  const asked = new MemoryCommandsTopic(market.queue);
  const commands = Object.assign(asked, { end: () => Promise.reject(new Error('the broker is away')) });
  const standby = market.engine(market.clock, { commands });
  await market.clock.pass(4 * SECOND_US);
  expect(standby.status()).toMatchObject({ role: 'FAILED', reason: expect.stringContaining('the broker is away') });
  const second = relay.submit(register('second'));
  await market.clock.pass(SECOND_US / 10);
  await second;
  expect([writer, standby].map((engine) => engine.status().role)).toEqual(['WRITING', 'FOLLOWING']);
  expect(standby.status().reason).toBe('');
});

it('is stopped, also when nothing that is under way ever ends', async () => {
  const never = new Promise<never>(() => undefined);
  const log = new MemoryEventLog(market.events);
  const stuck = market.engine(market.clock, {
    openLog: () => Promise.resolve(Object.assign(log, { append: () => untilClosed(log) })),
  });
  market.put(register('a'));
  await market.clock.pass(5 * SECOND_US);
  expect(stuck.status().role).toBe('WRITING');
  const opening = market.engine(market.clock, {
    openLog: (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  });
  market.queue.put({ commands: undefined, fault: 'it is no JSON', value: '' });
  const lettered = market.engine(market.clock, {
    deadLetter: (_, signal) => Promise.race([never, rejection(signal)]),
  });
  await market.clock.pass(5 * SECOND_US);
  const stopped = Promise.all([stuck, opening, lettered].map((engine) => engine.stop()));
  await market.clock.pass(4 * SECOND_US);
  await stopped;
});

const rejection = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

/** What an append is told by a log whose brokers never answer. */
async function untilClosed(log: MemoryEventLog): Promise<never> {
  for await (const _ of log.follow(await log.tip(), new AbortController().signal));
  throw new Error('closed');
}
