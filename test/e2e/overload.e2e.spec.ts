// Ten times the orders that the exchange sustains, from several client processes: what is refused says when to come again, what is
// acknowledged is in the log, cancels get through, memory is bounded. Longer: npm run overload.

import { LIFTED_LIMITS } from '../hostile/campaign';
import { faultsOf, overload, type OverloadReport } from '../hostile/overload';
import { verdictOf } from '../hostile/verdict';
import { dataFolder, ExchangeProcess } from '../support/exchange-process';

const PATIENCE_MS = 120_000;

async function overloaded(env: Readonly<Record<string, string>>, seconds: number): Promise<OverloadReport> {
  const folder = dataFolder();
  try {
    const exchange = await ExchangeProcess.start(folder.path, { env });
    const report = await overload(exchange, { seconds, measureSeconds: 2 });
    expect(await exchange.stop()).toMatchObject({ code: 0 });
    expect((await verdictOf(folder.path)).sound).toBe(true);
    return report;
  } finally {
    folder.remove();
  }
}

const refusals = ({ byAnswer }: OverloadReport, status: string): number =>
  Object.entries(byAnswer).reduce((sum, [answer, count]) => (answer.startsWith(status) ? sum + count : sum), 0);

test(
  'beyond what the machine can do: 503 with Retry-After, nothing acknowledged is lost, cancels get through',
  async () => {
    const report = await overloaded(LIFTED_LIMITS, 8);
    expect(faultsOf(report)).toEqual([]);
    expect(refusals(report, '503') + report.heldBack).toBeGreaterThan(report.due / 4);
    expect(report.byAnswer['201']).toBeGreaterThan(0);
  },
  PATIENCE_MS,
);

test(
  'beyond what a key may ask: 429 with Retry-After, cancels get through',
  async () => {
    const report = await overloaded({ TOKENBOURSE_RATE_LIMIT: '100' }, 3);
    expect(faultsOf(report)).toEqual([]);
    expect(refusals(report, '429')).toBeGreaterThan(0);
    // The allowance, with its reserve twice over for what was asked before.
    expect(report.byAnswer['201'] ?? 0).toBeLessThan(100 * 60);
  },
  PATIENCE_MS,
);
