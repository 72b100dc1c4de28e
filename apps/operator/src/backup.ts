// npm run backup: copies a data folder, also while an exchange runs on it, and verifies the copy.

import { hex } from '@tokenbourse/log';

import { dataFolderOf, EXIT_FAILED, EXIT_OK, readOptions, runCommand, UsageError } from './command-line';
import { copyFolder } from './hot-copy';
import { Progress } from './progress';
import { verdictText } from './verification/verdict';
import { verifyFolder } from './verification/verification';

const COMMAND_LINE = {
  usage: 'npm run backup -- [--data DIR] --to DIR',
  help: [
    'Copies a data folder and verifies the copy; an exchange may run on the original meanwhile.',
    '  --data DIR  the data folder; else TOKENBOURSE_DATA, else ./data',
    '  --to DIR    where the copy goes: a missing or empty folder',
    'To restore, start the exchange on the copy: npm start -- --data DIR',
    'Ends with 0: copied and sound, 1: not, 2: wrong usage.',
  ].join('\n'),
};

async function backup(args: readonly string[]): Promise<number> {
  const options = readOptions(args, { data: { type: 'string' }, to: { type: 'string' } });
  if (options.to === undefined || options.to === '')
    throw new UsageError('--to is missing; name a folder for the copy.');
  const { tip, snapshots, readModels } = await copyFolder(dataFolderOf(options.data), options.to);
  process.stdout.write(
    `Copied to record ${tip.sequence}, frame ${tip.place} (${hex(tip.id)}), ` +
      `with ${snapshots} snapshots and ${readModels} saved read models. Verifying the copy.\n\n`,
  );
  const progress = new Progress('verify');
  const report = await verifyFolder(options.to, (fraction, record) => progress.update(fraction, record)).finally(() =>
    progress.end(),
  );
  process.stdout.write(verdictText(report, process.stdout.isTTY));
  return report.sound ? EXIT_OK : EXIT_FAILED;
}

void runCommand(COMMAND_LINE, backup);
