// Lets code under test start its worker threads. Such code names the compiled file beside itself, as it is in `dist`:
// `new Worker(path.join(__dirname, 'follower-worker.js'))`. Under jest that file is only a .ts source, and a thread has no
// compiler, so the name is led to the same file in `dist`, which scripts/jest-setup.js has just brought up to date. So is the
// module that a thread is told to load as `workerData.opener`.
const fs = require('node:fs');
const path = require('node:path');
const threads = require('node:worker_threads');

const ROOT = path.resolve(__dirname, '..');
const LED_TO_DIST = Symbol.for('tokenbourse.ledToDist');

if (!threads.Worker[LED_TO_DIST]) {
  const { Worker } = threads;
  threads.Worker = class extends Worker {
    static [LED_TO_DIST] = true;

    constructor(file, options) {
      super(typeof file === 'string' && !options?.eval ? compiled(file) : file, withCompiledOpener(options));
    }
  };
}

function withCompiledOpener(options) {
  const opener = options?.workerData?.opener;
  if (typeof opener !== 'string') return options;
  return { ...options, workerData: { ...options.workerData, opener: compiled(opener) } };
}

function compiled(file) {
  const inDist = path.join(ROOT, 'dist', path.relative(ROOT, file));
  return !fs.existsSync(file) && fs.existsSync(inDist) ? inDist : file;
}
