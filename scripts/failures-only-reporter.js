// A jest reporter for the checks: what failed, and one line of counts at the end. A run without any test fails.
module.exports = class FailuresOnlyReporter {
  onTestResult(_test, result) {
    if (result.failureMessage) process.stdout.write(`${result.testFilePath}\n${result.failureMessage}\n`);
  }

  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = results;
    const unread = numRuntimeErrorTestSuites > 0 ? `, ${numRuntimeErrorTestSuites} files that could not be run` : '';
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
    process.stdout.write(`${numPassedTests} passed, ${numFailedTests} failed${skipped}${unread}\n`);
    this.ranNothing = results.numTotalTests === 0;
  }

  getLastError() {
    return this.ranNothing ? new Error('No test was run.') : undefined;
  }
};
