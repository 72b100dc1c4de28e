// `npm run soak:kill`: kills the server as often as asked, with progress, and prints the final count.

import { randomInt } from 'node:crypto';
import { EXIT_OK, readOptions, runCommand, UsageError } from '../../apps/operator/src/command-line';
import { dataFolder } from '../support/exchange-process';
import { killRun, KillRunFailed, type KillCount } from './kill-run';
import { MOMENTS } from './moments';

const COMMAND_LINE = {
  usage: 'npm run soak:kill -- [--times N] [--seed N] [--clients N]',
  help: [
    'Kills (kill -9) a real server under load, again and again, and compares its log with what the clients were told.',
    '  --times N    so many kills (300)',
    '  --seed N     draws commands and instants (a random one, which is printed)',
    '  --clients N  clients at once (12)',
    'Ends with 0: nothing lost, doubled or invented, 1: the faults that were found; the data folder is then kept.',
  ].join('\n'),
};
const EXIT_FAULTS = 1;
/** Between two lines where there is no terminal. */
const LINE_MS = 5_000;

function wholeNumber(option: string, text: string | undefined, otherwise: number, most: number): number {
  if (text === undefined) return otherwise;
  if (/^[1-9]\d{0,8}$/.test(text) && Number(text) <= most) return Number(text);
  throw new UsageError(`--${option} is ${JSON.stringify(text)}; it must be a whole number from 1 to ${most}.`);
}

async function soak(args: readonly string[]): Promise<number> {
  const string = { type: 'string' } as const;
  const given = readOptions(args, { times: string, seed: string, clients: string });
  const times = wholeNumber('times', given.times, 300, 100_000);
  const seed = wholeNumber('seed', given.seed, randomInt(1, 1_000_000), 999_999_999);
  const clients = wholeNumber('clients', given.clients, 12, 500);
  const folder = dataFolder();
  process.stderr.write(`${times} kills, seed ${seed}, ${clients} clients, data in ${folder.path}\n`);
  try {
    const count = await killRun({ data: folder.path, times, seed, clients, onProgress: progressOf(times) });
    if (process.stderr.isTTY) process.stderr.write('\n');
    process.stdout.write(inLines(count));
    folder.remove();
    return EXIT_OK;
  } catch (error) {
    if (!(error instanceof KillRunFailed)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    return EXIT_FAULTS;
  }
}

function progressOf(times: number): (count: KillCount) => void {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return (count) => {
    const line = `${count.kills} of ${times} kills, ${count.acknowledged} acknowledged, ${count.inDoubt} in doubt, ${count.inDoubtInLog} of them in the log`;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
    else if (performance.now() - toldAtMs >= LINE_MS) {
      toldAtMs = performance.now();
      process.stderr.write(`${line}\n`);
    }
  };
}

function inLines(count: KillCount): string {
  const moments = Object.entries(count.byMoment).map(
    ([moment, kills]) =>
      `    ${String(kills).padStart(5)}  ${moment}: ${MOMENTS[moment as keyof typeof MOMENTS] ?? 'on an empty folder'}`,
  );
  return [
    `kills                        ${count.kills}`,
    ...moments,
    `commands                     ${count.commands}, sent ${count.sendings} times`,
    `acknowledged                 ${count.acknowledged}, of them refused by the market ${count.refusedByMarket}`,
    `sendings surely not taken    ${count.notTaken}`,
    `left in doubt by a kill      ${count.inDoubt}, of them in the log ${count.inDoubtInLog}`,
    `records in the log           ${count.records}`,
    `folder verified whole        ${count.verified} times`,
    'Nothing acknowledged was lost or doubled, nothing refused was found, nothing in doubt was there twice.',
    '',
  ].join('\n');
}

void runCommand(COMMAND_LINE, soak);
