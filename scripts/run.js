#!/usr/bin/env node
// Brings `dist` up to date and runs one entry point of it as the main module: node scripts/run.js apps/exchange/src/main --port 0
const path = require('node:path');
const Module = require('node:module');
require('./closed-pipe');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Tokenbourse needs Node 20.19 or newer; this is ${process.version}.\n`);
  process.exit(1);
}

const { build, BuildFailed } = require('./build');
const [entry, ...options] = process.argv.slice(2);

build().then(
  () => {
    process.setSourceMapsEnabled(true);
    const main = path.resolve(__dirname, '..', 'dist', `${entry}.js`);
    process.argv = [process.argv[0], main, ...options];
    Module.runMain();
  },
  (error) => {
    process.stderr.write(`Build failed.\n\n${error instanceof BuildFailed ? error.message : error.stack}\n`);
    process.exitCode = 1;
  },
);
