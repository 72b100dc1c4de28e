// `npm run soak:kill`: kills the server as often as asked, with progress, and prints the final count.

import { randomInt } from 'node:crypto';
import { EXIT_FAILED, EXIT_OK, runCommand } from '../../apps/operator/src/command-line';
import { dataFolder } from '../support/exchange-process';
import { readNumbers } from '../support/number-options';
import { ProgressLine } from '../support/progress-line';
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

async function soak(args: readonly string[]): Promise<number> {
  const { times, seed, clients } = readNumbers(args, {
    times: { standard: 300, least: 1, most: 100_000 },
    seed: { standard: randomInt(1, 1_000_000), least: 1, most: 999_999_999 },
    clients: { standard: 12, least: 1, most: 500 },
  });
  const folder = dataFolder();
  process.stderr.write(`${times} kills, seed ${seed}, ${clients} clients, data in ${folder.path}\n`);
  const line = new ProgressLine();
  try {
    const onProgress = ({ kills, acknowledged, inDoubt, inDoubtInLog }: KillCount): void =>
      line.tell(
        `${kills} of ${times} kills, ${acknowledged} acknowledged, ${inDoubt} in doubt, ${inDoubtInLog} of them in the log`,
      );
    const count = await killRun({ data: folder.path, times, seed, clients, onProgress }).finally(() => line.end());
    process.stdout.write(inLines(count));
    folder.remove();
    return EXIT_OK;
  } catch (error) {
    if (!(error instanceof KillRunFailed)) throw error;
    process.stderr.write(`${error.message}\n`);
    return EXIT_FAILED;
  }
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
