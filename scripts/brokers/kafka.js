#!/usr/bin/env node
// A Kafka broker for the hand and for other programs: node scripts/brokers/kafka.js [1|3]. Prints the addresses as one line of
// JSON once they answer, and stops the brokers at Ctrl-C, at SIGTERM, or when its input ends.
const { NoBroker, startBrokers } = require('./kafka-brokers');

async function main() {
  const [count = '1', ...rest] = process.argv.slice(2);
  if (!['1', '3'].includes(count) || rest.length > 0) {
    process.stderr.write(`kafka.js takes the number of brokers, 1 or 3, not "${process.argv.slice(2).join(' ')}"\n`);
    process.exit(2);
  }
  const { addresses, brokers, stop } = await startBrokers(Number(count));
  const end = () => stop().then(() => process.exit(0));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
  process.stdin.on('end', end).on('error', end).resume();
  process.stdout.write(`${JSON.stringify({ addresses, pids: brokers.map(({ pid }) => pid) })}\n`);
}

main().catch((error) => {
  process.stderr.write(`${error instanceof NoBroker ? error.message : error.stack}\n`);
  process.exitCode = 1;
});
