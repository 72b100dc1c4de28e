/** The distributed log on Kafka: frames as JSON messages of one partition, read by offset and counted by their chain; and the market's other topics. */
export { type ChannelDescription, type HeaderDescription, type MessageDescription, marketChannels } from './channels';
export { type CommandsMessage, type CommandsTopicOptions, KafkaCommandsTopic } from './commands-topic';
export { type DeadLetter, DeadLetters } from './dead-letters';
export { type FrameOnce, framesOnce } from './frames-once';
export type { PayloadText, Skipped } from './frame-message';
export { KafkaEventLog } from './kafka-log';
export { KafkaLogReader, type KafkaLogOptions } from './kafka-log-reader';
export type { KafkaSettings, SaslSettings, TlsSettings } from './kafka-settings';
export {
  type Bounds,
  BrokerAway,
  BrokerRefuses,
  type Fetched,
  type NewMessage,
  OffsetOutOfRange,
  type Partition,
} from './partition';
export { OffsetBeforeStart, OffsetGap, OffsetPastEnd } from './partition-reader';
export { CommandsTopicAhead, beginCommandsAt } from './restored-commands';
export { partitionOf } from './kafkajs-partition';
export { SnapshotsTopic, type StoredSnapshot } from './snapshots-topic';
export type { SureOptions } from './sure-produce';
export {
  type MarketTopics,
  type TopicOptions,
  TopicsDiffer,
  TopicsRefused,
  type WrongSetting,
  ensureTopics,
  marketTopics,
  marketsThere,
} from './topics';
export { type PublishedTrade, type TradePlace, TradesTopic } from './trades-topic';
