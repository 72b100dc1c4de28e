// A data folder's log, carried to the topics of a market on Kafka: a backup brought back, or a market of one machine moved up. The
// same frames with the same chain; the commands topic then goes on where the log has answered the last command.

import { existsSync } from 'node:fs';

import { SnapshotUnreadable } from '@tokenbourse/engine';
import {
  FrameNotCounted,
  hex,
  originPosition,
  PositionForeign,
  PositionPastEnd,
  sameId,
  type Frame,
  type Position,
} from '@tokenbourse/log';
import {
  beginCommandsAt,
  ensureTopics,
  KafkaEventLog,
  marketTopics,
  SnapshotsTopic,
  type KafkaSettings,
  type TopicOptions,
} from '@tokenbourse/log-kafka';
import { LmdbLogReader } from '@tokenbourse/log-lmdb';
import { SnapshotFiles } from '@tokenbourse/sequencer';

import { RECORDS_AS_JSON } from './kafka-access';
import { OtherHistory } from './copy-from-kafka';

export interface CarryToKafka {
  readonly settings: KafkaSettings;
  /** The folder's own without it. */
  readonly market: string | undefined;
  readonly folder: string;
  readonly topicOptions: TopicOptions;
  readonly onProgress: (fraction: number, record: number) => void;
  /** Of the commands topic, up to where its first commands will stand. */
  readonly onFilled: (fraction: number, offset: number) => void;
  readonly tell: (message: string) => void;
}

export interface Carried {
  readonly market: string;
  /** Of the events topic, equal to the folder's in sequence and id. */
  readonly tip: Position;
  /** Frames that were not there before. */
  readonly frames: number;
  /** Offset that the next command gets. */
  readonly commandsFrom: number;
  /** Record of the snapshot that engines may start from; undefined where the folder has none that fits. */
  readonly snapshot: number | undefined;
}

const BYTES_ON_THEIR_WAY = 4 << 20;

/** @throws BrokerAway, BrokerRefuses, TopicsDiffer, TopicsRefused, OtherHistory, CommandsTopicAhead, and the errors of LmdbLogReader and KafkaEventLog */
export async function carryToKafka(carrying: CarryToKafka): Promise<Carried> {
  const { settings, folder, topicOptions, tell } = carrying;
  const source = await LmdbLogReader.open(folder);
  try {
    const market = carrying.market ?? source.folder.market;
    const topics = marketTopics(market);
    await ensureTopics(settings, market, topicOptions);
    const onTrouble = (error: Error): void => tell(`the brokers: ${error.message}`);
    const where = { settings, topic: topics.events, market, text: RECORDS_AS_JSON, onTrouble };
    const log = await KafkaEventLog.open(where);
    try {
      const from = await sharedPosition(source, await log.tip(), topics.events);
      const { frames, last } = await appendAll(source, from, log, carrying).catch((error: unknown) => {
        throw error instanceof FrameNotCounted ? otherWriter(topics.events, error) : error;
      });
      const commandsFrom = nextCommand(last);
      await beginCommandsAt(settings, topics.commands, commandsFrom, {
        onTrouble,
        onProgress: (done, all) => carrying.onFilled(done / all, done),
      });
      const snapshot = await giveSnapshot(source, log, new SnapshotsTopic(settings, topics.snapshots, market));
      return { market, tip: await log.tip(), frames, commandsFrom, snapshot };
    } finally {
      await log.close();
    }
  } finally {
    await source.close();
  }
}

/** Where the folder's log and the topic's are the same: the topic may hold a beginning of the folder's, and nothing else. */
async function sharedPosition(source: LmdbLogReader, topicTip: Position, topic: string): Promise<Position> {
  if (topicTip.sequence === 0) return originPosition();
  const { sequence } = await source.tip();
  if (topicTip.sequence > sequence)
    throw new OtherHistory(
      `${topic} reaches to record ${topicTip.sequence}, the folder to ${sequence}: it is not a topic to be restored`,
    );
  const ours = await source.locate(topicTip.sequence + 1);
  if (sameId(ours.id, topicTip.id)) return ours;
  throw new OtherHistory(
    `${topic} holds another history: after record ${topicTip.sequence} its frame is ${hex(topicTip.id)}, ` +
      `the folder's ${hex(ours.id)}; restore under another --market, or to other brokers`,
  );
}

function otherWriter(topic: string, cause: Error): OtherHistory {
  const what = `somebody else writes to ${topic}: stop the roles of this market while it is restored`;
  return new OtherHistory(`${what} (${cause.message})`, { cause });
}

async function appendAll(
  source: LmdbLogReader,
  from: Position,
  log: KafkaEventLog,
  { onProgress }: CarryToKafka,
): Promise<{ readonly frames: number; readonly last: Frame | undefined }> {
  const end = await source.tip();
  let last = await frameAt(source, from);
  let [frames, bytes, appending] = [0, 0, [] as Promise<unknown>[]];
  for await (const { frame, position } of source.read(from)) {
    last = frame;
    frames += 1;
    bytes += frame.payload.length;
    const appended = log.append(frame);
    appended.catch(() => undefined); // it is awaited with the others
    appending.push(appended);
    if (bytes < BYTES_ON_THEIR_WAY) continue;
    await Promise.all(appending);
    [bytes, appending] = [0, []];
    onProgress(position.place / end.place, position.sequence);
  }
  await Promise.all(appending);
  return { frames, last };
}

/** The last frame before a position; undefined at the origin. */
async function frameAt(source: LmdbLogReader, { sequence }: Position): Promise<Frame | undefined> {
  if (sequence === 0) return undefined;
  for await (const { frame } of source.read(await source.locate(sequence), { limit: 1 })) return frame;
  return undefined;
}

/** Commands of a message that was answered in part are not carried: they stood in the old topic alone, and the log says that they were passed. */
function nextCommand(last: Frame | undefined): number {
  if (last === undefined) return 0;
  const { toOffset, toIndex } = last.answers;
  return toIndex === 0 ? toOffset : toOffset + 1;
}

/** A snapshot of a record whose frame stands at the same place in both logs spares engines the reading of what is before. */
async function giveSnapshot(
  { folder }: LmdbLogReader,
  log: KafkaEventLog,
  topic: SnapshotsTopic,
): Promise<number | undefined> {
  try {
    if (!existsSync(folder.snapshots)) return undefined;
    const files = new SnapshotFiles(folder.snapshots);
    for (const info of files.list()) {
      try {
        for await (const _ of log.read(files.read(info).position, { limit: 1 })) break;
      } catch (error) {
        const isOther = error instanceof PositionForeign || error instanceof PositionPastEnd;
        if (isOther || error instanceof SnapshotUnreadable) continue;
        throw error;
      }
      await topic.put(info.sequence, null, [files.bytes(info)]);
      return info.sequence;
    }
    return undefined;
  } finally {
    topic.close();
  }
}
