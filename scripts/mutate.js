#!/usr/bin/env node
// Changes the product in small ways, one at a time, and sees whether a test notices: mutation testing of the libraries that
// decide. What was noticed before is not tried again while its code is the same; what was not, is.
//
//   npm run mutate                                     all of them
//   npm run mutate -- ledger libs/engine/src/audit.ts  these libraries, these files
//   npm run mutate -- --fresh                          everything again, whatever earlier runs found
//   npm run mutate -- --show                           runs nothing: what the last runs found, each survivor in a line
//
// Exit code 1: less than the threshold was noticed, or a run failed. 2: a bad argument.
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
require('./closed-pipe');

const { LIBRARIES, figuresOf, survivorsOf, table, THRESHOLD } = require('./mutation-figures');

const ROOT = path.resolve(__dirname, '..');
const STRYKER = path.join(ROOT, 'node_modules/@stryker-mutator/core/bin/stryker.js');
const reportOf = (library) => path.join(ROOT, 'reports/mutation', `${library}.json`);
const read = (library) =>
  fs.existsSync(reportOf(library)) ? JSON.parse(fs.readFileSync(reportOf(library), 'utf8')) : null;

const PRODUCT = /(?<!\.(spec|contract))\.ts$/;
/** The naive book is there to test the other one. */
const LEFT_OUT = ['libs/matching/src/naive-book.ts'];

/** Why an endless loop was ended: by counting, which is certain. What the clock ended may only have been slow, and is tried again. */
const COUNTED = /^Hit limit reached/;

/** Kilobytes of address space for each process: a change that takes memory without end fails there, and takes it from nobody else. */
const LIMITED = 'ulimit -v 6000000 2>/dev/null; exec "$@"';

class BadArgument extends Error {}

/** The product's files of a library, by folder: each folder is mutated by itself, so that little is lost when a run is stopped. */
function parts(library) {
  const src = `libs/${library}/src`;
  const files = fs
    .readdirSync(path.join(ROOT, src), { recursive: true })
    .map((file) => `${src}/${file.split(path.sep).join('/')}`)
    .filter((file) => PRODUCT.test(file) && !LEFT_OUT.includes(file))
    .sort();
  const folders = [...new Set(files.map((file) => path.posix.dirname(file)))];
  return folders.map((folder) => files.filter((file) => path.posix.dirname(file) === folder));
}

/** The options, and for each library to be mutated the lists of its files. */
function parse(words) {
  const options = { fresh: false, show: false };
  const chosen = new Map();
  for (const word of words) {
    const library = /^libs\/([^/]+)\/src\//.exec(word)?.[1];
    if (word === '--fresh' || word === '--show') options[word.slice(2)] = true;
    else if (LIBRARIES.includes(word)) chosen.set(word, parts(word));
    else if (LIBRARIES.includes(library) && parts(library).flat().includes(word)) {
      chosen.set(library, [...(chosen.get(library) ?? []), [word]]);
    } else {
      throw new BadArgument(
        `"${word}" is neither a library (${LIBRARIES.join(', ')}) nor a file of what one ships (libs/engine/src/audit.ts), ` +
          'nor --fresh or --show.',
      );
    }
  }
  if (chosen.size === 0) for (const library of LIBRARIES) chosen.set(library, parts(library));
  return { ...options, chosen };
}

/** Leaves in a library's last report what was noticed in the files that are to be mutated, and all of the others: that is taken over. */
function forget(library, chosen, fresh) {
  const report = read(library);
  if (report === null) return;
  const kept = ({ status, statusReason = '' }) =>
    !fresh && (status === 'Killed' || (status === 'Timeout' && COUNTED.test(statusReason)));
  const product = parts(library).flat();
  for (const [name, file] of Object.entries(report.files)) {
    if (!product.includes(name)) delete report.files[name];
    else if (chosen.includes(name)) file.mutants = file.mutants.filter(kept);
  }
  // All tests come from one file; that this has changed says nothing of them.
  for (const tests of Object.values(report.testFiles ?? {})) delete tests.source;
  fs.writeFileSync(reportOf(library), JSON.stringify(report));
}

function mutate(library, files) {
  const env = { ...process.env, TOKENBOURSE_TESTS: 'mutation', TOKENBOURSE_MUTATED: library };
  const stryker = [STRYKER, 'run', 'test/mutation/stryker.config.mjs', '--mutate', files.join(',')];
  return new Promise((resolve) => {
    spawn('sh', ['-c', LIMITED, 'sh', process.execPath, ...stryker], { cwd: ROOT, env, stdio: 'inherit' })
      .on('error', (error) => process.stderr.write(`${error.message}\n`))
      .on('close', (code) => resolve(code === 0));
  });
}

/** Prints what the last runs of these libraries found; whether it is enough. */
function show(libraries, withSurvivors) {
  const reports = new Map(
    libraries.flatMap((library) => [[library, read(library)]]).filter(([, report]) => report !== null),
  );
  if (reports.size === 0) {
    process.stderr.write('There is no report yet: npm run mutate makes it.\n');
    return false;
  }
  if (withSurvivors) process.stdout.write([...reports.values()].flatMap(survivorsOf).join('\n') + '\n\n');
  process.stdout.write(table(reports));
  const { score } = figuresOf(...reports.values());
  process.stdout.write(`${score >= THRESHOLD ? 'Enough' : 'Too few'}: at least ${THRESHOLD} % are to be noticed.\n`);
  return score >= THRESHOLD;
}

async function main() {
  const { fresh, show: only, chosen } = parse(process.argv.slice(2));
  let ran = true;
  for (const [library, lists] of only ? [] : chosen) {
    forget(library, lists.flat(), fresh);
    for (const files of lists) {
      process.stdout.write(`\n${files.length === 1 ? files[0] : path.posix.dirname(files[0])}\n`);
      ran = (await mutate(library, files)) && ran;
    }
  }
  const enough = show([...chosen.keys()], only);
  process.exitCode = ran && enough ? 0 : 1;
}

main().catch((error) => {
  if (!(error instanceof BadArgument)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
});
