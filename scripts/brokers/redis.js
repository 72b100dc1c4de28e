#!/usr/bin/env node
// A Redis for the hand and for other programs: node scripts/brokers/redis.js. Prints its URL as one line of JSON once it answers,
// and stops it at Ctrl-C, at SIGTERM, or when its input ends.
const { NoRedis, startRedis } = require('./redis-server');

async function main() {
  if (process.argv.length > 2) {
    process.stderr.write(`redis.js takes no arguments, not "${process.argv.slice(2).join(' ')}"\n`);
    process.exit(2);
  }
  const { url, stop } = await startRedis();
  const end = () => stop().then(() => process.exit(0));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
  process.stdin.on('end', end).on('error', end).resume();
  process.stdout.write(`${JSON.stringify({ url })}\n`);
}

main().catch((error) => {
  process.stderr.write(`${error instanceof NoRedis ? error.message : error.stack}\n`);
  process.exitCode = 1;
});
