// Three suffixes tell what a test costs: *.spec.ts (pure, fast), *.int.spec.ts (real disk, threads), *.e2e.spec.ts (a real
// server process). TOKENBOURSE_TESTS=unit runs the first kind only.
//
// Jest compiles what a test imports by itself, in memory. A worker thread or a child process has no such compiler and runs
// from `dist`, which scripts/jest-setup.js brings up to date once before the tests:
// - threads: code says `new Worker(path.join(__dirname, 'x-worker.js'))` as ever; scripts/jest-workers.js leads it to `dist`;
// - processes: a test spawns `compiled('apps/exchange/src/main')`, see test/support/compiled.ts.
const unitOnly = process.env.TOKENBOURSE_TESTS === 'unit';

/** Packages published as ES modules only; jest turns them into CommonJS as it loads them. */
const ESM_ONLY = ['@nestjs', 'cookie', 'typebox', 'pure-rand', 'fast-check', 'file-type', 'content-disposition'];

/** @type {import('jest').Config} */
module.exports = {
  rootDir: __dirname,
  roots: ['apps', 'libs', 'test', 'benchmarks', 'scripts'].map((folder) => `<rootDir>/${folder}`).filter(exists),
  testEnvironment: 'node',
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/planted/', ...(unitOnly ? ['\\.(int|e2e)\\.spec\\.ts$'] : [])],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/dist-nest/'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  moduleNameMapper: { '^@tokenbourse/([^/]+)$': '<rootDir>/libs/$1/src/index.ts' },
  transform: {
    '^.+\\.ts$': ['@swc/jest', {}],
    '^.+\\.m?js$': ['@swc/jest', { swcrc: false, jsc: { target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: [`/node_modules/(?!(.*/)?(${ESM_ONLY.join('|')})/)`],
  setupFiles: ['<rootDir>/scripts/jest-workers.js'],
  globalSetup: unitOnly ? undefined : '<rootDir>/scripts/jest-setup.js',
  globalTeardown: unitOnly ? undefined : '<rootDir>/scripts/jest-teardown.js',
  maxWorkers: 2,
  testTimeout: unitOnly ? 20_000 : 60_000,
};

function exists(folder) {
  return require('node:fs').existsSync(folder.replace('<rootDir>', __dirname));
}
