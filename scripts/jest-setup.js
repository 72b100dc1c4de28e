// Builds `dist` once before the tests: worker threads and child processes are started from there. Keeps the brokers that tests share.
const { build } = require('./build');
const { startKeeper } = require('./brokers/keeper');

module.exports = async () => {
  if (process.env.TOKENBOURSE_SKIP_BUILD !== '1') await build({ quiet: true });
  globalThis.stopBrokers = await startKeeper();
};
