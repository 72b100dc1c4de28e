// Runs the pure specs for the mutation tester, all in one process: they are loaded once, and what a mutant costs is the tests
// that reach it, up to the first that fails. They are synchronous and share nothing, which is checked: a test that has failed
// must pass again without the mutant.
import { Module, createRequire } from 'node:module';
import path from 'node:path';
import { performance } from 'node:perf_hooks';

import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { determineHitLimitReached, DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';
import swc from '@swc/core';
import { expect } from 'expect';
import { bind } from 'jest-each';

/**
 * The mutation tester ends a run in which the mutated place is passed 100 times as often as in a run of all tests without mutants.
 * Chance is fixed here and no search for a smaller example repeats a test: four times as often is enough.
 */
const LIMIT_OF_ITS = 4 / 100;

/** Reads the source, in which every mutant stands. */
const OF_THE_SOURCE = /no sentence of the audit is left/;

/** Compiles TypeScript as it is required, and finds the libraries by their names: as jest does. */
function requireTypeScript(root) {
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (name, ...more) {
    const library = /^@tokenbourse\/([^/]+)$/.exec(name)?.[1];
    return resolve.call(this, library ? path.join(root, 'libs', library, 'src/index.ts') : name, ...more);
  };
  Module._extensions['.ts'] = (module, filename) => {
    const { code } = swc.transformFileSync(filename, { root, sourceMaps: false });
    module._compile(code, filename);
  };
}

/** Collects tests by full name while spec files are loaded. */
class Specs {
  tests = [];
  #suite = { name: '', before: [] };

  describe = (name, body) => {
    const outer = this.#suite;
    this.#suite = { name: `${outer.name}${name} `, before: [...outer.before] };
    body();
    this.#suite = outer;
  };

  test = (name, body) => {
    const { name: of, before } = this.#suite;
    const id = of + name;
    if (!OF_THE_SOURCE.test(id)) this.tests.push({ id, before, body });
  };

  beforeEach = (body) => void this.#suite.before.push(body);

  globals() {
    this.test.each = bind(this.test);
    this.describe.each = bind(this.describe, false);
    return { describe: this.describe, test: this.test, beforeEach: this.beforeEach, expect };
  }
}

/** What a test threw; undefined if it passed. */
function failureOf({ before, body }) {
  try {
    for (const prepare of before) prepare();
    const promise = body();
    if (promise instanceof Promise) throw new TypeError('a pure spec has nothing to wait for');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

class OneProcess {
  #tests = [];
  #mutation = (globalThis.__stryker__ ??= {});
  /** A mutant has been run here: what it left behind may be why a test fails. */
  #used = false;
  /** Something did stay behind. */
  #spoiled = false;

  capabilities() {
    return { reloadEnvironment: false };
  }

  async init() {
    const root = process.cwd();
    requireTypeScript(root);
    const require = createRequire(path.join(root, 'test/mutation/'));
    const specs = new Specs();
    Object.assign(globalThis, specs.globals(), { jest: { requireActual: require } });
    require('./pure-specs.ts');
    this.#tests = specs.tests;
  }

  async dryRun() {
    const mutation = this.#mutation;
    const tests = this.#tests.map((test) => {
      const { id } = test;
      mutation.currentTestId = id;
      const from = performance.now();
      const failure = failureOf(test);
      const told = { id, name: id, timeSpentMs: Math.round(performance.now() - from) };
      return failure === undefined
        ? { ...told, status: TestStatus.Success }
        : { ...told, status: TestStatus.Failed, failureMessage: failure.stack };
    });
    mutation.currentTestId = undefined;
    return { status: DryRunStatus.Complete, tests, mutantCoverage: mutation.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }) {
    if (this.#spoiled) throw new Error('a mutant has left something behind: a new process is needed');
    const mutation = this.#mutation;
    const tests = testFilter === undefined ? this.#tests : this.#tests.filter(({ id }) => testFilter.includes(id));
    mutation.hitLimit = hitLimit === undefined ? undefined : Math.ceil(hitLimit * LIMIT_OF_ITS) + 1_000;
    mutation.hitCount = hitLimit === undefined ? undefined : 0;
    for (const [before, test] of tests.entries()) {
      mutation.activeMutant = activeMutant.id;
      const failure = failureOf(test);
      mutation.activeMutant = undefined;
      const endless = determineHitLimitReached(mutation.hitCount, mutation.hitLimit);
      if (failure === undefined && endless === undefined) continue;
      this.#verify(test);
      this.#used = true;
      if (endless !== undefined) return { status: MutantRunStatus.Timeout, reason: endless.reason };
      return {
        status: MutantRunStatus.Killed,
        killedBy: [test.id],
        failureMessage: failure.message,
        nrOfTests: before + 1,
      };
    }
    this.#used = true;
    return { status: MutantRunStatus.Survived, nrOfTests: tests.length };
  }

  /** Throws if the test fails without a mutant too, and that may be an earlier mutant's doing: then a new process must tell. */
  #verify(test) {
    if (failureOf(test) === undefined) return;
    this.#spoiled = true;
    if (this.#used) throw new Error('a mutant has left something behind: it is tried again in a new process');
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'one-process', OneProcess)];
