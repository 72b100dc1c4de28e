// npm run overload: overloads an exchange of its own, says what became of it, and ends with 0 if nothing acknowledged was lost, every
// refusal said when to come again, cancels got through, and memory stayed within its bound.

import { EXIT_FAILED, EXIT_OK, runCommand } from '../../apps/operator/src/command-line';
import { dataFolder, ExchangeProcess } from '../support/exchange-process';
import { readNumbers } from '../support/number-options';
import { ProgressLine } from '../support/progress-line';
import { LIFTED_LIMITS } from './campaign';
import { faultsOf, memoryBound, overload, type OverloadReport } from './overload';

const MIB = 1_024 * 1_024;
const COMMAND_LINE = {
  usage: 'npm run overload -- [--seconds N]',
  help: [
    'Starts an exchange in a folder of its own, measures how many orders a second it sustains, and offers ten times that.',
    '  --seconds N  how long, from 5 to 3600; 60 if left out',
    'Ends with 0: it held, 1: it did not, 2: wrong usage.',
  ].join('\n'),
};

async function main(args: readonly string[]): Promise<number> {
  const { seconds } = readNumbers(args, { seconds: { standard: 60, least: 5, most: 3_600 } });
  const folder = dataFolder();
  const line = new ProgressLine();
  try {
    const exchange = await ExchangeProcess.start(folder.path, { env: LIFTED_LIMITS });
    const onProgress = (text: string) => line.tell(text);
    const report = await overload(exchange, { seconds, measureSeconds: 5, onProgress }).finally(() => line.end());
    const { code } = await exchange.stop();
    const faults = faultsOf(report);
    if (code !== 0) faults.push(`the exchange ended with ${code}`);
    process.stdout.write(textOf(report));
    for (const fault of faults) process.stdout.write(`WRONG  ${fault}\n`);
    return faults.length === 0 ? EXIT_OK : EXIT_FAILED;
  } finally {
    folder.remove();
  }
}

function textOf(report: OverloadReport): string {
  const { sustainable, offered, acknowledgedPerSecond, byAnswer, heldBack, latencyMs, cancels, memory } = report;
  const answers = Object.entries(byAnswer).map(([answer, count]) => `${answer} ${count}`);
  const [p50, p99, worst] = latencyMs;
  return [
    `sustained   ${Math.round(sustainable)} orders a second`,
    `offered     ${offered} a second; acknowledged ${Math.round(acknowledgedPerSecond)} a second`,
    `answered    ${answers.join(', ')}; ${heldBack} held back by full windows of the clients`,
    `latency     of acknowledged orders, from sending: p50 ${p50} ms, p99 ${p99} ms, longest ${worst} ms`,
    `cancels     ${cancels.cancelled} of ${cancels.asked}, the longest after ${cancels.worstMs} ms`,
    `inbox       ${report.inboxDepth} at the deepest, bound ${report.inboxLimit}`,
    `memory      ${mib(memory.before)} MiB before, ${mib(memory.peak)} MiB at most; may grow by ${mib(memoryBound(report.acknowledged))} MiB`,
    `log         ${report.acknowledged - report.lost.length} of ${report.acknowledged} acknowledged orders found`,
    '',
  ].join('\n');
}

const mib = (bytes: number): number => Math.round(bytes / MIB);

void runCommand(COMMAND_LINE, main);
