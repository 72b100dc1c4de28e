/** The distributed log on Kafka: frames as JSON messages of one partition, read by offset and counted by their chain. */
export type { PayloadText, Skipped } from './frame-message';
export { KafkaEventLog } from './kafka-log';
export { KafkaLogReader, type KafkaLogOptions } from './kafka-log-reader';
export type { KafkaSettings, SaslSettings, TlsSettings } from './kafka-settings';
