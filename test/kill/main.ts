// `npm run soak:kill`: kills the server, or the processes of a cluster, as often as asked, with progress, and prints the final count.

import { randomInt } from 'node:crypto';
import { EXIT_FAILED, EXIT_OK, runCommand } from '../../apps/operator/src/command-line';
import { dataFolder } from '../support/exchange-process';
import { readNumbers } from '../support/number-options';
import { ProgressLine } from '../support/progress-line';
import { ClusterUnsound } from '../support/cluster-check';
import { BLOWS, KILLS_NOTHING, clusterKillRun, type Blow, type ClusterKillCount } from './cluster-run';
import { killRun, KillRunFailed, type KillCount } from './kill-run';
import { MOMENTS } from './moments';

const CLUSTER = '--cluster';
const COMMAND_LINE = {
  usage: 'npm run soak:kill -- [--cluster] [--times N] [--seed N] [--clients N]',
  help: [
    'Kills (kill -9) a real server under load, again and again, and compares its log with what the clients were told.',
    '  --cluster    two processes of each role, a broker and Redis are killed instead',
    '  --times N    so many kills (300)',
    '  --seed N     draws commands and instants (a random one, which is printed)',
    '  --clients N  clients at once (12)',
    'Ends with 0: nothing lost, doubled or invented, 1: the faults that were found; the data folder, of a cluster what all wrote, is then kept.',
  ].join('\n'),
};

async function soak(given: readonly string[]): Promise<number> {
  const args = given.filter((word) => word !== CLUSTER);
  const terms = readNumbers(args, {
    times: { standard: 300, least: 1, most: 100_000 },
    seed: { standard: randomInt(1, 1_000_000), least: 1, most: 999_999_999 },
    clients: { standard: 12, least: 1, most: 500 },
  });
  return args.length < given.length ? soakCluster(terms) : soakProcess(terms);
}

interface Terms {
  readonly times: number;
  readonly seed: number;
  readonly clients: number;
}

async function soakCluster(terms: Terms): Promise<number> {
  process.stderr.write(`${terms.times} kills in a cluster, seed ${terms.seed}, ${terms.clients} clients\n`);
  const line = new ProgressLine();
  try {
    const onProgress = ({ kills, acknowledged, records, verified }: ClusterKillCount): void =>
      line.tell(
        `${kills} of ${terms.times} kills, ${acknowledged} acknowledged, ${records} records verified ${verified} times`,
      );
    const count = await clusterKillRun({ ...terms, onProgress }).finally(() => line.end());
    process.stdout.write(clusterInLines(count));
    return EXIT_OK;
  } catch (error) {
    if (!(error instanceof ClusterUnsound)) throw error;
    process.stderr.write(`${error.message}\n`);
    return EXIT_FAILED;
  }
}

function clusterInLines(count: ClusterKillCount): string {
  const [kills, others] = [true, false].map((isKill) =>
    Object.entries(count.byBlow).flatMap(([blow, times]) =>
      isKill === !KILLS_NOTHING.has(blow as Blow)
        ? [`    ${String(times).padStart(5)}  ${blow}: ${BLOWS[blow as Blow]}`]
        : [],
    ),
  );
  const takeovers = [...count.takeovers].sort((a, b) => a - b).map((ms) => (ms / 1_000).toFixed(1));
  return [
    `kills                        ${count.kills}`,
    ...kills!,
    'beside them',
    ...others!,
    `commands                     ${count.commands}, sent ${count.sendings} times`,
    `acknowledged                 ${count.acknowledged}, of them refused by the market ${count.refusedByMarket}`,
    `sendings surely not taken    ${count.notTaken}`,
    `told to ask later (202)      ${count.pending}`,
    `left in doubt                ${count.inDoubt}, of them in the log ${count.inDoubtInLog}, told when asked by id ${count.toldWhenAsked}`,
    `records in the log           ${count.records}`,
    `verified whole               ${count.verified} times`,
    `takeovers                    ${takeovers.length}, in seconds: ${takeovers[0]} at least, ${takeovers[takeovers.length >> 1]} in the middle, ${takeovers.at(-1)} at most`,
    'Nothing acknowledged was lost or doubled, nothing refused was found; engines and read models had what the log gives.',
    '',
  ].join('\n');
}

async function soakProcess({ times, seed, clients }: Terms): Promise<number> {
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
