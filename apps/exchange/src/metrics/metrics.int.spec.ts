// Metrics as Prometheus reads them.

import { Health, type ReaderStatus } from '../health';
import { Metrics } from './metrics';
import { serveMetrics } from './metrics-server';

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
  metrics.answered([{ type: 'Pinged', token: 1 }]);
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

test('refusals are counted by reason', async () => {
  const metrics = new Metrics('standalone', 'main');
  const refusal = { account: 1, contract: 1, code: 'GATE_CLOSED', needed: 0, available: 0, at_us: 0 } as const;
  metrics.answered([{ type: 'OrderRejected', ...refusal }]);
  expect(await metrics.registry.metrics()).toContain('tokenbourse_commands_refused_total{code="GATE_CLOSED"');
});
