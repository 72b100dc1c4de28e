// Three suffixes tell what a test costs: *.spec.ts (pure, fast), *.int.spec.ts (real disk, threads), *.e2e.spec.ts (a real
// server process). TOKENBOURSE_TESTS=unit runs the first kind only.
//
// Jest compiles what a test imports by itself, in memory. A worker thread or a child process has no such compiler, so it is
// started from `dist`: scripts/jest-setup.js builds once before the tests, and a test (or the code under test) asks for the
// compiled file's path: `dist/<same path as the source>.js`. See test/support/compiled.ts.
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
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  moduleNameMapper: { '^@tokenbourse/([^/]+)$': '<rootDir>/libs/$1/src/index.ts' },
  transform: {
    '^.+\\.ts$': ['@swc/jest', {}],
    '^.+\\.m?js$': ['@swc/jest', { swcrc: false, jsc: { target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: [`/node_modules/(?!(.*/)?(${ESM_ONLY.join('|')})/)`],
  globalSetup: unitOnly ? undefined : '<rootDir>/scripts/jest-setup.js',
  maxWorkers: 2,
  testTimeout: unitOnly ? 20_000 : 60_000,
};

function exists(folder) {
  return require('node:fs').existsSync(folder.replace('<rootDir>', __dirname));
}
