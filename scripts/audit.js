#!/usr/bin/env node
// Asks the package registry for known weaknesses of the packages that ship. Ends with 0: none, 1: some, or nobody answered: an
// audit that did not happen has not passed.
const { spawnSync } = require('node:child_process');
const path = require('node:path');
require('./closed-pipe');

const ROOT = path.resolve(__dirname, '..');
const { stdout, stderr, error } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  cwd: ROOT,
  encoding: 'utf8',
  timeout: 120_000,
  maxBuffer: 64 * 1024 * 1024,
});

function fail(line) {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

let report;
try {
  report = JSON.parse(stdout);
} catch {
  report = undefined;
}
const found = report?.metadata?.vulnerabilities;
if (found === undefined) {
  const reason = error?.message ?? report?.message ?? report?.error?.summary ?? stderr.trim().split('\n')[0];
  fail(`Not audited: the registry told nothing (${reason || 'no reason'}). Try again with one that answers audits.`);
}
for (const [name, { severity, range, via }] of Object.entries(report.vulnerabilities ?? {})) {
  const titles = via.map((cause) => (typeof cause === 'string' ? `through ${cause}` : cause.title));
  process.stdout.write(`${severity.padEnd(9)} ${name} ${range}: ${titles.join('; ')}\n`);
}
const packages = report.metadata.dependencies?.prod ?? 0;
if (found.total > 0) fail(`${found.total} of the packages that ship have known weaknesses.`);
process.stdout.write(`No known weakness in the ${packages} packages that ship.\n`);
