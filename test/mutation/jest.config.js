// How jest runs the specs for a mutant: one file with all of them, compiled as in the whole test run.
const path = require('node:path');

const { moduleFileExtensions, moduleNameMapper, transform, transformIgnorePatterns } = require('../../jest.config.js');

/** @type {import('jest').Config} */
module.exports = {
  rootDir: path.resolve(__dirname, '../..'),
  roots: ['<rootDir>/libs', '<rootDir>/test'],
  testEnvironment: path.join(__dirname, 'environment.js'),
  testMatch: ['<rootDir>/test/mutation/pure-specs.ts'],
  moduleFileExtensions,
  moduleNameMapper,
  transform,
  transformIgnorePatterns,
};
