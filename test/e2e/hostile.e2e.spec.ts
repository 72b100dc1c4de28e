// Hostile input, made from the OpenAPI document that the server itself gives: 50,000 requests, and every answer is judged. The same
// attack with another seed, or longer: npm run attack.

import { attack, LIFTED_LIMITS, type CampaignReport } from '../hostile/campaign';
import { verdictOf } from '../hostile/verdict';
import { dataFolder, ExchangeProcess, type ProcessEnd } from '../support/exchange-process';

const REQUESTS = 50_000;
const SEED = 20_261_125;

const folder = dataFolder();
let report: CampaignReport;
let end: ProcessEnd;

beforeAll(async () => {
  process.stderr.write(`attack: seed ${SEED}\n`);
  const exchange = await ExchangeProcess.start(folder.path, { env: LIFTED_LIMITS });
  try {
    report = await attack(exchange, { requests: REQUESTS, seed: SEED });
  } finally {
    end = await exchange.stop();
  }
}, 600_000);

afterAll(() => folder.remove());

test('every answer is documented, none is a 5xx, none tells another’s data, nothing changes that must not', () => {
  expect(report.faults).toEqual([]);
});

test('every route is attacked, in every way', () => {
  expect(report.requests).toBeGreaterThanOrEqual(REQUESTS);
  expect(Object.keys(report.byOperation)).toHaveLength(report.operations + 1);
  for (const [name, { sent }] of Object.entries(report.byOperation)) expect([name, sent > 200]).toEqual([name, true]);
  for (const family of [
    'keys',
    'query',
    'headers',
    'path',
    'bodies',
    'body fields',
    'content types',
    'methods',
    'nowhere',
  ]) {
    expect([family, (report.byFamily[family] ?? 0) > 100]).toEqual([family, true]);
  }
  expect(report.byFamily["others' ids"]).toBeGreaterThan(1_000);
});

test('what the attack sends is looked at, not only turned away', () => {
  for (const status of ['200', '201', '400', '401', '403', '404', '405', '409', '413', '414', '415', '422', '429']) {
    expect([status, (report.byStatus[status] ?? 0) > 0]).toEqual([status, true]);
  }
  expect(Object.keys(report.byCode).length).toBeGreaterThan(25);
  const reads = ['listOrders', 'getBalances', 'listContracts', 'placeOrder', 'deposit', 'postOffer', 'setLimits'];
  for (const name of reads) expect([name, report.byOperation[name]!.succeeded > 0]).toEqual([name, true]);
});

test('the server stops cleanly with the state that its log gives, and the books are sound', async () => {
  expect(end.code).toBe(0);
  expect(end.output).not.toMatch(/state hash| failed|Error/);
  const verdict = await verdictOf(folder.path);
  if (!verdict.sound) throw new Error(JSON.stringify(verdict, null, 1));
});
