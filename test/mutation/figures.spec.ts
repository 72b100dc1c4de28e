// What mutation reports come to: the score counts what was noticed among what was tried, and each survivor is named.

type Mutant = { mutatorName: string; replacement?: string; status: string; location: { start: Place; end: Place } };
type Place = { line: number; column: number };
type Report = { files: Record<string, { source: string; mutants: Mutant[] }> };
type Counts = Record<'killed' | 'timeout' | 'survived' | 'uncovered' | 'failed' | 'data' | 'score', number>;

const { figuresOf, survivorsOf, table, THRESHOLD } = jest.requireActual<{
  figuresOf: (...reports: Report[]) => Counts;
  survivorsOf: (report: Report) => string[];
  table: (reports: ReadonlyMap<string, Report>) => string;
  THRESHOLD: number;
}>('../../scripts/mutation-figures.js');

const SOURCE = 'const a = 1;\nif (a > b) {\n  go();\n}\n';

type Spot = [line: number, column: number];
type Outcome = [status: string, start: Spot, end: Spot];

function report(...mutants: Outcome[]): Report {
  const place = ([line, column]: Spot): Place => ({ line, column });
  return {
    files: {
      'libs/ledger/src/a.ts': {
        source: SOURCE,
        mutants: mutants.map(([status, start, end]) => ({
          mutatorName: 'EqualityOperator',
          replacement: 'a >= b',
          status,
          location: { start: place(start), end: place(end) },
        })),
      },
    },
  };
}

/** `a > b`, and the block behind it. */
const CONDITION: [Spot, Spot] = [
  [2, 5],
  [2, 10],
];
const BLOCK: [Spot, Spot] = [
  [2, 12],
  [4, 2],
];
const of = (status: string, many: number): Outcome[] => Array.from({ length: many }, () => [status, ...CONDITION]);

describe('mutation reports', () => {
  test('the score is of what was tried: what could not run, or is data, counts on neither side', () => {
    const statuses = [
      ...of('Killed', 17),
      ...of('Timeout', 1),
      ...of('Survived', 1),
      ...of('NoCoverage', 1),
      ...of('RuntimeError', 5),
      ...of('Ignored', 9),
    ];
    const expected = { killed: 17, timeout: 1, survived: 1, uncovered: 1, failed: 5, data: 9, score: 90 };
    expect(figuresOf(report(...statuses))).toEqual(expected);
    expect(figuresOf(report(...statuses), report(...of('Survived', 20))).score).toBe(45);
    expect(figuresOf(report()).score).toBe(0);
    expect(THRESHOLD).toBeGreaterThanOrEqual(90);
  });

  test('each survivor is a line with its code, in the order of the file', () => {
    const lines = survivorsOf(report(['NoCoverage', ...BLOCK], ...of('Killed', 1), ...of('Survived', 1)));
    expect(lines).toEqual([
      'libs/ledger/src/a.ts:2 EqualityOperator, in no test: { go(); } → a >= b',
      'libs/ledger/src/a.ts:2 EqualityOperator: a > b → a >= b',
    ]);
  });

  test('the table has a row for each library and one for all', () => {
    const rows = table(
      new Map([
        ['ledger', report(...of('Killed', 3))],
        ['engine', report(...of('Killed', 1), ...of('Survived', 4))],
      ]),
    );
    const cells = rows
      .split('\n')
      .filter((line) => line.includes('%'))
      .map((line) => line.split('│').map((cell) => cell.trim()));
    expect(cells.map((row) => [row[1], row[2], row[4], row[8]])).toEqual([
      ['ledger', '3', '0', '100.0 %'],
      ['engine', '1', '4', '20.0 %'],
      ['all', '4', '4', '50.0 %'],
    ]);
  });
});
