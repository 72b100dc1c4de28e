// What must hold whenever a process has begun: what clients were told against what is in the log, and one state, whichever way
// it came about.

import { isDeepStrictEqual } from 'node:util';

import { fingerprintOf } from '@tokenbourse/domain';
import { auditState } from '@tokenbourse/engine';
import { Bell } from '@tokenbourse/log';
import { contentDigest } from '@tokenbourse/projections';
import { Fold, SnapshotFiles, stateHash } from '@tokenbourse/sequencer';

import { nameOf, type Attempt } from './clients';
import { snapshotFileSystem } from './disk/file-systems';
import { SNAPSHOT_FOLDER, type Exchange } from './exchange';
import { JournalReader } from './log/journal-reader';
import { LOG_FILE } from './log/simulated-log';
import type { World } from './world';

/** Whether all that was decided is durable, and has been folded by the read models. */
export function isSettled({ exchange }: World): boolean {
  if (exchange === undefined) return false;
  const { sequence } = exchange.sequencer.status();
  return exchange.sequencer.marketState?.sequence === sequence && exchange.models.store.sequence === sequence;
}

/** Settled, and the witness has seen all of it. */
export function isAtRest(world: World): boolean {
  return isSettled(world) && world.witness.sequence === world.exchange!.sequencer.status().sequence;
}

/** State and read models, compared; the exchange must be at rest. */
export async function compareStates(world: World): Promise<void> {
  const { exchange, witness, find, tally } = world;
  tally.checks += 1;
  const replayed = witness.stateHash();
  const live = exchange!.sequencer.marketState!;
  if (live.digest !== witness.state.digest) find('digest', `live ${live.digest}, replayed ${witness.state.digest}`);
  if (stateHash(live) !== replayed) find('state hash', `live ${stateHash(live)}, replayed ${replayed}`);
  for (const { rule, what } of auditState(live)) find(`conserved live: ${rule}`, what);
  witness.auditAll();
  await compareSnapshots(world, replayed);
  compareModels(world, exchange!);
}

/** Every snapshot that can be read, with the log's tail behind it, is the state as well. */
async function compareSnapshots(world: World, replayed: string): Promise<void> {
  const { medium, damage, find } = world;
  const files = new SnapshotFiles(SNAPSHOT_FOLDER, 3, snapshotFileSystem(world.outsidePort()));
  for (const info of files.list()) {
    if (damage.isSpoilt(info.file)) continue;
    try {
      const { state, position } = files.read(info);
      const fold = new Fold(state, position);
      for await (const frame of new JournalReader(medium.file(LOG_FILE), new Bell()).read(position)) fold.take(frame);
      const hash = stateHash(state);
      if (hash !== replayed) find('snapshot', `${info.file} and the tail give ${hash}, the log ${replayed}`);
    } catch (error) {
      find('snapshot', `${info.file}: ${String(error)}`);
    }
  }
}

function compareModels({ witness, find }: World, { models }: Exchange): void {
  const { failure } = models.store;
  if (failure !== undefined) return find('read models', failure.message);
  const [live, rebuilt] = [contentDigest(models.store), witness.modelsDigest()];
  if (live !== rebuilt) find('read models', `live ${live}, rebuilt ${rebuilt}`);
}

/** Told and logged: acknowledged is present exactly once and as told, refused is not, all else at most once. */
export function compareTold({ clients, witness, find }: World): void {
  const sure = new Map<string, number>();
  const possible = new Map<string, number>();
  const bySequence = new Map<number, Attempt>();
  const count = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const attempt of clients.attempts) {
    const name = nameOf(attempt.command);
    if (attempt.told !== 'not taken') count(possible, name);
    if (attempt.told !== 'acknowledged') continue;
    count(sure, name);
    const { sequence } = attempt.outcome!;
    const other = bySequence.get(sequence);
    if (other !== undefined)
      find('acknowledged', `record ${sequence} answers submissions ${other.number} and ${attempt.number}`);
    bySequence.set(sequence, attempt);
    if (attempt.verified) continue; // what the witness has read can't change any more
    attempt.verified = true;
    const wrong = wrongAnswer(attempt, witness.records[sequence]);
    if (wrong !== undefined) find('acknowledged', `submission ${attempt.number} (${name}): ${wrong}`);
  }
  for (const [name, expected] of sure) {
    const logged = witness.answers.get(name) ?? 0;
    if (logged < expected) find('acknowledged', `${name}: ${expected} acknowledged, ${logged} in the log`);
  }
  for (const [name, logged] of witness.answers) {
    const most = possible.get(name) ?? 0;
    if (logged > most) find('at most once', `${name}: ${logged} in the log, ${most} sent and not turned away`);
  }
}

function wrongAnswer({ command, outcome }: Attempt, record: World['witness']['records'][number]): string | undefined {
  if (record === undefined) return `acknowledged as record ${outcome!.sequence}, which is not in the log`;
  const { identity, at_us, events } = record;
  if (identity === null) return `record ${record.sequence} answers no command`;
  if (nameOf({ ...identity, type: identity.command }) !== nameOf(command)) {
    return `record ${record.sequence} answers ${nameOf({ ...identity, type: identity.command })}`;
  }
  if (command.command_id !== '' && identity.fingerprint !== fingerprintOf(command)) {
    return `record ${record.sequence} answers another request under its id`;
  }
  if (at_us !== outcome!.at_us) return `told time ${outcome!.at_us}, logged ${at_us}`;
  return isDeepStrictEqual(events, outcome!.events)
    ? undefined
    : `record ${record.sequence} says otherwise than was told`;
}
