// A process of its own, for tests: `FOLDER URL MARKET` projects the log in a folder into Redis until it is killed.
import { LmdbLogReader } from '@tokenbourse/log-lmdb';
import { connectRedis } from '../connect';
import { RedisProjector } from '../redis-projector';

async function main([folder, url, market]: string[]): Promise<void> {
  const log = await LmdbLogReader.open(folder);
  // Nobody tells it that the log has grown: the reader is asked to look.
  setInterval(() => log.wake(), 5);
  await new RedisProjector({ redis: connectRedis({ url }), market, log }).run();
}

void main(process.argv.slice(2));
