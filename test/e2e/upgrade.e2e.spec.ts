// The roles are renewed under load, one after the other, in the order of the operations page: no command is refused, none is lost, and
// the read store is answered from all the while. TOKENBOURSE_OLDER_BUILD names the folder of another version, in which `npm run build`
// has been run: they are then renewed from that one to this one.

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { KafkaCommandsTopic, marketTopics } from '@tokenbourse/log-kafka';
import { PendingReply } from '@tokenbourse/protocol';
import { sharedKafka } from '../support/brokers/kafka';
import { sharedRedis } from '../support/brokers/redis';
import type { ClusterMember } from '../support/cluster-member';
import { ClusterTrial } from '../support/cluster-trial';

const { TOKENBOURSE_OLDER_BUILD: OLDER } = process.env;
const QUESTIONS = 300;
const TEST_MS = 240_000;

let trial: ClusterTrial;

beforeAll(async () => {
  trial = await ClusterTrial.start({
    kafka: await sharedKafka(),
    redis: await sharedRedis(),
    apis: 2,
    takeoverMs: 1_000,
    outcomeWaitMs: 20_000,
    // A load balancer's look; of an older version it may be unknown.
    drainMs: OLDER === undefined ? 1_000 : undefined,
    snapshotRecords: 300,
    seed: 20_261_127,
    ...(OLDER && { main: join(OLDER, 'dist/apps/exchange/src/main.js') }),
  });
}, TEST_MS);

afterAll(async () => {
  await trial?.kill();
}, TEST_MS);

// An older engine may not know what this build's API node sends it.
(OLDER ? test.skip : test)(
  'an API node that is stopped tells who waits for an outcome where to ask for it',
  async () => {
    const { cluster } = trial;
    const [engine, api] = [cluster.engines[0]!, cluster.add('api')];
    api.spawn();
    await api.ready();
    const { account_id } = (await cluster.client().call('listAccounts', {})).data[0]!;
    engine.signal('SIGSTOP');
    const settings = { brokers: await sharedKafka() };
    const topic = marketTopics(cluster.market).commands;
    const commands = new KafkaCommandsTopic({ settings, topic, market: cluster.market, node: 'test' });
    const before = await commands.end();
    let answer: unknown;
    try {
      const waiting = cluster
        .client('admin', api)
        .call('deposit', {
          params: { account_id },
          body: { amount_usd: '1', reference: 'set-up-late' },
          idempotencyKey: 'set-up-late',
        })
        .catch((error: unknown) => error);
      while ((await commands.end()) === before) await pause(20);
      expect(await cluster.retire(api)).toBe(0);
      answer = await waiting;
    } finally {
      await commands.close();
      engine.signal('SIGCONT');
    }
    expect(answer).toBeInstanceOf(PendingReply);
    const { command_id } = (answer as PendingReply).pending;
    const asked = { params: { command_id }, query: { account_id } };
    while ((await cluster.client().call('getCommand', asked)).data.length === 0) await pause(50);
  },
  TEST_MS,
);

test(
  'the roles are renewed under load, and no client notices',
  async () => {
    const { cluster, load, told } = trial;
    const [oldEngine, oldProjector, ...oldApis] = [...cluster.engines, ...cluster.projectors, ...cluster.apis];
    const renewed = async (role: ClusterMember['role']): Promise<ClusterMember> => {
      const member = cluster.add(role);
      cluster.withoutClients.add(member);
      member.spawn();
      await member.ready();
      return member;
    };
    await trial.underLoad(async () => {
      await trial.acknowledged(50);
      const engine = await renewed('engine');
      await renewed('projector');
      expect(await cluster.retire(oldProjector!)).toBe(0);
      for (const _ of oldApis) await renewed('api');
      await trial.acknowledged(20);
      expect(await cluster.retire(oldEngine!)).toBe(0);
      await trial.acknowledged(50);
      expect(await cluster.untilWriter()).toBe(engine);
      cluster.withoutClients.clear();
      for (const old of oldApis) expect(await cluster.retire(old)).toBe(0);
      await trial.acknowledged(50);
    });
    await trial.verify(QUESTIONS);
    const { refusals, unanswered, pending, lastRefusal } = load;
    expect({ refusals, unanswered, pending, lastRefusal }).toEqual({ refusals: 0, unanswered: 0, pending: 0 });
    expect(told.faults).toEqual([]);
    expect(await trial.stop()).toEqual([]);
  },
  TEST_MS,
);
