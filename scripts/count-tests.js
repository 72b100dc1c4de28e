#!/usr/bin/env node
// Prints the counts of a jest result file (jest --json --outputFile FILE) as one line. Exit code 1 if a test failed, a file could
// not be run, or there was no test at all. A file that could not be run counts as one failure.
const fs = require('node:fs');

function counts(file) {
  const result = JSON.parse(fs.readFileSync(file, 'utf8'));
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: result.numPendingTests + result.numTodoTests,
    success: result.success,
  };
}

let count = { passed: 0, failed: 1, skipped: 0, success: false };
try {
  count = counts(process.argv[2]);
} catch (error) {
  process.stderr.write(`No test result to count: ${error.message}\n`);
}
process.stdout.write(
  `${count.passed} passed, ${count.failed} failed${count.skipped > 0 ? `, ${count.skipped} skipped` : ''}\n`,
);
process.exitCode = count.success && count.failed === 0 && count.passed > 0 ? 0 : 1;
