// Brokers that ask for TLS and a password: the log and its topics are reached with the right ones, and the wrong ones are told by name.

import { hex } from '@tokenbourse/log';
import { collect } from '../../log/src/event-log.contract';
import { sampleChain } from '../../log/src/sample-chain';
import { type OwnKafka, startOwnKafka } from '../../../test/support/brokers/kafka';
import { KafkaEventLog } from './kafka-log';
import type { KafkaLogOptions } from './kafka-log-reader';
import type { KafkaSettings } from './kafka-settings';
import { opaqueText } from './opaque-text.fixture';
import { ensureTopics, marketTopics } from './topics';

const guard = { username: 'market', password: 'secret' };
const STATED = { replication: 1, commandsKeptMs: 86_400_000 };
let kafka: OwnKafka;
let right: KafkaSettings;

beforeAll(async () => {
  kafka = await startOwnKafka(1, { guard });
  const brokers = [`127.0.0.1:${kafka.brokers[0].thirdPort}`];
  right = { brokers, tls: { ca: kafka.ca }, sasl: { mechanism: 'plain', ...guard } };
});
afterAll(() => kafka?.stop());

const options = (settings: KafkaSettings, market: string): KafkaLogOptions => ({
  settings,
  topic: marketTopics(market).events,
  market,
  text: opaqueText,
  patienceMs: 1_000,
});

it.each(['plain', 'scram-sha-512'] as const)('TLS and %s', async (mechanism) => {
  const settings = { ...right, sasl: { mechanism, ...guard } };
  const market = `by-${mechanism}`;
  expect(await ensureTopics(settings, market, STATED)).toHaveLength(5);
  const log = await KafkaEventLog.open(options(settings, market));
  const chain = sampleChain({ frames: 3 });
  for (const frame of chain) await log.append(frame);
  expect((await collect(log)).map(({ frame }) => hex(frame.id))).toEqual(chain.map(({ id }) => hex(id)));
  await log.close();
});

it.each<[string, () => KafkaSettings, string, RegExp]>([
  [
    'a wrong password',
    () => ({ ...right, sasl: { ...right.sasl!, password: 'x' } }),
    'no permission',
    /[Aa]uthentication/,
  ],
  ['an unknown authority', () => ({ ...right, tls: true }), 'medium failed', /certificate/],
  ['no TLS', () => ({ ...right, tls: false }), 'medium failed', /./],
])('%s is told', async (_, settings, reason, what) => {
  await ensureTopics(right, 'main', STATED);
  const opening = KafkaEventLog.open(options({ ...settings(), connectMs: 1_000, requestMs: 1_500 }, 'main'));
  await expect(opening).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', reason });
  await expect(opening).rejects.toThrow(what);
});

it('who makes the topics is told what is wrong: what waiting can mend, and what it can not', async () => {
  const address = right.brokers.join(',');
  const password = { ...right, sasl: { ...right.sasl!, password: 'x' } };
  await expect(ensureTopics(password, 'main', STATED)).rejects.toMatchObject({
    code: 'BROKER_REFUSES',
    message: expect.stringContaining(`the brokers at ${address} refuse: SASL`),
  });
  await expect(ensureTopics({ ...right, tls: true }, 'main', STATED)).rejects.toMatchObject({
    code: 'BROKER_AWAY',
    message: expect.stringMatching(`no broker answers at ${address}: .*certificate`),
  });
});
