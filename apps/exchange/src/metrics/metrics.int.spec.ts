// Metrics as Prometheus reads them.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { encodeRecords } from '@tokenbourse/domain';
import { MemoryEventLog, NO_ANSWERS, ORIGIN, originPosition, sealFrame } from '@tokenbourse/log';
import { createServer, observeRequests } from '../http/server';
import { Health, type ReaderStatus } from '../health';
import { measured } from './measured-log';
import { Metrics } from './metrics';
import { serveMetrics } from './metrics-server';

const RECORD = { sequence: 1, at_us: 1, cause: 'DUE', cause_sequence: 0, identity: null } as const;

class KnownHealth extends Health {
  writer() {
    return {
      state: 'WRITING' as const,
      reason: '',
      sequence: 120,
      last_stamp_us: 1_800_000_000_000_000,
      inbox_depth: 7,
      inbox_limit: 4_096,
      recoveries: 1,
    };
  }

  idMemory(): undefined {
    return undefined;
  }

  async readers(): Promise<readonly ReaderStatus[]> {
    return [{ reader: 'projector', ready: false, reason: 'it reads', as_of_seq: 100 }];
  }
}

test('one line per figure, with role and market', async () => {
  const metrics = new Metrics('engine', 'main');
  metrics.watch(new KnownHealth());
  metrics.appended(0.002);
  metrics.wrote({ type: 'Pinged', token: 1 });
  metrics.request('placeOrder', 201, 0.001);
  const server = await serveMetrics(metrics, '127.0.0.1', 0);
  try {
    const reply = await fetch(`http://127.0.0.1:${server.port}/metrics`);
    expect(reply.headers.get('content-type')).toContain('version=0.0.4');
    const text = await reply.text();
    for (const line of [
      'tokenbourse_inbox_depth{role="engine",market="main"} 7',
      'tokenbourse_log_sequence{role="engine",market="main"} 120',
      'tokenbourse_writer_state{state="WRITING",role="engine",market="main"} 1',
      'tokenbourse_writer_state{state="RECOVERING",role="engine",market="main"} 0',
      'tokenbourse_reader_lag_records{reader="projector",role="engine",market="main"} 20',
      'tokenbourse_reader_ready{reader="projector",role="engine",market="main"} 0',
      'tokenbourse_append_seconds_bucket{le="0.0025",role="engine",market="main"} 1',
      'tokenbourse_events_total{type="Pinged",role="engine",market="main"} 1',
    ])
      expect(text).toContain(line);
    expect(text).toMatch(/tokenbourse_request_seconds_count\{[^}]*endpoint="placeOrder",status="201"[^}]*\} 1/);
    expect(text).toContain('process_resident_memory_bytes');
    expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(404);
  } finally {
    await server.close();
  }
});

test('a measured log is the log, and tells of each append and its events', async () => {
  const metrics = new Metrics('engine', 'main');
  const log = measured(new MemoryEventLog(), metrics);
  const payload = encodeRecords([{ ...RECORD, events: [{ type: 'Pinged', token: 1 }] }]);
  const frame = sealFrame(
    { predecessor: ORIGIN, firstSequence: 1, recordCount: 1, digest: 0, answers: NO_ANSWERS },
    payload,
  );
  expect(await log.append(frame)).toMatchObject({ sequence: 1 });
  expect(await log.tip()).toMatchObject({ sequence: 1 });
  expect(await log.locate(1)).toMatchObject({ sequence: 0 });
  const read: number[] = [];
  for await (const placed of log.read(originPosition())) read.push(placed.frame.firstSequence);
  expect(read).toEqual([1]);
  const text = await metrics.registry.metrics();
  expect(text).toContain('tokenbourse_append_seconds_count{role="engine",market="main"} 1');
  expect(text).toContain('tokenbourse_events_total{type="Pinged",role="engine",market="main"} 1');
  const bare = new MemoryEventLog();
  expect(measured(bare, undefined)).toBe(bare);
});

test('requests are observed with their route', async () => {
  const seen: unknown[] = [];
  const server = createServer();
  observeRequests(server, (endpoint, status) => seen.push([endpoint, status]));
  server.get('/known', { config: { endpoint: 'getLive' } }, () => 'here');
  await server.inject('/known');
  await server.inject('/unknown');
  expect(seen).toEqual([
    ['getLive', 200],
    ['none', 404],
  ]);
  await server.close();
});

test('the dashboard asks for the metrics that are there, and for all of ours', async () => {
  const text = readFileSync(path.resolve(__dirname, '../../../../deploy/grafana-dashboard.json'), 'utf8');
  const { panels } = JSON.parse(text) as { panels: { title: string; targets: { expr: string }[] }[] };
  const metrics = new Metrics('engine', 'main');
  metrics.watch(new KnownHealth());
  const known = new Set((await metrics.registry.getMetricsAsJSON()).map(({ name }) => name));
  // Whatever has labels in braces behind it is a metric.
  const asked = panels.map(({ targets }) => targets.flatMap(({ expr }) => expr.match(/\w+(?=\{)/g) ?? []));
  expect(asked.filter((names) => names.length === 0)).toEqual([]);
  const shown = new Set(asked.flat().map((name) => name.replace(/_(bucket|sum|count)$/, '')));
  expect([...shown].filter((name) => !known.has(name))).toEqual([]);
  const ours = [...known].filter((name) => name.startsWith('tokenbourse_'));
  expect(ours.filter((name) => !shown.has(name))).toEqual([]);
});

test('refusals are counted by reason', async () => {
  const metrics = new Metrics('standalone', 'main');
  const refusal = { account: 1, contract: 1, code: 'GATE_CLOSED', needed: 0, available: 0, at_us: 0 } as const;
  metrics.wrote({ type: 'OrderRejected', ...refusal });
  expect(await metrics.registry.metrics()).toContain('tokenbourse_commands_refused_total{code="GATE_CLOSED"');
});
