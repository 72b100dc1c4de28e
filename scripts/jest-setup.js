// Builds `dist` once before the tests: worker threads and child processes are started from there.
const { build } = require('./build');

module.exports = async () => {
  if (process.env.TOKENBOURSE_SKIP_BUILD !== '1') await build({ quiet: true });
};
