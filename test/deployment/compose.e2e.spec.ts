// The compose file's roles with the environment that it gives them, as processes: they come up from nothing, are found healthy by the
// image's own health check, tell their metrics, and stop when they are asked to.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { TokenbourseClient } from '@tokenbourse/protocol';
import { parse } from 'yaml';
import { sharedKafka } from '../support/brokers/kafka';
import { sharedRedis } from '../support/brokers/redis';
import { ClusterMember, type ClusterRole } from '../support/cluster-member';
import { dataFolder } from '../support/exchange-process';

const ROOT = resolve(__dirname, '../..');
const ROLES = ['engine', 'projector', 'api'] as const;
const MARKET = `compose-${process.pid}`;

const compose = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, { environment: Record<string, string> }>;
};
const folder = dataFolder();
const members = new Map<ClusterRole, ClusterMember>();
const metricsPorts = new Map<ClusterRole, number>();

beforeAll(async () => {
  const [kafka, redis] = [(await sharedKafka()).join(','), await sharedRedis()];
  for (const role of ROLES) {
    const given = Object.entries(compose.services[role]!.environment).map(([name, value]) => [
      name,
      // What compose takes from the shell where it runs, and else leaves as is said there.
      value
        .replace(/^\$\{\w+:-(.*)\}$/, '$1')
        .replace('kafka:9092', kafka)
        .replace('redis://redis:6379', redis),
    ]);
    const env = { ...(Object.fromEntries(given) as Record<string, string>), TOKENBOURSE_MARKET: MARKET };
    const port = await freePort();
    metricsPorts.set(role, port);
    const data = join(folder.path, role, 'exchange');
    const member = new ClusterMember({ name: role, role, data, args: ['--metrics-port', `${port}`], env });
    members.set(role, member);
    member.spawn();
  }
  await Promise.all([...members.values()].map((member) => member.ready()));
}, 120_000);

afterAll(async () => {
  await Promise.all([...members.values()].map((member) => member.kill()));
  folder.remove();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** The exit code of the image's health check, as it stands there. */
function health(port: string): number | null {
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
  const [command, ...args] = JSON.parse(/^HEALTHCHECK [^[]*CMD (\[.*\])$/m.exec(dockerfile)![1]!) as string[];
  return spawnSync(command!, args, { env: { PATH: process.env.PATH, TOKENBOURSE_PORT: port } }).status;
}

async function metricsOf(role: ClusterRole): Promise<string> {
  return (await fetch(`http://127.0.0.1:${metricsPorts.get(role)}/metrics`)).text();
}

test.each(ROLES)('%s is healthy by the image’s own check, which finds nobody where nobody listens', (role) => {
  expect(health(new URL(members.get(role)!.url!).port)).toBe(0);
  expect(health('1')).toBe(1);
});

test('the first start keeps the keys that it made in a folder that was not there, and they count', async () => {
  const file = join(folder.path, 'api', 'exchange', 'admin.key');
  expect(existsSync(file)).toBe(true);
  const client = new TokenbourseClient(members.get('api')!.url!, readFileSync(file, 'utf8').trim());
  const made = await client.call('registerParticipant', { body: { name: 'Somebody', role: 'TRADER' } });
  expect(made).toMatchObject({ name: 'Somebody' });
});

test('each role tells what is to be watched, and together all that the dashboard shows', async () => {
  const figures = new Map<ClusterRole, string>();
  for (const role of ROLES) figures.set(role, await metricsOf(role));
  const expected: Record<ClusterRole, readonly string[]> = {
    engine: [
      'inbox_depth',
      'append_seconds_count',
      'events_total',
      'reader_lag_records',
      'writer_state',
      'log_sequence',
    ],
    projector: ['reader_lag_records', 'reader_ready', 'log_sequence'],
    api: ['inbox_depth', 'inbox_limit', 'request_seconds_count', 'reader_lag_records', 'reader_ready'],
  };
  for (const role of ROLES) {
    const text = figures.get(role)!;
    for (const name of expected[role])
      expect(text).toMatch(new RegExp(`^tokenbourse_${name}\\{[^}]*role="${role}"`, 'm'));
    expect(text).toMatch(/^process_resident_memory_bytes\{/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds\{/m);
  }
  const readers = [...[...figures.values()].join('\n').matchAll(/^tokenbourse_reader_lag_records\{reader="([^"]+)"/gm)];
  expect(readers.map(([, reader]) => reader).sort()).toEqual([
    'follower',
    'projector',
    'read store',
    'read store',
    'trades publisher',
  ]);
  const told = new Set(
    [...figures.values()].flatMap((text) => [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name)),
  );
  const dashboard = readFileSync(join(ROOT, 'deploy/grafana-dashboard.json'), 'utf8');
  const shown = [...dashboard.matchAll(/\b(tokenbourse|process|nodejs)_\w+/g)].map(([name]) =>
    name.replace(/_(bucket|sum|count)$/, ''),
  );
  expect(shown.length).toBeGreaterThan(10);
  expect(shown.filter((name) => !told.has(name))).toEqual([]);
});

test('each stops when it is asked to, with 0', async () => {
  const codes = await Promise.all(ROLES.map((role) => members.get(role)!.stop()));
  expect(codes).toEqual([0, 0, 0]);
});
