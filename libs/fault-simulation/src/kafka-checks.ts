// What must hold of a run against the simulated Kafka: what clients were told against the one history, and one state, whoever
// folded it.

import { isDeepStrictEqual } from 'node:util';

import { fingerprintOf, MINUTE_US, type LogRecord, type MarketEvent } from '@tokenbourse/domain';
import { contentDigest } from '@tokenbourse/projections';
import { Fold, stateHash } from '@tokenbourse/sequencer';

import { nameOf, type Attempt } from './clients';
import { SimulatedKafkaLog } from './kafka-events';
import type { EngineNode } from './kafka-nodes';
import type { KafkaWorld } from './kafka-world';

/** The engine keeps ids for as long at least, whatever limits are set. */
const IDS_KEPT_US = 5 * MINUTE_US;

/** As relays make them. */
const MADE_ID = /^[ab]-\d+$/;

/** Whether everything on the commands topic has its outcome, and every process has seen all that counts. */
export function isLevel({ engines, relays, projector, witness }: KafkaWorld): boolean {
  const { sequence } = witness;
  return (
    engines.every(({ engine }) => engine?.status().sequence === sequence) &&
    relays.every(({ relay }) => relay?.status().sequence === sequence) &&
    projector.models?.store.sequence === sequence &&
    witness.hasAnsweredAll
  );
}

/** State and read models, compared; all processes must be level. */
export async function compareCluster(world: KafkaWorld): Promise<void> {
  const { engines, projector, witness, find } = world;
  const replayed = witness.stateHash();
  for (const [index, { engine }] of engines.entries()) {
    const hash = stateHash(engine!.marketState!);
    if (hash !== replayed) find('state hash', `engine ${index} has ${hash}, replayed ${replayed}`);
  }
  for (const node of engines) await compareSnapshots(world, node, replayed);
  const { store } = projector.models!;
  if (store.failure !== undefined) return find('read models', store.failure.message);
  const [live, rebuilt] = [contentDigest(store), witness.modelsDigest()];
  if (live !== rebuilt) find('read models', `live ${live}, rebuilt ${rebuilt}`);
  witness.auditAll();
}

/** Every snapshot that was not damaged, with the log's tail behind it, is the state as well. */
async function compareSnapshots(
  { find, broker, witness }: KafkaWorld,
  node: EngineNode,
  replayed: string,
): Promise<void> {
  const { process, damage } = node;
  const files = node.snapshotFiles(process);
  const log = SimulatedKafkaLog.openNow(process, broker, () => undefined);
  for (const info of files.list()) {
    if (damage.isSpoilt(info.file)) continue;
    try {
      const { state, position, answered } = files.read(info);
      const fold = new Fold(state, position, answered);
      for await (const frame of log.read(position)) fold.take(frame);
      const hash = stateHash(state);
      if (hash !== replayed) find('snapshot', `${info.file} and the tail give ${hash}, the log ${replayed}`);
      if (!isDeepStrictEqual(fold.answered, witness.answered))
        find('snapshot', `${info.file} gives another next command`);
    } catch (error) {
      find('snapshot', `${info.file}: ${String(error)}`);
    }
  }
  await log.close();
}

/** A relay misses no record of a command from the first on that it was told of, however often it had to open the log. */
function compareRelayed({ relayed, witness, find }: KafkaWorld): void {
  for (const heard of relayed.values()) {
    const [first = 0, last = 0] = [heard[0], heard.at(-1)];
    const there = witness.records.filter(
      (record) => record?.identity != null && record.sequence >= first && record.sequence <= last,
    );
    if (there.length === heard.length && there.every((record, index) => record!.sequence === heard[index])) continue;
    find(
      'answers heard',
      `a relay was told of ${heard.length} records from ${first} to ${last}, there are ${there.length}`,
    );
  }
}

/** Told and logged: acknowledged is there as it was told, turned away is not there, and no command has two outcomes. */
export function compareToldByRelays(world: KafkaWorld): void {
  const { clients, witness, find, tally } = world;
  const sent = new Map<string, Attempt[]>();
  const nameless = new Map<number, Attempt>();
  for (const attempt of clients.attempts) {
    const { command, told, outcome } = attempt;
    if (told === 'pending') tally.met('outcomes pending');
    if (told === 'unknown') tally.met('outcomes unknown');
    if (told === 'acknowledged') compareAnswer(world, attempt);
    if (command.command_id === '') {
      const other = outcome && nameless.get(outcome.sequence);
      if (other)
        find('acknowledged', `record ${outcome.sequence} answers submissions ${other.number} and ${attempt.number}`);
      if (outcome) nameless.set(outcome.sequence, attempt);
      continue;
    }
    const name = nameOf(command);
    const same = sent.get(name);
    if (same === undefined) sent.set(name, [attempt]);
    else same.push(attempt);
  }
  for (const [name, attempts] of sent) {
    const isTurnedAway = attempts.every(({ told }) => told === 'not taken');
    if (isTurnedAway && witness.answers.has(name)) find('turned away', `${name} was turned away, and is in the log`);
    const mustBe = attempts.some(({ told }) => told === 'pending') && !world.hasCut;
    if (mustBe && !witness.answers.has(name)) find('pending', `${name} was told as taken, and is not in the log`);
  }
  compareOutcomes(world);
  compareNameless(world);
  compareRelayed(world);
}

function compareOutcomes({ witness, find }: KafkaWorld): void {
  const last = new Map<string, LogRecord>();
  for (const record of witness.records) {
    if (record?.identity == null || record.identity.command_id === '') continue;
    const name = nameOf({ ...record.identity, type: record.identity.command });
    const before = last.get(name);
    const repeated = record.events.find(({ type }) => type === 'CommandRepeated');
    if (repeated?.type === 'CommandRepeated' && repeated.first_sequence !== before?.sequence) {
      find('one outcome', `record ${record.sequence} repeats ${repeated.first_sequence}, not ${before?.sequence}`);
    }
    if (!record.events.some(isOutcome)) continue;
    if (before !== undefined && record.at_us - before.at_us < IDS_KEPT_US) {
      find(
        'one outcome',
        `${name} has the outcomes of records ${before.sequence} (${typesOf(before)}) and ${record.sequence} (${typesOf(record)})`,
      );
    }
    last.set(name, record);
  }
}

/** What was sent without an id has been carried out no more often than it was sent, for as long as ids are known, and turned away by nobody. */
function compareNameless({ clients, witness, find }: KafkaWorld): void {
  const sent = new Map<string, number>();
  for (const { command, told } of clients.attempts) {
    if (command.command_id !== '' || told === 'not taken') continue;
    sent.set(nameOf(command), (sent.get(nameOf(command)) ?? 0) + 1);
  }
  const done = new Map<string, number>();
  const ids = new Map<string, number>();
  for (const record of witness.records) {
    if (record?.identity == null || !record.events.some(isOutcome)) continue;
    const { identity } = record;
    const isNameless = identity.command_id === '' || MADE_ID.test(identity.command_id);
    if (!isNameless || identity.command === 'Ping') continue; // engines ask by pings without an id
    const name = nameOf({ ...identity, type: identity.command, command_id: '' });
    const before = identity.command_id === '' ? undefined : ids.get(identity.command_id);
    ids.set(identity.command_id, record.at_us);
    // A message that comes again later than that is a command of its own: its id has been forgotten.
    if (before !== undefined && record.at_us - before >= IDS_KEPT_US) continue;
    done.set(name, (done.get(name) ?? 0) + 1);
  }
  for (const [name, times] of done) {
    const most = sent.get(name) ?? 0;
    if (times > most) find('at most once', `${name} was carried out ${times} times, and sent ${most} times`);
  }
}

function compareAnswer({ witness, find }: KafkaWorld, { command, outcome, number }: Attempt): void {
  const { sequence, at_us, events } = outcome!;
  const wrong = (what: string): void => find('acknowledged', `submission ${number} (${nameOf(command)}): ${what}`);
  const record = witness.records[sequence];
  if (record?.identity == null) return wrong(`record ${sequence} is not in the log, or answers no command`);
  const { identity } = record;
  if (identity.command !== command.type) return wrong(`record ${sequence} answers a ${identity.command}`);
  if (command.command_id !== '') {
    if (nameOf({ ...identity, type: identity.command }) !== nameOf(command))
      wrong(`record ${sequence} answers another`);
    if (identity.fingerprint !== fingerprintOf(command)) wrong(`record ${sequence} answers another request of that id`);
  }
  if (at_us !== record.at_us || !isDeepStrictEqual(events, record.events))
    wrong('the log says otherwise than was told');
}

/** Whether it is the command's own: not the telling of another that was there before. */
function isOutcome(event: MarketEvent): boolean {
  return event.type !== 'CommandRepeated' && !('code' in event && event.code === 'COMMAND_ID_REUSED');
}

function typesOf({ events }: LogRecord): string {
  return events.map(({ type }) => type).join(', ');
}
