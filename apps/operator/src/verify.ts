// npm run verify: checks a data folder, prints a verdict, and ends with 0 if it is sound.

import { codeOf, dataFolderOf, describeError, EXIT_FAILED, EXIT_OK, readOptions, runCommand } from './command-line';
import { Progress } from './progress';
import { verdictText } from './verification/verdict';
import { verifyFolder } from './verification/verification';

const COMMAND_LINE = {
  usage: 'npm run verify -- [--data DIR] [--json]',
  help: [
    'Checks a data folder; nothing is changed, and an exchange may run on it.',
    '  --data DIR  the data folder; else TOKENBOURSE_DATA, else ./data',
    '  --json      one JSON document instead of text',
    'Ends with 0: sound, 1: not sound or not readable, 2: wrong usage.',
  ].join('\n'),
};

async function verify(args: readonly string[]): Promise<number> {
  const options = readOptions(args, { data: { type: 'string' }, json: { type: 'boolean' } });
  const folder = dataFolderOf(options.data);
  const progress = new Progress('verify');
  try {
    const report = await verifyFolder(folder, (fraction, record) => progress.update(fraction, record)).finally(() =>
      progress.end(),
    );
    const text = options.json ? `${JSON.stringify(report, null, 2)}\n` : verdictText(report, process.stdout.isTTY);
    process.stdout.write(text);
    return report.sound ? EXIT_OK : EXIT_FAILED;
  } catch (error) {
    if (!options.json || codeOf(error) === undefined) throw error;
    const found = { sound: false, folder, error: { code: codeOf(error), message: describeError(error) } };
    process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
    return EXIT_FAILED;
  }
}

void runCommand(COMMAND_LINE, verify);
