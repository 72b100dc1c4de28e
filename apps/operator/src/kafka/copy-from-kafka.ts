// A market's log on Kafka, copied into a data folder: the same frames with the same ids, so that all commands for data folders
// work on it. Called again on the same folder, it copies what has come since.

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  FrameNotCounted,
  hex,
  lastSequence,
  originPosition,
  PositionBeforeStart,
  positionFromJson,
  PositionForeign,
  PositionPastEnd,
  positionToJson,
  sameId,
  type PlacedFrame,
  type Position,
} from '@tokenbourse/log';
import { framesOnce, marketsThere, marketTopics, type FrameOnce, type KafkaSettings } from '@tokenbourse/log-kafka';
import { LmdbEventLog } from '@tokenbourse/log-lmdb';

import { NoSuchMarket, RECORDS_AS_JSON } from './kafka-access';

/** Up to which place of the topic the folder's log has come: reading goes on there. Without it the topic is read from its start. */
const BOOKMARK = 'copied-from-kafka.json';
const ON_THEIR_WAY = 64;
const BOOKMARK_MS = 2_000;

export interface CopyFromKafka {
  readonly settings: KafkaSettings;
  readonly market: string;
  /** A missing or empty folder, or one that an earlier copy has made. */
  readonly folder: string;
  readonly onProgress: (fraction: number, record: number) => void;
  readonly tell: (message: string) => void;
}

export interface Copied {
  /** Of the folder's log. */
  readonly tip: Position;
  /** Frames that were not there before. */
  readonly frames: number;
}

/** What the folder holds is not what the topic holds. Nothing of the folder was changed from there on. */
export class OtherHistory extends Error {
  readonly code = 'OTHER_HISTORY';
}

/** @throws BrokerAway, BrokerRefuses, NoSuchMarket, OtherHistory, and the errors of LmdbEventLog.open and framesOnce */
export async function copyFromKafka(copying: CopyFromKafka): Promise<Copied> {
  const { settings, market, folder, tell } = copying;
  const markets = await marketsThere(settings);
  if (!markets.includes(market)) throw new NoSuchMarket(settings.brokers, market, markets);
  const log = await LmdbEventLog.open(folder, { market });
  try {
    const bookmark = readBookmark(folder);
    if (bookmark !== undefined && bookmark.sequence <= (await log.tip()).sequence) {
      try {
        return await copyAfter(bookmark, log, copying);
      } catch (error) {
        if (!isPlaceGone(error)) throw error;
        tell(`the topic is read from its start: ${error.message}`);
      }
    }
    return await copyAfter(originPosition(), log, copying);
  } finally {
    await log.close();
  }
}

async function copyAfter(from: Position, log: LmdbEventLog, copying: CopyFromKafka): Promise<Copied> {
  const { settings, market, folder, onProgress, tell } = copying;
  const topic = marketTopics(market).events;
  const onTrouble = (error: Error): void => tell(`the brokers: ${error.message}`);
  const held = await log.tip();
  let last = from;
  let frames = 0;
  let appending: Promise<unknown>[] = [];
  let markedAtMs = performance.now();
  const settle = async (): Promise<void> => {
    await Promise.all(appending);
    appending = [];
    if (performance.now() - markedAtMs < BOOKMARK_MS) return;
    writeBookmark(folder, last);
    markedAtMs = performance.now();
  };
  try {
    for await (const read of framesOnce({ settings, topic, market, text: RECORDS_AS_JSON, from, onTrouble })) {
      last = read.position;
      if (!isHeld(read, held)) {
        frames += 1;
        const appended = log.append(read.frame);
        appended.catch(() => undefined); // it is awaited with the others
        appending.push(appended);
      }
      if (appending.length >= ON_THEIR_WAY) await settle();
      onProgress(read.fraction, last.sequence);
    }
    await settle();
  } catch (error) {
    await Promise.allSettled(appending);
    if (!(error instanceof FrameNotCounted)) throw error;
    throw new OtherHistory(`${folder} goes on otherwise than ${topic}: ${error.message}`, { cause: error });
  }
  if (last.sequence < held.sequence) throw lostTail(topic, last, folder, held);
  if (last.sequence === held.sequence && !sameId(last.id, held.id)) throw otherFrame(last, held);
  writeBookmark(folder, last);
  return { tip: await log.tip(), frames };
}

/** Whether the folder has the frame already. @throws OtherHistory where it has another in its place */
function isHeld({ frame, position }: FrameOnce | PlacedFrame, held: Position): boolean {
  if (lastSequence(frame) < held.sequence) return true;
  if (frame.firstSequence > held.sequence) return false;
  if (position.sequence === held.sequence && sameId(position.id, held.id)) return true;
  throw otherFrame(position, held);
}

function otherFrame(position: Position, held: Position): OtherHistory {
  return new OtherHistory(
    `the copy ends with record ${held.sequence}, frame ${hex(held.id)}; ` +
      `the topic has frame ${hex(position.id)} there: it is another history's`,
  );
}

function lostTail(topic: string, last: Position, folder: string, held: Position): OtherHistory {
  return new OtherHistory(
    `${topic} ends with record ${last.sequence}, the copy in ${folder} with record ${held.sequence}: ` +
      'the brokers have lost the end of the log, or are others; npm run restore appends to them what the copy has more',
  );
}

function isPlaceGone(error: unknown): error is Error {
  return error instanceof PositionForeign || error instanceof PositionPastEnd || error instanceof PositionBeforeStart;
}

function readBookmark(folder: string): Position | undefined {
  const file = join(folder, BOOKMARK);
  if (!existsSync(file)) return undefined;
  try {
    return positionFromJson(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined; // it only saves reading
  }
}

function writeBookmark(folder: string, position: Position): void {
  const file = join(folder, BOOKMARK);
  writeFileSync(`${file}.part`, JSON.stringify(positionToJson(position)));
  renameSync(`${file}.part`, file);
}
