const lib = process.env.MUTATE;
export default {
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  coverageAnalysis: 'perTest',
  mutate: [`libs/${lib}/src/**/*.ts`, '!**/*.spec.ts', '!**/naive-book.ts'],
  ignorePatterns: ['dist', 'dist-nest', 'reports', 'data', '.ci', 'docs', 'benchmarks'],
  disableTypeChecks: false, timeoutMS: 10000, timeoutFactor: 3, clearTextReporter: {logTests: false, reportTests: false, allowColor: false},
  concurrency: 2,
  ignoreStatic: true,
  reporters: ['json', 'clear-text', 'progress-append-only'],
  jsonReporter: { fileName: `reports/mutation/${lib}.json` },
  tempDirName: '.stryker-tmp',
  jest: { configFile: 'test/mutation/jest.config.js', enableFindRelatedTests: false },
};
