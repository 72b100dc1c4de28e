// The style's rules that a program can see, over the whole tree, and on samples that break each of them.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sourceFiles } from './source-files';
import { FILE_LINES_MAX, FUNCTION_LINES_MAX, deadFiles, untidiness } from './tidiness';

const ROOT = resolve(__dirname, '../..');

describe('the whole tree', () => {
  const files = sourceFiles(ROOT);
  const sources = new Map(files.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));

  it('is looked at', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files).toContain('test/architecture/tidy.spec.ts');
    expect(files).toContain('libs/domain/src/index.ts');
  });

  it('is tidy', () => {
    expect([...sources].flatMap(([file, source]) => untidiness(file, source))).toEqual([]);
  });

  it('has no file that nothing leads to', () => {
    expect(deadFiles(sources, entries())).toEqual([]);
  });
});

/** What package.json's scripts start, what nest-cli.json names as entry, and what mutation testing runs. */
function entries(): string[] {
  const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
  const started = [...read('package.json').matchAll(/scripts\/run\.js ([\w/-]+)/g)].map(([, entry]) => entry);
  const named = [...read('nest-cli.json').matchAll(/"entryFile": "([\w/-]+)"/g)].map(([, entry]) => entry);
  const mutated = [...read('test/mutation/one-process.mjs').matchAll(/require\('\.\/([\w-]+)\.ts'\)/g)].map(
    ([, entry]) => `test/mutation/${entry}`,
  );
  return [...started, ...named, ...mutated];
}

const OPENING = '// A sample.\n';
const longFunction = (lines: number): string => `function f() {\n${'  g();\n'.repeat(lines - 2)}}\n`;
const ofLines = (lines: number): string => OPENING + 'g();\n'.repeat(lines - 1);

describe('a sample that breaks a rule is found', () => {
  it.each([
    ['clock', 'libs/engine/src/a.ts', 'const t = Date.now();'],
    ['clock', 'libs/domain/src/a.ts', 'const t = new Date();'],
    ['clock', 'libs/domain/src/a.ts', 'const t = Date();'],
    ['clock', 'libs/ledger/src/a.ts', 'const t = performance.now();'],
    ['clock', 'libs/matching/src/a.ts', 'const now = Date.now;'],
    ['clock', 'libs/matching/src/a.ts', 'const t = process.hrtime.bigint();'],
    ['clock', 'libs/matching/src/a.ts', 'const t = globalThis.Date.now();'],
    ['clock', 'libs/simulation/src/a.ts', 'const t = Date.now();'],
    ['clock', 'libs/agents/src/a.ts', 'const t = new Date();'],
    ['unseeded-chance', 'libs/matching/src/a.ts', 'const r = Math.random();'],
    ['unseeded-chance', 'apps/simulator/src/a.ts', 'const r = Math.random;'],
    ['unseeded-chance', 'libs/engine/src/a.spec.ts', 'const r = Math.random();'],
    ['waiting', 'libs/engine/src/a.ts', 'setTimeout(f, 1);'],
    ['waiting', 'libs/engine/src/a.ts', 'process.nextTick(f);'],
    ['waiting', 'libs/ledger/src/a.ts', 'async function f() {}'],
    ['waiting', 'libs/ledger/src/a.ts', 'class A { async f() {} }'],
    ['waiting', 'libs/ledger/src/a.ts', 'const f = async () => 1;'],
    ['waiting', 'libs/domain/src/a.ts', 'await f();'],
    ['outside', 'libs/domain/src/a.ts', 'const e = process.env.X;'],
    ['outside', 'libs/engine/src/a.ts', 'console.log(1);'],
    ['outside', 'libs/engine/src/a.ts', 'const id = crypto.randomUUID();'],
    ['outside', 'libs/engine/src/a.ts', `const fs = require('fs');`],
    ['switched-off', 'libs/log/src/a.spec.ts', `it.only('x', f);`],
    ['switched-off', 'libs/log/src/a.spec.ts', `describe.skip('x', f);`],
    ['switched-off', 'libs/log/src/a.int.spec.ts', `it.skip.each([1])('x', f);`],
    ['switched-off', 'libs/log/src/a.contract.ts', `xit('x', f);`],
    ['switched-off', 'libs/log/src/a.spec.ts', `it.concurrent.only('x', f);`],
    ['switched-off', 'test/a.e2e.spec.ts', `test.todo('x');`],
    ['function-length', 'apps/exchange/src/a.ts', longFunction(FUNCTION_LINES_MAX + 1)],
    ['function-length', 'apps/exchange/src/a.ts', `class A { m = () => {\n${'g();\n'.repeat(FUNCTION_LINES_MAX)}}; }`],
    ['empty-name', 'libs/log/src/frame-utils.ts', ''],
    ['empty-name', 'libs/log/src/helpers/frame.ts', ''],
    ['empty-name', 'libs/core/src/frame.ts', ''],
    ['empty-name', 'apps/exchange/src/order.manager.ts', ''],
    ['empty-name', 'libs/log/src/base.ts', ''],
  ])('%s in %s: %.40s', (rule, file, source) => {
    expect(untidiness(file, OPENING + source).map((finding) => finding.split(':')[0])).toContain(rule);
  });

  it('file-length, one line too many', () => {
    expect(untidiness('libs/log/src/a.ts', ofLines(FILE_LINES_MAX + 1))).toEqual([
      `file-length: 301 lines, at most 300 (libs/log/src/a.ts:1)`,
    ]);
  });

  it('opening-sentence, where code stands first', () => {
    expect(untidiness('libs/log/src/a.ts', 'g();\n')).toHaveLength(1);
  });

  it('with the line it stands in', () => {
    expect(untidiness('libs/engine/src/a.ts', `${OPENING}\nconst t = Date.now();`)).toEqual([
      'clock: Date.now (libs/engine/src/a.ts:3)',
    ]);
  });
});

describe('a sample that breaks no rule is left alone', () => {
  it.each([
    ['libs/engine/src/a.ts', 'const at = new Date(atMs).toISOString();'],
    ['libs/engine/src/a.ts', '// Date.now() and async are not for us\nconst name = "Math.random";'],
    ['libs/engine/src/a.ts', 'const p = clock.process(order); const process = 1;'],
    ['libs/sequencer/src/a.ts', 'async function f() { await g(Date.now()); setTimeout(g, 1); }'],
    ['libs/simulation/src/a.ts', 'async function f() { await g(); }'],
    ['libs/engine/src/a.spec.ts', 'it("x", async () => { await g(Date.now()); });'],
    ['libs/matching/src/a.ts', longFunction(FUNCTION_LINES_MAX)],
    ['libs/matching/src/a.spec.ts', longFunction(FUNCTION_LINES_MAX + 50)],
    ['libs/log/src/database.ts', 'array.skip(1); page.only(2);'],
    ['libs/log/src/commonwealth-score.ts', ''],
    ['libs/log/src/a.spec.ts', 'list.skip(1); it("only", f);'],
  ])('%s: %.60s', (file, source) => {
    expect(untidiness(file, OPENING + source)).toEqual([]);
  });

  it('a file of just the greatest length, and a longer one that is generated', () => {
    expect(untidiness('libs/log/src/a.ts', ofLines(FILE_LINES_MAX))).toEqual([]);
    expect(untidiness('libs/log/src/a.ts', `// Generated by x.\n${ofLines(2 * FILE_LINES_MAX)}`)).toEqual([]);
  });
});

describe('a file that nothing leads to', () => {
  const tree = new Map([
    [
      'apps/exchange/src/main.ts',
      `import { log } from '@tokenbourse/log';\nnew Worker(join(__dirname, 'projector-worker.js'));`,
    ],
    ['apps/exchange/src/projector-worker.ts', `import './fold';`],
    ['apps/exchange/src/fold.ts', ''],
    ['apps/exchange/src/forgotten.ts', `import './forgotten-too';`],
    ['apps/exchange/src/forgotten-too.ts', ''],
    ['libs/log/src/index.ts', `export * from './frames';\nexport type { A } from './types';`],
    ['libs/log/src/frames/index.ts', `export * from '../chain';`],
    ['libs/log/src/chain.ts', ''],
    ['libs/log/src/types.ts', ''],
    ['libs/log/src/lonely.ts', `import './chain';`],
    ['libs/log/src/chain.spec.ts', `import { x } from './sample';\ncompiled('test/support/load');`],
    ['libs/log/src/sample.ts', ''],
    ['test/support/load.ts', `const late = () => import('./late');`],
    ['test/support/late.ts', ''],
  ]);

  it('is found, with what only it leads to; workers, dynamic imports and started processes are not', () => {
    expect(deadFiles(tree, ['apps/exchange/src/main'])).toEqual([
      'apps/exchange/src/forgotten.ts',
      'apps/exchange/src/forgotten-too.ts',
      'libs/log/src/lonely.ts',
    ]);
  });

  it('is the whole app when nothing starts it', () => {
    expect(deadFiles(tree, [])).toContain('apps/exchange/src/main.ts');
  });
});
