// The steps of a run against the simulated Kafka that make something go wrong.

import { commandToJson, SECOND_US, type Command } from '@tokenbourse/domain';
import { sealFrame } from '@tokenbourse/log';

import { REFUSALS } from './disk/disk-faults';
import { putCommands } from './kafka-commands';
import { SNAPSHOT_FOLDER } from './kafka-nodes';
import type { KafkaStep } from './kafka-steps';
import type { KafkaWorld } from './kafka-world';

/** Does what the step says; false if it is none of these. */
export function doFault(world: KafkaWorld, { kind, draws }: KafkaStep): boolean {
  const [a = 0, b = 0, c = 0] = draws;
  const { broker, tally } = world;
  switch (kind) {
    case 'trouble':
      broker.troubled = 1 + (a % 7);
      world.time.after((b % 40) * SECOND_US, () => (broker.troubled = 0));
      return true;
    case 'away':
      tally.met('brokers away');
      broker.awayUntilUs = world.time.nowUs + (a % 31) * SECOND_US;
      return true;
    case 'kill':
      world.time.after(a % 2_000_000, () => kill(world, b, c));
      return true;
    case 'killAll':
      killAll(world, a, b);
      return true;
    case 'reader':
      failLogs(world, a);
      return true;
    case 'disk':
      disk(world, a, b, c);
      return true;
    case 'freeze':
      world.time.after(a % 300_000, () => freeze(world, b, c));
      return true;
    case 'stranger':
      stranger(world, a, b);
      return true;
    case 'replay':
      replay(world, a, b, c);
      return true;
    case 'cutTopic':
      cutTopic(world, a, b);
      return true;
    case 'clock':
      setClock(world, a, b, c);
      return true;
    default:
      return false;
  }
}

const DOWN_US = [50_000, SECOND_US, 5 * SECOND_US, 40 * SECOND_US] as const;

function kill(world: KafkaWorld, b: number, c: number): void {
  const { tally, engines, relays, projector } = world;
  const downUs = DOWN_US[c % DOWN_US.length]!;
  if (b % 8 === 0) {
    tally.met('projectors killed');
    world.kill(projector, downUs);
  } else if (b % 8 <= 2) {
    tally.met('relays killed');
    world.kill(relays[c % relays.length]!, downUs);
  } else {
    tally.met('engines killed');
    // Mostly the one that writes.
    const writing = engines.filter(({ engine, process }) => process.alive && engine?.status().role === 'WRITING');
    const node = b % 8 <= 5 && writing.length > 0 ? writing[0]! : engines[c % engines.length]!;
    if (c % 3 === 0) {
      tally.met('engines that lost their snapshots');
      node.loseSnapshots();
    } else if (c % 3 === 1) {
      tally.met('engines whose power went');
      node.medium.cutPower(world.chance);
    }
    world.kill(node, downUs);
  }
}

/** All engines, or all there is; they begin again at one instant. */
function killAll(world: KafkaWorld, a: number, b: number): void {
  const { tally, engines, nodes } = world;
  tally.met('engines begun at one instant');
  for (const node of a % 3 === 0 ? nodes : engines) world.kill(node, DOWN_US[b % DOWN_US.length]!);
}

function failLogs(world: KafkaWorld, a: number): void {
  const { tally, engines, relays } = world;
  const all = [...relays, ...engines];
  const node = all[a % all.length]!;
  if (!node.process.alive || node.process.isFrozen) return;
  tally.met('logs that had to be opened again');
  node.failLogs();
}

/** The disk with the snapshots refuses, is full for a while, or has damaged the newest when its engine begins again. */
function disk(world: KafkaWorld, a: number, b: number, c: number): void {
  const { tally, engines, chance } = world;
  const node = engines[b % engines.length]!;
  if (a % 3 === 0) {
    const how = REFUSALS[c % 3]!;
    const operation = how === 'part' ? 'write' : (['write', 'flush', 'name'] as const)[b % 3]!;
    node.disk.refuse({ area: 'snapshots', operation, how, after: c % 5 });
  } else if (a % 3 === 1) {
    const { medium } = node;
    medium.capacity = medium.used() + (c % 4_000);
    world.time.after((b % 60) * SECOND_US, () => (medium.capacity = Infinity));
  } else if (node.damage.strike('snapshot', SNAPSHOT_FOLDER, chance) !== undefined) {
    tally.met('snapshots damaged');
    world.kill(node, DOWN_US[c % DOWN_US.length]!);
  }
}

function freeze(world: KafkaWorld, b: number, c: number): void {
  const { tally, engines, relays } = world;
  const writing = engines.filter(({ engine, process }) => process.alive && engine?.status().role === 'WRITING');
  const isRelay = b % 5 === 0;
  const node = isRelay ? relays[c % 2]! : (writing[0] ?? engines[c % engines.length]!);
  const { process } = node;
  if (!process.alive || process.isFrozen) return;
  tally.met(isRelay ? 'relays stopped and continued' : 'engines stopped and continued');
  process.freeze();
  world.time.after((1 + (c % 30)) * (SECOND_US / 2), () => process.goOn());
}

/** Somebody else writes to the topics: what is no command, what is no frame of the chain. */
function stranger(world: KafkaWorld, a: number, b: number): void {
  const { broker, tally } = world;
  if (a % 2 === 0) {
    tally.met('strangers on the commands topic');
    if (b % 3 === 0) broker.commands.put({ commands: undefined, fault: 'it is no JSON', value: '<xml>' });
    else putCommands(broker, b % 3 === 1 ? ['{"type":"Pong"}'] : ['no command', commandToJson(ping(`s${b}`))]);
    broker.tell();
    return;
  }
  tally.met('strangers on the events topic');
  const { events } = broker;
  const old = events[b % Math.max(1, events.length)]?.frame;
  if (old === undefined) return;
  const last = events[events.length - 1]!.frame;
  if (b % 3 === 0) broker.appendEvents([old]);
  else if (b % 3 === 1) broker.appendEvents([{ ...last, predecessor: last.id, firstSequence: last.firstSequence + 1 }]);
  else broker.appendEvents([sealFrame({ ...old, firstSequence: old.firstSequence + 7 }, old.payload)]);
}

const ping = (command_id: string): Command => ({ type: 'Ping', command_id, token: 0 });

/** Messages of the commands topic once more, or several of them in another order. */
function replay(world: KafkaWorld, a: number, b: number, c: number): void {
  const { broker, tally, chance } = world;
  const last = broker.commands.messages.slice(-12).map(({ commands }) => commands);
  const given = last.filter((commands) => commands !== undefined);
  if (given.length === 0) return;
  if (a % 2 === 0) {
    tally.met('messages again');
    putCommands(broker, given[b % given.length]!);
    return;
  }
  tally.met('messages in another order');
  const texts = given.slice(-(1 + (b % 5))).flat();
  for (let left = Math.min(texts.length, 1 + (c % 20)); left > 0; left--) {
    putCommands(broker, texts.splice(chance.index(texts.length), 1));
  }
}

/** Retention: mostly of what has been answered, now and then of what has not. */
function cutTopic(world: KafkaWorld, a: number, b: number): void {
  const { broker, witness } = world;
  const { commands } = broker;
  const safe = witness.answered.offset;
  if (a % 2 === 0) {
    commands.cut(Math.min(safe, commands.end));
    return;
  }
  for (const node of world.engines) world.kill(node, 10 * SECOND_US);
  world.time.after(6 * SECOND_US, () => {
    world.hasCut = true;
    commands.cut(b % 2 === 0 ? commands.end : Math.min(safe + 1 + (b % 5), commands.end));
  });
}

const JUMPS_US = [900_000, 2 * SECOND_US, 60 * SECOND_US, 1_500 * SECOND_US] as const;

function setClock(world: KafkaWorld, a: number, b: number, c: number): void {
  const { engines, tally } = world;
  tally.met('clocks set');
  const byUs = JUMPS_US[a % JUMPS_US.length]! * (b % 2 === 0 ? 1 : -1);
  const set = c % 3 === 0 ? engines : [engines[c % engines.length]!];
  for (const node of set) node.setClock(byUs);
  world.time.after((1 + (b % 30)) * SECOND_US, () => set.forEach((node) => node.setClock(0)));
}
