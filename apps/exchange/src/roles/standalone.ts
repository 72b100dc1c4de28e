// Role standalone: everything in one process, on an embedded log.

import { randomInt } from 'node:crypto';
import path from 'node:path';
import type { EventLog, LogReader } from '@tokenbourse/log';
import { LmdbEventLog } from '@tokenbourse/log-lmdb';
import { SeenIds, seenIdsMemory, WorkerReadModels } from '@tokenbourse/projections';
import {
  FollowerThread,
  Sequencer,
  SnapshotFiles,
  SystemClock,
  WriterUnavailable,
  type SequencerStatus,
} from '@tokenbourse/sequencer';
import { Health, type IdMemory, type ReaderStatus } from '../health';
import { measured } from '../metrics/measured-log';
import type { Metrics } from '../metrics/metrics';
import type { ServerOptions } from '../options';
import type { ExchangeParts } from '../exchange-parts';

/** Readers are woken at once after a pause, else this often: a message to a thread costs the writer as much as a command. */
const WAKE_INTERVAL_MS = 20;

/** Calls `wake` soon after `ring`, however often that is called. */
class Alarm {
  private timer: NodeJS.Timeout | undefined;
  private lastMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly wake: () => void) {}

  ring(): void {
    if (this.timer !== undefined) return;
    const waitMs = this.lastMs + WAKE_INTERVAL_MS - performance.now();
    if (waitMs <= 0) this.call();
    else this.timer = setTimeout(() => this.call(), waitMs);
  }

  silence(): void {
    clearTimeout(this.timer);
  }

  private call(): void {
    this.timer = undefined;
    this.lastMs = performance.now();
    this.wake();
  }
}

class StandaloneHealth extends Health {
  constructor(
    private readonly sequencer: Sequencer,
    private readonly follower: FollowerThread,
    private readonly models: WorkerReadModels,
  ) {
    super();
  }

  writer(): SequencerStatus {
    return this.sequencer.status();
  }

  idMemory(): IdMemory | undefined {
    const state = this.sequencer.marketState;
    if (state === undefined) return undefined;
    const { sequence, lastStampUs, outcomes } = state;
    return {
      decided: sequence,
      last_stamp_us: lastStampUs,
      window_us: outcomes.windowUs,
      forgotten_until_us: outcomes.forgottenUs,
    };
  }

  async readers(): Promise<readonly ReaderStatus[]> {
    const [follower, projector] = await Promise.all([this.follower.status(), this.models.status()]);
    return [
      {
        reader: 'follower',
        ready: follower.state === 'FOLLOWING',
        reason: follower.state === 'FOLLOWING' ? '' : `${follower.state}: ${follower.reason}`,
        as_of_seq: follower.sequence,
      },
      { reader: 'projector', ready: projector.ready, reason: projector.reason, as_of_seq: projector.as_of_seq },
    ];
  }
}

/**
 * Everything in one process: the log on LMDB in the data folder, the writer in this thread, follower and projector in threads
 * of their own.
 * @throws what opening the data folder, the log or the snapshots throws: errors with a `code` and a sentence
 */
export async function standaloneParts(
  options: Pick<ServerOptions, 'data' | 'market' | 'snapshotRecords' | 'retention'>,
  tell: (message: string) => void,
  metrics?: Metrics,
): Promise<ExchangeParts> {
  const folder = path.resolve(options.data);
  const { market, snapshotRecords, retention } = options;
  let log: EventLog | undefined;
  const openLog = async (): Promise<EventLog> => (log = measured(await LmdbEventLog.open(folder, { market }), metrics));
  // Opened once to see that the folder is ours before anything is written into it.
  let opened: EventLog | undefined = await openLog();
  const snapshotFolder = path.join(folder, 'snapshots');
  const sleepers: { wake(): void }[] = [];
  const alarm = new Alarm(() => {
    for (const sleeper of sleepers) sleeper.wake();
  });
  const sequencer = new Sequencer({
    openLog: async () => {
      const given = opened ?? (await openLog());
      opened = undefined;
      return given;
    },
    clock: new SystemClock(),
    snapshots: new SnapshotFiles(snapshotFolder),
    onAppended: () => alarm.ring(),
    onEvent: tell,
  });
  try {
    const { warnings } = await sequencer.start();
    for (const warning of warnings) tell(warning);
  } catch (error) {
    await log?.close();
    throw error;
  }
  const reader = { opener: path.join(__dirname, '../open-log-reader.js'), openerOptions: { folder, market } };
  const follower = new FollowerThread({ ...reader, snapshotFolder, everyRecords: snapshotRecords }, tell);
  const seenIds = seenIdsMemory(randomInt(2 ** 32));
  const models = new WorkerReadModels({
    seenIds,
    retention,
    ...reader,
    folder: path.join(folder, 'read-models'),
    saveEveryRecords: snapshotRecords,
    onEvent: tell,
  });
  sleepers.push(follower, models);
  const health = new StandaloneHealth(sequencer, follower, models);
  return {
    gateway: sequencer,
    models,
    seenIds: new SeenIds(seenIds),
    log: () => openReaderOf(log, sequencer),
    health,
    stop: async () => {
      const writersHash = await sequencer.stop();
      alarm.silence();
      const { sequence } = sequencer.status();
      const [followersHash] = await Promise.all([follower.stop(sequence), models.stop(sequence)]);
      if (writersHash !== '' && followersHash !== undefined && followersHash !== writersHash) {
        tell(
          `the follower's state hash ${followersHash} is not the writer's ${writersHash}: run verify before you start again`,
        );
      }
    },
  };
}

function openReaderOf(log: LogReader | undefined, sequencer: Sequencer): LogReader {
  const { state, reason } = sequencer.status();
  if (log === undefined || state === 'RECOVERING' || state === 'STOPPED') throw new WriterUnavailable(reason, 1_000);
  return log;
}
