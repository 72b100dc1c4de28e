// Who may import what (DESIGN: the house). The rules run over the real tree, whose every file must be looked at, and over a
// planted tree in which each rule is broken once and must be found by its name.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { sourceFiles } from './source-files';

const ROOT = resolve(__dirname, '../..');
/** A busy machine needs its time to read the whole tree. */
const CRUISE_MS_MAX = 180_000;
const CRUISE = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

interface Cruise {
  modules: { source: string; followable?: boolean }[];
  summary: { violations: { from: string; to: string; rule: { name: string } }[] };
}

function cruise(root: string, folders: string[]): Cruise {
  const run = spawnSync(
    process.execPath,
    [CRUISE, ...folders, '--config', join(ROOT, '.dependency-cruiser.js'), '--output-type', 'json'],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (!run.stdout.startsWith('{')) throw new Error(`dependency-cruiser said: ${run.stderr || run.stdout}`);
  return JSON.parse(run.stdout) as Cruise;
}

describe('import boundaries', () => {
  it(
    'hold in the whole tree, and every source file was looked at',
    () => {
      const files = sourceFiles(ROOT);
      const folders = [...new Set(files.map((file) => file.split('/')[0]))];
      const { modules, summary } = cruise(ROOT, folders);
      const seen = new Set(modules.map(({ source }) => source));
      expect(files.length).toBeGreaterThan(20);
      expect(files.filter((file) => !seen.has(file))).toEqual([]);
      expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
    },
    CRUISE_MS_MAX,
  );
});

/** The rule that must be named, the file that breaks it, and how. */
const PLANTED: [rule: string, file: string, source: string][] = [
  ['library-domain', 'libs/domain/src/planted.ts', `export * from '@tokenbourse/log';`],
  ['library-matching', 'libs/matching/src/planted.ts', `export * from '@tokenbourse/ledger';`],
  ['library-ledger', 'libs/ledger/src/planted.ts', `export * from '@tokenbourse/matching';`],
  ['library-engine', 'libs/engine/src/planted.ts', `export * from '@tokenbourse/log';`],
  ['library-audit', 'libs/audit/src/planted.ts', `export * from '@tokenbourse/engine';`],
  ['library-twin', 'libs/twin/src/planted.ts', `export * from '@tokenbourse/engine';`],
  ['library-log', 'libs/log/src/planted.ts', `export * from '@tokenbourse/domain';`],
  ['library-log-lmdb', 'libs/log-lmdb/src/planted.ts', `export * from '@tokenbourse/domain';`],
  ['library-log-kafka', 'libs/log-kafka/src/planted.ts', `export * from '@tokenbourse/engine';`],
  ['library-sequencer', 'libs/sequencer/src/planted.ts', `export * from '@tokenbourse/projections';`],
  ['library-projections', 'libs/projections/src/planted.ts', `export * from '@tokenbourse/protocol';`],
  ['library-projections-redis', 'libs/projections-redis/src/planted.ts', `export * from '@tokenbourse/protocol';`],
  ['library-protocol', 'libs/protocol/src/planted.ts', `export * from '@tokenbourse/engine';`],
  ['library-audit', 'libs/audit/src/planted.ts', `export * from '@tokenbourse/engine';`],
  ['library-agents', 'libs/agents/src/planted.ts', `export * from '@tokenbourse/simulation';`],
  ['library-simulation', 'libs/simulation/src/planted.ts', `export * from '@tokenbourse/protocol';`],
  ['library-fault-simulation', 'libs/fault-simulation/src/planted.ts', `export * from '@tokenbourse/protocol';`],
  ['library-unknown', 'libs/misc/src/planted.ts', `export * from '@tokenbourse/domain';`],
  ['pure-no-packages', 'libs/domain/src/reads-disk.ts', `export { readFileSync } from 'node:fs';`],
  ['pure-no-packages', 'libs/matching/src/old-name.ts', `export { randomBytes } from 'crypto';`],
  ['pure-no-packages', 'libs/ledger/src/package.ts', `export { Decimal } from 'decimal.js';`],
  [
    'pure-no-packages',
    'libs/engine/src/types-only.ts',
    `import type { Decimal } from 'decimal.js';\nexport type D = Decimal;`,
  ],
  ['library-no-app', 'libs/agents/src/asks-app.ts', `export * from '../../../apps/exchange/src/main';`],
  ['library-tests-no-app', 'libs/agents/src/asks-app.spec.ts', `export * from '../../../apps/exchange/src/main';`],
  ['nest-in-exchange-only', 'libs/sequencer/src/nest.ts', `export { Injectable } from '@nestjs/common';`],
  ['nest-in-exchange-only', 'apps/simulator/src/nest.ts', `export { Injectable } from '@nestjs/common';`],
  ['projections-no-engine', 'libs/projections/src/asks-engine.ts', `export * from '@tokenbourse/engine';`],
  ['app-no-app', 'apps/operator/src/planted.ts', `export * from '../../exchange/src/main';`],
  ['dashboard-protocol-only', 'apps/dashboard/src/planted.ts', `export * from '@tokenbourse/engine';`],
  ['index-only', 'apps/exchange/src/too-deep.ts', `export * from '../../../libs/domain/src/deep';`],
  ['index-only', 'libs/matching/src/too-deep.ts', `export * from '../../domain/src/deep';`],
  ['not-through-own-index', 'libs/log/src/own-index.ts', `export * from './index';`],
  ['not-through-own-index', 'libs/protocol/src/own-alias.ts', `export * from '@tokenbourse/protocol';`],
  ['product-no-test', 'libs/log/src/uses-contract.ts', `export * from './sample.contract';`],
  ['product-no-test', 'apps/exchange/src/uses-test.ts', `export * from '../../../test/support/sample';`],
  ['no-dev-packages', 'apps/exchange/src/dev-package.ts', `export { check } from 'fast-check';`],
  ['no-cycle', 'libs/engine/src/cycle-a.ts', `export * from './cycle-b';`],
  ['resolvable', 'libs/engine/src/nowhere.ts', `export * from './does-not-exist';`],
];
/** Files that the planted ones lead to, and imports that no rule may mind. */
const INNOCENT: [file: string, source: string][] = [
  ...['domain', 'matching', 'ledger', 'engine', 'log', 'projections', 'protocol', 'simulation'].map(
    (name): [string, string] => [`libs/${name}/src/index.ts`, `export const ${name} = 1;`],
  ),
  ['libs/domain/src/deep.ts', 'export const deep = 1;'],
  ['libs/log/src/sample.contract.ts', 'export const sample = 1;'],
  ['libs/engine/src/cycle-b.ts', `export * from './cycle-a';`],
  ['libs/engine/src/allowed.ts', `export * from '@tokenbourse/domain';\nexport * from '@tokenbourse/ledger';`],
  ['libs/engine/src/allowed.spec.ts', `import '../../matching/src/index';\nimport 'fast-check';\nimport 'node:fs';`],
  ['libs/simulation/src/allowed.ts', `export * from '@tokenbourse/projections';\nexport * from 'decimal.js';`],
  ['apps/exchange/src/main.ts', `export { Injectable } from '@nestjs/common';\nexport * from '@tokenbourse/engine';`],
  ['test/support/sample.ts', `export * from '../../libs/domain/src/deep';`],
];

describe('a planted violation', () => {
  const tree = mkdtempSync(join(tmpdir(), 'tokenbourse-planted-'));
  let found: Set<string>;

  beforeAll(() => {
    for (const file of ['package.json', 'tsconfig.json']) copyFileSync(join(ROOT, file), join(tree, file));
    symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'), 'dir');
    for (const [file, source] of [
      ...INNOCENT,
      ...PLANTED.map(([, file, source]): [string, string] => [file, source]),
    ]) {
      mkdirSync(dirname(join(tree, file)), { recursive: true });
      writeFileSync(join(tree, file), `${source}\n`);
    }
    const { violations } = cruise(tree, ['apps', 'libs', 'test']).summary;
    found = new Set(violations.map(({ rule, from }) => `${rule.name} in ${from}`));
  }, CRUISE_MS_MAX);

  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  it.each(PLANTED)('of %s is found in %s', (rule, file) => {
    expect(found).toContain(`${rule} in ${file}`);
  });

  it.each(INNOCENT.filter(([file]) => !file.includes('cycle')))('is not seen in %s, which is innocent', (file) => {
    expect([...found].filter((one) => one.endsWith(` in ${file}`))).toEqual([]);
  });

  it('stands in the table for every rule there is', () => {
    const print = `process.stdout.write(JSON.stringify(require('./.dependency-cruiser.js').forbidden.map((r) => r.name)))`;
    const rules = JSON.parse(
      execFileSync(process.execPath, ['-e', print], { cwd: ROOT, encoding: 'utf8' }),
    ) as string[];
    expect(new Set(PLANTED.map(([rule]) => rule))).toEqual(new Set(rules));
  });
});
