#!/usr/bin/env node
// Has everything fetched that the tests' Kafka and Redis need, and tries both: node scripts/brokers/provide.js. Says where each
// comes from; exit code 1 with a line on what to install where one can't be had.

async function provide(name) {
  try {
    const { how, stop } = await require(`./find-${name}`).find();
    await stop();
    process.stdout.write(`${name}: ${how}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

async function main() {
  for (const name of ['kafka', 'redis']) await provide(name);
}

void main();
