// npm run replay: prints a log's records and events, readably or as JSON.

import { EVENT_TYPES, type EventType } from '@tokenbourse/domain';
import { LmdbLogReader } from '@tokenbourse/log-lmdb';

import { dataFolderOf, EXIT_OK, readOptions, readSequence, runCommand, UsageError } from './command-line';
import { printLog } from './narration/printing';

const COMMAND_LINE = {
  usage: 'npm run replay -- [--data DIR] [--from N] [--to N] [--type TYPE,…] [--json]',
  help: [
    'Prints what happened in a market, one line per event: record, time, cause, event, words.',
    '  --data DIR    the data folder; else TOKENBOURSE_DATA, else ./data',
    '  --from N      first record; else the first of all',
    '  --to N        last record; else the last of all',
    '  --type A,B    only events of these types, e.g. TradeExecuted,OrderCancelled',
    '  --json        one record per line as JSON',
    'Ends with 0: printed, 1: not readable, 2: wrong usage.',
  ].join('\n'),
};

async function replay(args: readonly string[]): Promise<number> {
  const options = readOptions(args, {
    data: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    type: { type: 'string' },
    json: { type: 'boolean' },
  });
  const from = readSequence('from', options.from);
  const to = readSequence('to', options.to);
  if (to !== undefined && to < (from ?? 1)) throw new UsageError(`--to ${to} lies before --from ${from ?? 1}.`);
  const types = readTypes(options.type);
  // `| head` closes the pipe when it has seen enough; the rest of a long log need not be read then.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => error.code === 'EPIPE' && process.exit(EXIT_OK));
  const log = await LmdbLogReader.open(dataFolderOf(options.data));
  try {
    const records = await printLog(log, { from, to, types, json: options.json === true }, process.stdout);
    const last = (from ?? 1) + records - 1;
    if (records === 0) process.stderr.write('The log is empty.\n');
    else if (to !== undefined && last < to) process.stderr.write(`The log ends with record ${last}.\n`);
    return EXIT_OK;
  } finally {
    await log.close();
  }
}

function readTypes(text: string | undefined): ReadonlySet<EventType> | undefined {
  if (text === undefined) return undefined;
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (EVENT_TYPES.includes(name as EventType)) continue;
    throw new UsageError(`--type: there are no events ${JSON.stringify(name)}; there are ${EVENT_TYPES.join(', ')}.`);
  }
  return new Set(names as EventType[]);
}

void runCommand(COMMAND_LINE, replay);
