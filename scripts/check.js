#!/usr/bin/env node
// All that is checked before a commit, in under a minute, one line each: types, lint, format, import boundaries and tidiness,
// unit tests. `--no-tests` leaves out what `npm test` runs too. The output of a failed check follows its line.
const { spawn } = require('node:child_process');
const path = require('node:path');
require('./closed-pipe');

const ROOT = path.resolve(__dirname, '..');
const bin = (file) => [process.execPath, path.join(ROOT, 'node_modules', file)];

const STATIC_CHECKS = [
  ['lint', [...bin('eslint/bin/eslint.js'), '.', '--cache', '--cache-location', 'node_modules/.cache/eslint/']],
  ['types', [...bin('typescript/bin/tsc'), '-p', 'tsconfig.json']],
  ['format', [...bin('prettier/bin/prettier.cjs'), '--check', '.', '--log-level', 'warn', '--cache']],
];
const JEST = bin('jest/bin/jest.js');
const QUIETLY = ['--silent', `--reporters=${path.join(__dirname, 'failures-only-reporter.js')}`];
const TEST_CHECKS = [
  ['boundaries, tidiness', [...JEST, 'test/architecture', ...QUIETLY]],
  ['unit tests', [...JEST, ...QUIETLY, '--testPathIgnorePatterns', 'test/architecture', '\\.(int|e2e)\\.spec\\.ts$']],
];

function run([name, [command, ...options]]) {
  const startedAt = Date.now();
  return new Promise((resolve) => {
    const child = spawn(command, options, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TOKENBOURSE_TESTS: 'unit' },
    });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => output.push(Buffer.from(`${error.message}\n`)));
    child.on('close', (code) => {
      const text = Buffer.concat(output).toString().trim();
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      const summary = code === 0 && name === 'unit tests' ? `  ${text.split('\n').at(-1)}` : '';
      process.stdout.write(
        `${code === 0 ? 'ok    ' : 'FAILED'}  ${name.padEnd(22)} ${seconds.padStart(5)} s${summary}\n`,
      );
      if (code !== 0) process.stdout.write(`\n${text}\n\n`);
      resolve(code === 0);
    });
  });
}

/** Two lanes of about the same length keep two cores busy; the unit tests then take both. */
async function check() {
  const [lint, ...others] = STATIC_CHECKS;
  const [boundaries, unitTests] = TEST_CHECKS;
  const withTests = !process.argv.includes('--no-tests');
  const inTurn = async (checks) => {
    const results = [];
    for (const one of checks) results.push(await run(one));
    return results;
  };
  const first = withTests ? [lint, boundaries] : [lint];
  const results = (await Promise.all([inTurn(first), inTurn(others)])).flat();
  if (withTests) results.push(await run(unitTests));
  return results.every(Boolean);
}

check().then((passed) => {
  process.exitCode = passed ? 0 : 1;
});
