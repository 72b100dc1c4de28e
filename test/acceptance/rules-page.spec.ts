// docs/rules.md says what is proved: each of its codes stands in a test's name, each test's code stands on the page, and
// its table of reason codes is the engine's.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { REJECTIONS, type Rejection } from '@tokenbourse/domain';

const ROOT = path.resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const page = read('docs/rules.md');
const specs = [
  ...readdirSync(__dirname)
    .filter((file) => file.endsWith('.spec.ts') && file !== path.basename(__filename))
    .map((file) => `test/acceptance/${file}`),
  'libs/engine/src/engine.spec.ts',
];
const CODE = /\b(?:ORD|AMD|REC|MON|POW|FAC|OFR|TIM|IDN|BND|CFG|PAR|CON)-\d+\b/g;

/** In the order of their first appearance, each once. */
const codesIn = (text: string): string[] => [...new Set(text.match(CODE) ?? [])];
/** The codes at the start of tests' names. */
const codesProved = (text: string): string[] => codesIn((text.match(/['`][A-Z]{3}-\d+ /g) ?? []).join(''));

describe('the rules page', () => {
  test('lists exactly the codes that tests prove', () => {
    const proved = new Set(specs.flatMap((file) => codesProved(read(file))));
    expect(codesIn(page).filter((code) => !proved.has(code))).toEqual([]);
    expect([...proved].filter((code) => !codesIn(page).includes(code))).toEqual([]);
    expect(proved.size).toBeGreaterThan(90);
  });

  test('has the engine’s reason codes, with their sentences', () => {
    const rows = Object.entries(REJECTIONS).map(([code, { sentence, unit, retryable }]: [string, Rejection]) =>
      `| \`${code}\` | ${sentence} | ${unit.replace('_', '-')} | ${retryable ? 'yes' : ''} |`.replaceAll('  ', ' '),
    );
    const table = page
      .slice(page.indexOf('## 11.'))
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(table).toEqual(rows);
  });

  test('every reason code occurs in an acceptance spec', () => {
    const text = specs.map(read).join('\n');
    expect(Object.keys(REJECTIONS).filter((code) => !new RegExp(`\\b${code}\\b`).test(text))).toEqual([]);
  });
});
