// Role engine: follows the events topic, takes over when nobody writes, and keeps snapshots here and at the brokers.

import { randomInt } from 'node:crypto';
import path from 'node:path';
import { DeadLetters, SnapshotsTopic } from '@tokenbourse/log-kafka';
import {
  FollowerThread,
  MarketEngine,
  SnapshotFiles,
  SystemClock,
  type EngineRole,
  type SequencerStatus,
  type WriterState,
} from '@tokenbourse/sequencer';
import { Brokers, kafkaSettings, nodeName } from '../brokers';
import { Health, type ReaderStatus } from '../health';
import { measured } from '../metrics/measured-log';
import { Metrics } from '../metrics/metrics';
import type { KafkaReaderOptions } from '../open-kafka-reader';
import type { KafkaOptions, ServerOptions } from '../options';
import { takeFolder } from '../own-folder';
import { SnapshotCarrier } from '../snapshot-carrier';
import { serveRole, type RunningRole } from './running-role';

const STATES: { readonly [R in EngineRole]: WriterState } = {
  STARTING: 'STARTING',
  FOLLOWING: 'FOLLOWING',
  WRITING: 'WRITING',
  FAILED: 'RECOVERING',
  STOPPED: 'STOPPED',
};

class EngineHealth extends Health {
  constructor(
    private readonly engine: MarketEngine,
    private readonly follower: FollowerThread,
  ) {
    super();
  }

  writer(): SequencerStatus {
    const { role, reason, sequence, last_stamp_us, queue_depth, takeovers, clock_doubt } = this.engine.status();
    const depths = { inbox_depth: queue_depth, inbox_limit: 0, recoveries: takeovers };
    const at = { sequence, last_stamp_us, ...depths };
    // It follows, but could not take over.
    if (clock_doubt !== '' && role !== 'STOPPED') return { state: 'CLOCK_IN_DOUBT', reason: clock_doubt, ...at };
    return { state: STATES[role], reason, ...at };
  }

  idMemory(): undefined {
    return undefined;
  }

  async readers(): Promise<readonly ReaderStatus[]> {
    const { state, reason, sequence } = await this.follower.status();
    const ready = state === 'FOLLOWING';
    return [{ reader: 'follower', ready, reason: ready ? '' : `${state}: ${reason}`, as_of_seq: sequence }];
  }
}

/** @throws what reaching the brokers or making the topics throws */
export async function startEngine(
  options: ServerOptions & { readonly kafka: KafkaOptions },
  tell: (message: string) => void,
): Promise<RunningRole> {
  const { market, kafka, data, snapshotRecords, takeoverMs, metricsPort } = options;
  const node = nodeName('engine');
  const brokers = new Brokers(kafkaSettings(kafka, node), market, tell);
  await brokers.ensureTopics(kafka);
  const { settings, topics } = brokers;
  const own = takeFolder(path.join(path.resolve(data), market), 'engine');
  const snapshotFolder = path.join(own.path, 'snapshots');
  const snapshots = new SnapshotFiles(snapshotFolder);
  const carrier = new SnapshotCarrier(snapshots, new SnapshotsTopic(settings, topics.snapshots, market), tell);
  await carrier.fetch();
  const commands = brokers.openCommands(node);
  const letters = new DeadLetters(settings, topics.deadLetters, market);
  const metrics = new Metrics('engine', market);
  const engine = new MarketEngine({
    openLog: async (signal) => {
      const log = await brokers.openFromSnapshot(snapshots, (from) => brokers.openLog(from, signal));
      return measured(log, metricsPort === 0 ? undefined : metrics);
    },
    commands,
    clock: new SystemClock(),
    chance: () => randomInt(2 ** 32) / 2 ** 32,
    snapshots,
    takeoverUs: takeoverMs * 1_000,
    deadLetter: ({ place: { offset, index }, reason, text }, signal) => {
      tell(`command ${offset}:${index} is none: ${reason}`);
      return letters.put({ offset, index, reason, value: text }, { signal });
    },
    onEvent: tell,
  });
  engine.start();
  const openerOptions: KafkaReaderOptions = { settings, market, snapshotFolder };
  const opener = path.join(__dirname, '../open-kafka-reader.js');
  const follower = new FollowerThread(
    { opener, openerOptions, snapshotFolder, everyRecords: snapshotRecords },
    (message) => {
      tell(message);
      carrier.carry();
    },
  );
  const health = new EngineHealth(engine, follower);
  return serveRole({ options, health, metrics, stateHash: () => engine.stateHash() }, async () => {
    await engine.stop();
    await follower.stop(engine.status().sequence);
    carrier.carry();
    await carrier.stop();
    letters.close();
    await commands.close();
    own.release();
  });
}
