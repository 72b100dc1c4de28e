#!/usr/bin/env node
// A Kafka broker for the hand and for other programs: node scripts/brokers/kafka.js [1|3] [--data DIR]. Prints the addresses as one
// line of JSON once they answer, and stops the brokers at Ctrl-C, at SIGTERM, or when its input ends.
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { NoBroker, startBrokers } = require('./kafka-brokers');

const USAGE = 'kafka.js takes the number of brokers, 1 or 3, and --data DIR where their data is to be kept';

function wanted() {
  try {
    const { values, positionals } = parseArgs({ options: { data: { type: 'string' } }, allowPositionals: true });
    const [count = '1', ...rest] = positionals;
    if (['1', '3'].includes(count) && rest.length === 0 && values.data !== '') {
      return { count: Number(count), data: values.data && path.resolve(values.data) };
    }
  } catch {
    // said below
  }
  process.stderr.write(`${USAGE}, not "${process.argv.slice(2).join(' ')}"\n`);
  process.exit(2);
}

async function main() {
  const { count, data } = wanted();
  if (data) fs.mkdirSync(data, { recursive: true });
  const tell = (message) => process.stderr.write(`${message}\n`);
  const { addresses, brokers, stop } = await startBrokers(count, {}, { data, tell });
  const end = () => stop().then(() => process.exit(0));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
  process.stdin.on('end', end).on('error', end).resume();
  process.stdout.write(`${JSON.stringify({ addresses, pids: brokers.map(({ pid }) => pid) })}\n`);
}

main().catch((error) => {
  process.stderr.write(`${error instanceof NoBroker ? error.message : error.stack}\n`);
  process.exitCode = 1;
});
