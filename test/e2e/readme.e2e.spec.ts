// Runs the very lines of the README's walk with bash against a started exchange, and looks at what they print.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { dataFolder, ExchangeProcess } from '../support/exchange-process';

const README = readFileSync(resolve(__dirname, '../../README.md'), 'utf8');
const TIERS = 5;

/** The shell blocks of the section, in their order. */
function blocksOf(section: string): string[] {
  const text = README.split(/^## /m).find((part) => part.startsWith(section)) ?? '';
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map((match) => match[1]!);
}

function jsonOf(text: string): Record<string, unknown>[] {
  return text
    .replaceAll('}{', '}\n{')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the README’s walk with curl', () => {
  const folder = dataFolder();
  let exchange: ExchangeProcess;

  beforeAll(async () => {
    exchange = await ExchangeProcess.start(folder.path, { args: [] });
  });

  afterAll(async () => {
    await exchange?.stop();
    folder.remove();
  });

  test('the demonstration market trades in at least three tiers', async () => {
    const market = exchange.client('none');
    let trading = 0;
    for (let tries = 0; trading < 3 && tries < 200; tries++) {
      const { tiers } = await market.call('getPrices', {});
      trading = tiers.filter((tier) => tier.since_start.trades > 0).length;
      await new Promise((waited) => setTimeout(waited, 100));
    }
    expect(trading).toBeGreaterThanOrEqual(3);
    expect(trading).toBeLessThanOrEqual(TIERS);
  });

  test('its lines print what it says', async () => {
    const blocks = blocksOf('A walk with curl');
    expect(blocks.length).toBeGreaterThanOrEqual(7);
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', blocks.join('\n')], {
      cwd: dirname(folder.path),
      env: { PATH: process.env.PATH, TOKENBOURSE_URL: exchange.url },
      timeout: 50_000,
      maxBuffer: 1 << 24,
    });
    const [deposit, depth, order, fills, balances, tape, prices, split] = jsonOf(stdout) as unknown as [
      { amount_usd: string },
      { contract_id: string; asks: unknown[] },
      {
        status: string;
        filled_mtok: string;
        client_order_id: string;
        order_id: string;
        filled_amount_usd: string;
        fees_usd: string;
      },
      { data: { order_id: string; trade_id: string; quantity_mtok: string }[] },
      { available_usd: string },
      { data: { trade_id: string }[] },
      { tiers: { tier: string; last_price_usd_per_mtok: string }[] },
      { total: { payment_usd: string }; shares: { amount_usd: string }[] },
    ];
    expect(deposit.amount_usd).toBe('1000.000000');
    expect(depth.contract_id).toMatch(/^HIGH-USE-/);
    expect(order).toMatchObject({ status: 'FILLED', filled_mtok: '10.000', client_order_id: 'walk-1' });
    expect(fills.data.every((fill) => fill.order_id === order.order_id)).toBe(true);
    const spent = Number(order.filled_amount_usd) + Number(order.fees_usd);
    expect(Number(balances.available_usd)).toBeCloseTo(1_000 - spent, 6);
    expect(tape.data.length).toBeGreaterThan(0);
    expect(prices.tiers[0]!.tier).toBe('HIGH');
    expect(Number(prices.tiers[0]!.last_price_usd_per_mtok)).toBeGreaterThan(0);
    const parts = split.shares.reduce((sum, { amount_usd }) => sum + BigInt(amount_usd.replace('.', '')), 0n);
    expect(parts).toBe(BigInt(split.total.payment_usd.replace('.', '')));
    expect(parts).toBeGreaterThan(0n);
  });
});
