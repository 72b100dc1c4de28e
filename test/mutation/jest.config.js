const path = require('node:path');
const whole = require('../../jest.config.js');
module.exports = {
  rootDir: path.resolve(__dirname, '../..'),
  roots: ['<rootDir>/libs', '<rootDir>/test'],
  testEnvironment: path.join(__dirname, 'environment.js'),
  testMatch: ["<rootDir>/test/mutation/entry.ts"],
  moduleFileExtensions: whole.moduleFileExtensions,
  moduleNameMapper: whole.moduleNameMapper,
  transform: whole.transform,
  transformIgnorePatterns: whole.transformIgnorePatterns,
};
