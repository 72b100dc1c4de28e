// npm run backup: copies a data folder, or a market's log on Kafka, also while an exchange runs on it, and verifies the copy.

import { hex } from '@tokenbourse/log';

import { dataFolderOf, EXIT_FAILED, EXIT_OK, readOptions, runCommand, UsageError } from './command-line';
import { copyFolder } from './hot-copy';
import { copyFromKafka } from './kafka/copy-from-kafka';
import { KAFKA_HELP, kafkaSettings, marketNamed } from './kafka/kafka-access';
import { Progress } from './progress';
import { verdictText } from './verification/verdict';
import { verifyFolder } from './verification/verification';

const COMMAND_LINE = {
  usage: 'npm run backup -- [--data DIR | --kafka HOST:PORT,… [--market NAME]] --to DIR [--no-verify]',
  help: [
    'Copies a data folder, or the log of a market on Kafka, and verifies the copy; the exchange may run meanwhile.',
    '  --data DIR  the data folder; else TOKENBOURSE_DATA, else ./data',
    ...KAFKA_HELP,
    '  --market NAME  of the market on Kafka; else TOKENBOURSE_MARKET, else main',
    '  --to DIR    where the copy goes: a missing or empty folder; from Kafka also one that an earlier backup has made,',
    '              which then gets what has come since',
    '  --no-verify only the chain of frames is checked; `npm run verify` checks the rest',
    'To restore, start the exchange on the copy: npm start -- --data DIR; to Kafka: npm run restore -- --data DIR --kafka …',
    'Ends with 0: copied and sound, 1: not, 2: wrong usage.',
  ].join('\n'),
};

async function backup(args: readonly string[]): Promise<number> {
  const options = readOptions(args, {
    data: { type: 'string' },
    kafka: { type: 'string' },
    market: { type: 'string' },
    to: { type: 'string' },
    'no-verify': { type: 'boolean' },
  });
  const { data, kafka, market, to } = options;
  if (to === undefined || to === '') throw new UsageError('--to is missing; name a folder for the copy.');
  if (kafka !== undefined && data !== undefined)
    throw new UsageError('--data and --kafka exclude each other: what is copied is one or the other.');
  if (market !== undefined && kafka === undefined && !process.env.TOKENBOURSE_KAFKA)
    throw new UsageError('--market is for --kafka; a data folder holds one market.');
  const brokers = kafka ?? (data === undefined ? process.env.TOKENBOURSE_KAFKA || undefined : undefined);
  if (brokers === undefined) await fromFolder(dataFolderOf(data), to);
  else await fromKafka(brokers, marketNamed(market) ?? 'main', to);
  return options['no-verify'] ? EXIT_OK : verifyCopy(to);
}

async function fromFolder(folder: string, to: string): Promise<void> {
  const { tip, snapshots, readModels } = await copyFolder(folder, to);
  process.stdout.write(
    `Copied to record ${tip.sequence}, frame ${tip.place} (${hex(tip.id)}), ` +
      `with ${snapshots} snapshots and ${readModels} saved read models.\n`,
  );
}

async function fromKafka(brokers: string, market: string, to: string): Promise<void> {
  const settings = kafkaSettings(brokers);
  const progress = new Progress('backup');
  const { tip, frames } = await copyFromKafka({
    settings,
    market,
    folder: to,
    onProgress: (fraction, record) => progress.update(fraction, record),
    tell: (message) => progress.tell(message),
  }).finally(() => progress.end());
  process.stdout.write(
    `Copied to record ${tip.sequence}, frame ${tip.place} (${hex(tip.id)}); ${frames} frames were not there before.\n`,
  );
}

async function verifyCopy(folder: string): Promise<number> {
  process.stdout.write('Verifying the copy.\n\n');
  const progress = new Progress('verify');
  const report = await verifyFolder(folder, (fraction, record) => progress.update(fraction, record)).finally(() =>
    progress.end(),
  );
  process.stdout.write(verdictText(report, process.stdout.isTTY));
  return report.sound ? EXIT_OK : EXIT_FAILED;
}

void runCommand(COMMAND_LINE, backup);
