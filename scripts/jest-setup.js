// Builds `dist` once before the tests: worker threads and child processes are started from there. Keeps the brokers that tests share;
// a run of all tests has them found before, so that what is fetched or missing is told at once and costs no test its time.
const { build } = require('./build');
const { startKeeper } = require('./brokers/keeper');

module.exports = async ({ testPathPatterns }) => {
  if (process.env.TOKENBOURSE_SKIP_BUILD !== '1') await build({ quiet: true });
  const { find, stop } = await startKeeper();
  globalThis.stopBrokers = stop;
  if (testPathPatterns.patterns.length > 0) return;
  for (const name of ['kafka', 'redis'])
    await find(name).catch((error) => process.stderr.write(`\n${error.message}\n`));
};
