// What `npm run mutate` gives the mutation tester: TOKENBOURSE_MUTATED is the library.
const library = process.env.TOKENBOURSE_MUTATED ?? 'engine';
const report = `reports/mutation/${library}.json`;

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'one-process',
  plugins: ['./test/mutation/one-process.mjs'],
  coverageAnalysis: 'perTest',
  // What runs while modules load is data: names, notes and limits of the catalogues. Any test that needs a market would see
  // a change there, and each would cost a run of all tests.
  ignoreStatic: true,
  disableTypeChecks: false,
  // Endless loops are ended by counting (see one-process.mjs); these limits are for those that the count misses, and far
  // above what a busy machine takes.
  timeoutMS: 30_000,
  timeoutFactor: 2,
  concurrency: 2,
  incremental: true,
  incrementalFile: report,
  ignorePatterns: ['dist', 'dist-nest', 'reports', 'data', '.ci', 'docs', 'benchmarks', 'apps', 'coverage'],
  tempDirName: `.stryker-tmp/${library}`,
  cleanTempDir: 'always',
  reporters: [process.stdout.isTTY ? 'progress' : 'progress-append-only'],
  allowEmpty: true,
};
