// npm run attack: attacks an exchange of its own with requests made from its OpenAPI document, and ends with 0 if every answer was
// right, nothing changed that must not, nothing leaked, and the books are sound afterwards.

import { EXIT_FAILED, EXIT_OK, runCommand } from '../../apps/operator/src/command-line';
import { dataFolder, ExchangeProcess } from '../support/exchange-process';
import { readNumbers } from '../support/number-options';
import { ProgressLine } from '../support/progress-line';
import { attack, LIFTED_LIMITS, type CampaignReport } from './campaign';
import { verdictOf } from './verdict';

const COMMAND_LINE = {
  usage: 'npm run attack -- [--requests N] [--seed N]',
  help: [
    'Starts an exchange in a folder of its own and sends it hostile requests of every kind on every route.',
    '  --requests N  how many, from 10000 to 100000000; 50000 if left out',
    '  --seed N      which ones, from 0 to 2147483647; 1 if left out',
    'Ends with 0: nothing wrong was found, 1: something was, 2: wrong usage.',
  ].join('\n'),
};

async function main(args: readonly string[]): Promise<number> {
  const { requests, seed } = readNumbers(args, {
    requests: { standard: 50_000, least: 10_000, most: 100_000_000 },
    seed: { standard: 1, least: 0, most: 2_147_483_647 },
  });
  process.stdout.write(`seed ${seed}\n`);
  const folder = dataFolder();
  const line = new ProgressLine();
  try {
    const exchange = await ExchangeProcess.start(folder.path, { env: LIFTED_LIMITS });
    const onProgress = (sent: number, phase: string) => line.tell(`attack: ${sent} requests, ${phase}`);
    const report = await attack(exchange, { requests, seed, onProgress }).finally(() => line.end());
    const { code, output } = await exchange.stop();
    const faults = [...report.faults];
    if (code !== 0) faults.push(`the exchange ended with ${code}`);
    if (output.includes('state hash')) faults.push(output.slice(output.indexOf('the follower')));
    const verdict = await verdictOf(folder.path);
    if (!verdict.sound) faults.push(`the data folder is not sound: ${JSON.stringify(verdict)}`);
    process.stdout.write(textOf(report));
    for (const fault of faults) process.stdout.write(`\nWRONG  ${fault}\n`);
    return faults.length === 0 ? EXIT_OK : EXIT_FAILED;
  } finally {
    folder.remove();
  }
}

function textOf({ requests, operations, seconds, byFamily, byStatus, faults }: CampaignReport): string {
  const counts = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  return [
    `${requests} requests on ${operations} routes in ${Math.round(seconds)} s`,
    `by kind: ${counts(byFamily)}`,
    `answered: ${counts(byStatus)}`,
    faults.length === 0 ? 'nothing wrong was found' : `${faults.length} wrong answers (the first hundred are told)`,
    '',
  ].join('\n');
}

void runCommand(COMMAND_LINE, main);
