/** The topics of a market: made with stated settings, and held against them when they are there already. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Admin, ConfigResourceTypes, Kafka } from 'kafkajs';
import { clientConfig } from './kafkajs-partition';
import type { KafkaSettings } from './kafka-settings';
import { BrokerAway, BrokerRefuses } from './partition';

export interface MarketTopics {
  readonly commands: string;
  readonly events: string;
  readonly trades: string;
  readonly snapshots: string;
  readonly deadLetters: string;
}

export function marketTopics(market: string): MarketTopics {
  const topic = (name: string): string => `tokenbourse.${market}.${name}`;
  return {
    commands: topic('commands'),
    events: topic('events'),
    trades: topic('trades'),
    snapshots: topic('snapshots'),
    deadLetters: topic('dead-letters'),
  };
}

export interface TopicOptions {
  /** Replicas of each topic; all but one of them must have a message before it counts (of one, that one). */
  readonly replication: number;
  /** How long commands are kept: longer than the longest expiry and any downtime. */
  readonly commandsKeptMs: number;
}

/** A frame's text is several times as long as its bytes, of which there are 512 KiB at most. */
export const MESSAGE_BYTES_MAX = 8 << 20;

const KNOWN_MS = 100;
const KNOWN_MS_MAX = 15_000;

const FOR_EVER = '-1';
/** Small segments, so that old snapshots are soon compacted away. */
const SNAPSHOT_SEGMENT_BYTES = 64 << 20;
const COMPACTION_LAG_MS = 3_600_000;

type Config = Readonly<Record<string, string>>;

/** What each topic of the market is made with. */
export function statedConfigs(market: string, { replication, commandsKeptMs }: TopicOptions): Map<string, Config> {
  const topics = marketTopics(market);
  const all = {
    'min.insync.replicas': String(Math.max(1, replication - 1)),
    'unclean.leader.election.enable': 'false',
    'max.message.bytes': String(MESSAGE_BYTES_MAX),
  };
  const kept = { ...all, 'cleanup.policy': 'delete', 'retention.bytes': FOR_EVER, 'retention.ms': FOR_EVER };
  return new Map<string, Config>([
    [topics.commands, { ...kept, 'retention.ms': String(commandsKeptMs) }],
    [topics.events, kept],
    [topics.trades, kept],
    [
      topics.snapshots,
      {
        ...all,
        'cleanup.policy': 'compact',
        'segment.bytes': String(SNAPSHOT_SEGMENT_BYTES),
        'max.compaction.lag.ms': String(COMPACTION_LAG_MS),
      },
    ],
    [topics.deadLetters, kept],
  ]);
}

export interface WrongSetting {
  readonly topic: string;
  readonly setting: string;
  readonly found: string;
  readonly expected: string;
}

/** Topics are there, but not as they must be. Nothing was changed. */
export class TopicsDiffer extends Error {
  override readonly name = 'TopicsDiffer';
  readonly code = 'TOPICS_DIFFER';

  constructor(readonly wrong: readonly WrongSetting[]) {
    const lines = wrong.map(
      ({ topic, setting, found, expected }) => `topic ${topic}: ${setting} is ${found}, it must be ${expected}`,
    );
    super(`${lines.join('; ')}. Alter the topic, or state the setting that it has`);
  }
}

/** The brokers would not make the topics. */
export class TopicsRefused extends Error {
  override readonly name = 'TopicsRefused';
  readonly code = 'TOPICS_REFUSED';

  constructor(reasons: string, options: ErrorOptions) {
    super(`the brokers refuse to make the market's topics: ${reasons}`, options);
  }
}

/**
 * Makes the market's topics that are missing, and looks at all of them. May run in several processes at once.
 * @returns the names of those that were made
 * @throws TopicsDiffer naming every setting that is not as stated; TopicsRefused; BrokerAway; BrokerRefuses
 */
export async function ensureTopics(
  settings: KafkaSettings,
  market: string,
  options: TopicOptions,
): Promise<readonly string[]> {
  return withAdmin(settings, async (admin) => {
    const stated = statedConfigs(market, options);
    const there = new Set(await admin.listTopics());
    const missing = [...stated.keys()].filter((topic) => !there.has(topic));
    if (missing.length > 0) await makeTopics(admin, missing, stated, options.replication);
    await assertAsStated(admin, stated, options.replication);
    if (missing.length > 0)
      await Promise.all(settings.brokers.map((broker) => untilLed(settings, broker, [...stated.keys()])));
    return missing;
  });
}

/**
 * The markets that have an events topic there.
 * @throws BrokerAway, BrokerRefuses
 */
export async function marketsThere(settings: KafkaSettings): Promise<readonly string[]> {
  const topics = await withAdmin(settings, (admin) => admin.listTopics());
  return topics.flatMap((topic) => /^tokenbourse\.(.+)\.events$/.exec(topic)?.[1] ?? []).sort();
}

/** Whether anybody answers is known at once; what is asked then is repeated for a while. */
async function withAdmin<T>(settings: KafkaSettings, work: (admin: Admin) => Promise<T>): Promise<T> {
  const config = clientConfig(settings);
  const [first, patient] = [config, { ...config, retry: { retries: 8 } }].map((each) => new Kafka(each).admin());
  try {
    await first!.connect();
    await patient!.connect();
    return await work(patient!);
  } catch (error) {
    throw error instanceof TopicsDiffer || error instanceof TopicsRefused ? error : named(settings, error as Error);
  } finally {
    await Promise.all([first!.disconnect(), patient!.disconnect()]);
  }
}

function named({ brokers }: KafkaSettings, error: Error): BrokerAway | BrokerRefuses {
  const said = error.message.replace(/\.$/, '');
  if (error.name === 'KafkaJSSASLAuthenticationError' || /SASL/.test(said))
    return new BrokerRefuses('no permission', `the brokers at ${brokers.join(',')} refuse: ${said}`, { cause: error });
  return new BrokerAway(`no broker answers at ${brokers.join(',')}: ${said}`, false, { cause: error });
}

async function makeTopics(
  admin: Admin,
  names: string[],
  stated: Map<string, Config>,
  replication: number,
): Promise<void> {
  const topics = names.map((topic) => ({
    topic,
    numPartitions: 1,
    replicationFactor: replication,
    configEntries: Object.entries(stated.get(topic)!).map(([name, value]) => ({ name, value })),
  }));
  try {
    await admin.createTopics({ waitForLeaders: false, topics });
  } catch (error) {
    const each = (error as { errors?: Error[] }).errors ?? [error as Error];
    throw new TopicsRefused([...new Set(each.map(({ message }) => message))].join('; '), { cause: error });
  }
}

/** A topic that was just made isn't known to every broker at once. */
async function untilKnown<T>(ask: () => Promise<T>): Promise<T> {
  for (const giveUpAt = performance.now() + KNOWN_MS_MAX; ; await pause(KNOWN_MS)) {
    try {
      return await ask();
    } catch (error) {
      if ((error as { retriable?: boolean }).retriable !== true || performance.now() > giveUpAt) throw error;
    }
  }
}

/**
 * The metadata name a new topic's leader before that broker knows of it, and refuses what comes meanwhile; and some broker may not know of the
 * topic at all. Whom this doesn't reach in time, or a broker that is away, finds out when it writes.
 */
async function untilLed(settings: KafkaSettings, broker: string, topics: string[]): Promise<void> {
  const giveUpAt = performance.now() + KNOWN_MS_MAX;
  const admin = new Kafka({ ...clientConfig(settings), brokers: [broker] }).admin();
  try {
    await admin.connect();
    for (const topic of topics) {
      while (!(await admin.fetchTopicOffsets(topic).catch(() => undefined)) && performance.now() < giveUpAt)
        await pause(KNOWN_MS);
    }
  } catch {
    return;
  } finally {
    await admin.disconnect();
  }
}

async function assertAsStated(admin: Admin, stated: Map<string, Config>, replication: number): Promise<void> {
  const wrong: WrongSetting[] = [];
  const names = [...stated.keys()];
  const { topics } = await untilKnown(() => admin.fetchTopicMetadata({ topics: names }));
  for (const { name: topic, partitions } of topics) {
    const expect = (setting: string, found: number | string, expected: number | string): void => {
      if (String(found) !== String(expected)) {
        wrong.push({ topic, setting, found: String(found), expected: String(expected) });
      }
    };
    expect('number of partitions', partitions.length, 1);
    expect('replication factor', partitions[0].replicas.length, replication);
  }
  const asked = [...stated].map(([name, config]) => ({
    type: ConfigResourceTypes.TOPIC,
    name,
    configNames: Object.keys(config),
  }));
  const { resources } = await untilKnown(() => admin.describeConfigs({ includeSynonyms: false, resources: asked }));
  for (const { resourceName, configEntries } of resources) {
    for (const [setting, expected] of Object.entries(stated.get(resourceName)!)) {
      const found = configEntries.find(({ configName }) => configName === setting)?.configValue ?? 'not told';
      if (found !== expected) wrong.push({ topic: resourceName, setting, found, expected });
    }
  }
  if (wrong.length > 0) throw new TopicsDiffer(wrong);
}
