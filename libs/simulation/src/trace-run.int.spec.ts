// Runs on an invented trace of 360 requests in about twenty minutes: three delivery windows come and go.

import { join } from 'node:path';

import { keynoteScenario } from './scenario/reader';
import { TraceError } from './trace/trace-error';
import { marketAtStart, runTrace, type TraceRun } from './trace-run';

const AZURE = join(__dirname, '../fixtures/invented-azure.csv');
const MOONCAKE = join(__dirname, '../fixtures/invented-mooncake.jsonl');
const scenario = keynoteScenario();

const micro = (usd: string): bigint => BigInt(usd.replace('.', ''));
const sum = (parts: readonly bigint[]): bigint => parts.reduce((total, part) => total + part, 0n);

describe('a run on a trace', () => {
  const market = marketAtStart(scenario);
  let run: TraceRun;
  beforeAll(async () => {
    run = await runTrace({ file: AZURE, scenario, seed: 1 }, market);
  });

  it('trades in all five tiers, over several windows that end and settle', () => {
    expect(run.figures.tiers.map(({ tier }) => tier)).toEqual(['FREE', 'MEDIUM', 'HIGH', 'PREMIUM', 'ULTRA']);
    for (const { trades, quantity_mtok } of run.figures.tiers) {
      expect(trades).toBeGreaterThan(10);
      expect(Number(quantity_mtok)).toBeGreaterThan(0);
    }
    expect(run.figures.windows_ended).toBeGreaterThanOrEqual(3);
    expect(run.figures.contracts_settled).toBe(5 * run.figures.windows_ended);
    expect(run.trace.requests).toBe(360);
  });

  it('conserves cash: deposits − withdrawals = available + held + escrow + fees, nothing left held', () => {
    const { cash } = run.figures;
    expect(micro(cash.deposits_usd) - micro(cash.withdrawals_usd)).toBe(
      sum([cash.available_usd, cash.held_usd, cash.escrow_usd, cash.fees_usd].map(micro)),
    );
    expect([cash.held_usd, cash.escrow_usd]).toEqual(['0.000000', '0.000000']);
    expect(micro(cash.fees_usd)).toBeGreaterThan(0n);
  });

  it('splits every payment into parts that add up to it, and tiers that add up to the total', () => {
    const { total, tiers } = run.figures.value_split;
    for (const row of [total, ...tiers]) {
      const links = [row.power_usd, row.equipment_usd, row.facility_usd, row.cloud_operator_usd];
      expect(sum([...links, row.model_licence_usd, row.reseller_usd].map(micro))).toBe(micro(row.payment_usd));
    }
    expect(sum(tiers.map(({ payment_usd }) => micro(payment_usd)))).toBe(micro(total.payment_usd));
    expect(total.exchange_fee_usd).toBe(run.figures.cash.fees_usd);
  });

  it('uses each factory’s energy once: sold + perished = budget, and no more offered than there is', () => {
    for (const { budget_mwh, sold_mwh, perished_mwh, offered_mwh, windows, power_mw } of run.figures.power) {
      expect(windows).toBe(run.figures.windows_ended);
      expect(Number(budget_mwh)).toBeCloseTo((Number(power_mw) * windows) / 12, 5);
      expect(Number(sold_mwh) + Number(perished_mwh)).toBeCloseTo(Number(budget_mwh), 5);
      expect(Number(sold_mwh)).toBeGreaterThan(0);
      expect(Number(offered_mwh)).toBeGreaterThanOrEqual(Number(sold_mwh));
      expect(Number(offered_mwh)).toBeLessThanOrEqual(Number(budget_mwh));
    }
  });

  it('leaves positions that add up to nothing in every contract, and no open order', async () => {
    const { data: accounts } = await market.models.accounts({ limit: 1_000 });
    const lots = new Map<number, number>();
    for (const { account } of accounts) {
      for (const position of (await market.models.positions(account, { limit: 1_000 })).data) {
        lots.set(position.contract, (lots.get(position.contract) ?? 0) + position.lots);
      }
      expect((await market.models.orders(account, { state: 'OPEN' })).data).toEqual([]);
    }
    expect(lots.size).toBeGreaterThan(10);
    expect([...lots.values()].filter((net) => net !== 0)).toEqual([]);
  });

  it('has every command refused only for reasons that a trader can meet', () => {
    const expected = ['UNKNOWN_ORDER', 'WOULD_TRADE', 'GATE_CLOSED', 'INSUFFICIENT_ENERGY', 'INSUFFICIENT_POSITION'];
    expect(Object.keys(run.figures.refusals).filter((code) => !expected.includes(code))).toEqual([]);
    const refused = Object.values(run.figures.refusals).reduce((total, count) => total + count, 0);
    expect(refused).toBeLessThan(run.figures.commands / 20);
  });

  it('gives the same hash and figures again in the same process, and others with another seed', async () => {
    const again = await runTrace({ file: AZURE, scenario, seed: 1 });
    expect(again).toEqual(run);
    const other = await runTrace({ file: AZURE, scenario, seed: 2, limit: 60 });
    expect(other.figures.state_hash).not.toBe(run.figures.state_hash);
    expect(other.figures.tiers[0]!.demand_mtok).not.toBe(run.figures.tiers[0]!.demand_mtok);
  });

  it('trades more, and dearer, when the trace stands for more demand', async () => {
    const little = await runTrace({ file: AZURE, scenario, seed: 1, limit: 200, scale: run.scale / 10 });
    const much = await runTrace({ file: AZURE, scenario, seed: 1, limit: 200, scale: run.scale * 10 });
    const volume = ({ figures }: TraceRun): number =>
      figures.tiers.reduce((total, { amount_usd }) => total + Number(amount_usd), 0);
    expect(volume(much)).toBeGreaterThan(4 * volume(little));
    expect(Number(much.figures.power[1]!.sold_share)).toBeGreaterThan(Number(little.figures.power[1]!.sold_share));
  });

  it('takes the same requests from another format alike', async () => {
    const { trace, figures } = await runTrace({ file: MOONCAKE, scenario, seed: 1, limit: 60 });
    expect([trace.format, trace.requests]).toEqual(['Mooncake trace (JSON lines)', 60]);
    const azure = await runTrace({ file: AZURE, scenario, seed: 1, limit: 60 });
    expect(figures.tiers.map(({ demand_mtok }) => demand_mtok)).toEqual(
      azure.figures.tiers.map(({ demand_mtok }) => demand_mtok),
    );
  });

  it('goes on at the last rate when the trace is shorter than three windows', async () => {
    const { trace, figures } = await runTrace({ file: AZURE, scenario, seed: 1, limit: 3 });
    expect(trace.spanUs).toBeLessThan(60_000_000);
    expect(figures.windows_ended).toBeGreaterThanOrEqual(2);
    expect(figures.trades).toBeGreaterThan(0);
  });

  it('begins nothing on a malformed trace', async () => {
    const untouched = marketAtStart(scenario);
    await expect(runTrace({ file: __filename, scenario, seed: 1 }, untouched)).rejects.toThrow(TraceError);
    expect(untouched.commands).toBe(0);
  });
});
