// The test environment while a mutant is alive. One failure is enough to say that it was noticed, so the rest is skipped; and a
// loop that a mutant made endless ends soon.
const { TestEnvironment } = require('jest-environment-node');

/**
 * The mutation tester ends a run in which the mutated place is passed 100 times as often as in a run of all tests without mutants.
 * Chance is fixed here and no search for a smaller example repeats a test: four times as often is enough.
 */
const LIMIT_OF_ITS = 4 / 100;

/** Reads the source, in which every mutant stands. */
const OF_THE_SOURCE = /^no sentence of the audit is left/;

module.exports = class UntilFirstFailure extends TestEnvironment {
  failed = false;

  async handleTestEvent(event, state) {
    // A test is known by its name: lines in the file that loads them all mean nothing.
    if (event.name === 'run_start') state.includeTestLocationInResult = false;
    if (event.name === 'test_start' && OF_THE_SOURCE.test(event.test.name)) event.test.mode = 'skip';
    if (process.env.__STRYKER_ACTIVE_MUTANT__ === undefined) return;
    if (event.name === 'run_start') this.limitPasses();
    if (event.name === 'test_start' && this.failed) event.test.mode = 'skip';
    if (event.name === 'test_done' && event.test.errors.length > 0) this.failed = true;
  }

  limitPasses() {
    const mutation = this.global.__stryker__;
    if (mutation?.hitLimit !== undefined) mutation.hitLimit = Math.ceil(mutation.hitLimit * LIMIT_OF_ITS) + 1_000;
  }
};
