// Role projector: folds the events topic into the read store, and publishes the trades for outsiders.

import path from 'node:path';
import { TradesTopic } from '@tokenbourse/log-kafka';
import { RedisProjector } from '@tokenbourse/projections-redis';
import type { KafkaLogReader } from '@tokenbourse/log-kafka';
import type { SequencerStatus } from '@tokenbourse/sequencer';
import { Brokers, kafkaSettings, nodeName } from '../brokers';
import { Health, type ReaderStatus } from '../health';
import { LocatedLog, openRecent } from '../located-log';
import { Metrics } from '../metrics/metrics';
import type { KafkaOptions, RedisOptions, ServerOptions } from '../options';
import { takeFolder } from '../own-folder';
import { openReadStore } from '../read-store';
import { TradesPublisher } from '../trades-publisher';
import { serveRole, type RunningRole } from './running-role';

class ProjectorHealth extends Health {
  private end = 0;

  constructor(
    private readonly log: KafkaLogReader,
    private readonly projector: RedisProjector,
    private readonly publisher: TradesPublisher,
  ) {
    super();
  }

  /** It has no writer; it stands by the log's end as it was last seen. */
  writer(): SequencerStatus {
    const nothing = { last_stamp_us: 0, inbox_depth: 0, inbox_limit: 0, recoveries: 0 };
    return { state: 'FOLLOWING', reason: '', sequence: this.end, ...nothing };
  }

  idMemory(): undefined {
    return undefined;
  }

  async readers(): Promise<readonly ReaderStatus[]> {
    const [{ ready, reason, as_of_seq, state, stored_sequence, told }, { sequence }] = await Promise.all([
      this.projector.status(),
      this.log.tip(),
    ]);
    this.end = sequence;
    const published = this.publisher.status();
    const stores = state === 'WRITING' || state === 'STANDING_BY';
    return [
      { reader: 'projector', ready, reason, as_of_seq },
      {
        reader: 'read store',
        ready: stores,
        reason: stores ? '' : `it is ${state}: ${told}`,
        as_of_seq: stored_sequence,
      },
      { reader: 'trades publisher', ...published, as_of_seq: published.as_of_seq ?? sequence },
    ];
  }
}

/** @throws what reaching the brokers, making the topics or a wrong Redis address throws */
export async function startProjector(
  options: ServerOptions & { readonly kafka: KafkaOptions; readonly redis: RedisOptions },
  tell: (message: string) => void,
): Promise<RunningRole> {
  const { market, kafka, data, retention } = options;
  const brokers = new Brokers(kafkaSettings(kafka, nodeName('projector')), market, tell);
  await brokers.ensureTopics(kafka);
  const own = takeFolder(path.join(path.resolve(data), market), 'projector');
  // What the fold lacks it reads by itself, from where its saved documents stand.
  const { redis, models: stored } = openReadStore(options);
  const log = await openRecent(stored, (from) => brokers.openReader(from));
  const folder = path.join(own.path, 'read-models');
  const projector = new RedisProjector({ redis, market, log, retention, folder, onEvent: tell });
  const folding = projector.run();
  const trades = new TradesTopic(brokers.settings, brokers.topics.trades, market);
  const publisher = new TradesPublisher(new LocatedLog(stored).over(log), trades, () => projector.store, tell);
  publisher.start();
  const health = new ProjectorHealth(log, projector, publisher);
  return serveRole({ options, health, metrics: new Metrics('projector', market) }, async () => {
    await publisher.stop();
    await projector.stop((await log.tip()).sequence);
    await folding;
    await log.close();
    redis.disconnect();
    own.release();
  });
}
