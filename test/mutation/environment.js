// Where the tests run while a mutant is alive. One failing test is enough to tell that it was noticed: the rest is skipped.
const { TestEnvironment } = require('jest-environment-node');

module.exports = class UntilFirstFailure extends TestEnvironment {
  failed = false;

  async handleTestEvent(event) {
    if (event.name === 'run_start') this.limitHits();
    if (event.name === 'test_start' && this.failed) event.test.mode = 'skip';
    if (event.name === 'test_done' && event.test.errors.length > 0 && this.mutantIsAlive()) this.failed = true;
  }

  mutantIsAlive() {
    return process.env.__STRYKER_ACTIVE_MUTANT__ !== undefined;
  }

  limitHits() {
    const mutation = this.global.__stryker__;
    if (mutation?.hitLimit !== undefined) mutation.hitLimit = Math.ceil(mutation.hitLimit / 25) + 1000;
  }
};
