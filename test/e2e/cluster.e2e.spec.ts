// The exchange as several processes against a real Kafka and a real Redis: what is said at one place is true at all others,
// whatever is killed.

import { sharedKafka } from '../support/brokers/kafka';
import { sharedRedis } from '../support/brokers/redis';
import { ClusterTrial, type TrialTerms } from '../support/cluster-trial';

const TWO_OF_EACH = { apis: 2, engines: 2, projectors: 2, takeoverMs: 1_000, outcomeWaitMs: 2_000 };
const QUESTIONS = 500;

async function trial(terms: Partial<TrialTerms>, run: (trial: ClusterTrial) => Promise<void>): Promise<void> {
  const [kafka, redis] = [await sharedKafka(), await sharedRedis()];
  const started = await ClusterTrial.start({ kafka, redis, seed: 20_261_126, ...TWO_OF_EACH, ...terms });
  try {
    await run(started);
    await started.verify(QUESTIONS);
    expect(await started.stop()).toEqual([]);
  } finally {
    await started.kill();
  }
}

test('each role is killed under load, one after the other: standbys go on, and nothing is lost, doubled or invented', () =>
  trial({}, async (running) => {
    const { cluster } = running;
    await running.underLoad(async () => {
      await running.acknowledged(50);
      const writer = await cluster.untilWriter();
      await writer.kill();
      await running.untilAnswered();
      expect(await cluster.untilWriter()).not.toBe(writer);
      for (const member of [writer, cluster.projectors[0]!, cluster.apis[0]!]) {
        await cluster.restart(member);
        await running.acknowledged(50);
      }
    });
    expect(running.told.count('ACKNOWLEDGED')).toBeGreaterThan(150);
  }));
