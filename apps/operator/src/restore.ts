// npm run restore: brings a data folder's log to the topics of a market on Kafka.

import { hex } from '@tokenbourse/log';

import { dataFolderOf, EXIT_OK, readOptions, runCommand, UsageError } from './command-line';
import { carryToKafka } from './kafka/carry-to-kafka';
import { KAFKA_HELP, kafkaSettings, marketNamed } from './kafka/kafka-access';
import { Progress } from './progress';

const COMMAND_LINE = {
  usage: 'npm run restore -- [--data DIR] --kafka HOST:PORT,… [--market NAME] [--replication N] [--command-hours N]',
  help: [
    'Writes the log of a data folder, a backup or that of a market on one machine, into the topics of a market on Kafka,',
    'which are made where they are missing. Start the roles when it has ended. It may be ended and called again.',
    '  --data DIR  the data folder; else TOKENBOURSE_DATA, else ./data',
    ...KAFKA_HELP,
    '  --market NAME        the market’s name there; else TOKENBOURSE_MARKET, else the folder’s own',
    '  --replication N      replicas of each topic that is made; else TOKENBOURSE_KAFKA_REPLICATION, else 3',
    '  --command-hours N    hours for which commands are kept; else TOKENBOURSE_KAFKA_COMMAND_HOURS, else 168',
    'To restore on one machine, start the exchange on the backup: npm start -- --data DIR',
    'Ends with 0: all of it stands there, 1: not, 2: wrong usage.',
  ].join('\n'),
};

const HOUR_MS = 3_600_000;

async function restore(args: readonly string[]): Promise<number> {
  const options = readOptions(args, {
    data: { type: 'string' },
    kafka: { type: 'string' },
    market: { type: 'string' },
    replication: { type: 'string' },
    'command-hours': { type: 'string' },
  });
  const brokers = options.kafka ?? process.env.TOKENBOURSE_KAFKA ?? '';
  if (brokers === '') throw new UsageError('--kafka is missing; name the brokers to which the log is to be brought.');
  const { TOKENBOURSE_KAFKA_REPLICATION: copies, TOKENBOURSE_KAFKA_COMMAND_HOURS: hours } = process.env;
  const replication = wholeNumber('replication', options.replication ?? (copies || '3'), 9);
  const commandHours = wholeNumber('command-hours', options['command-hours'] ?? (hours || '168'), 87_600);
  const progress = new Progress('restore');
  let filling: Progress | undefined;
  const { market, tip, frames, commandsFrom, snapshot } = await carryToKafka({
    settings: kafkaSettings(brokers),
    market: marketNamed(options.market),
    folder: dataFolderOf(options.data),
    topicOptions: { replication, commandsKeptMs: commandHours * HOUR_MS },
    onProgress: (fraction, record) => progress.update(fraction, record),
    onFilled: (fraction, offset) => {
      progress.end();
      (filling ??= new Progress('commands topic', 'offset')).update(fraction, offset);
    },
    tell: (message) => (filling ?? progress).tell(message),
  }).finally(() => (filling ?? progress).end());
  process.stdout.write(
    `Market ${market} stands on ${brokers} to record ${tip.sequence} (${hex(tip.id)}), ${frames} frames were written. ` +
      `Commands go on at offset ${commandsFrom}. ` +
      `${snapshot === undefined ? 'Engines start from the first record.' : `Engines start from a snapshot of record ${snapshot}.`}\n`,
  );
  return EXIT_OK;
}

function wholeNumber(option: string, text: string, most: number): number {
  const value = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= most) return value;
  throw new UsageError(`--${option} is ${JSON.stringify(text)}; it must be a whole number from 1 to ${most}.`);
}

void runCommand(COMMAND_LINE, restore);
