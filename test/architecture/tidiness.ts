// What the project's style forbids and a program can see: clocks and waiting where all must follow from the arguments, chance,
// long files and functions, empty names, tests switched off, files that nothing leads to.
import * as ts from 'typescript';

/** Longest file and longest function that need no better cut, in lines. */
export const FILE_LINES_MAX = 300;
export const FUNCTION_LINES_MAX = 70;

/** Libraries whose results follow from their arguments alone. */
const PURE = /^libs\/(domain|matching|ledger|engine|audit|twin)\//;
/** Libraries on virtual time: they may wait for promises, but not look at the machine's clock. */
const VIRTUAL_TIME = /^libs\/(agents|simulation|fault-simulation)\//;
const TEST = /\.(spec|contract|fixture)\.ts$|^test\/|\/testing\//;
const EMPTY_NAMES = /^(manager|helper|util|common|core|base|impl)s?$/i;
const GENERATED = /^\/\/ Generated /;

const CLOCKS = ['Date.now', 'performance.now', 'performance.timeOrigin', 'process.hrtime', 'process.uptime'];
const TIMERS = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'process.nextTick'];
const OUTSIDE = ['process', 'console', 'fetch', 'crypto', 'require', 'globalThis'];
const SWITCHED_OFF =
  /^(describe|it|test)(\.each|\.concurrent|\.failing)*\.(only|skip|todo)\b|^(fit|fdescribe|xit|xtest|xdescribe)\b/;

/** The findings in one file, each as `rule: what (file:line)`. */
export function untidiness(file: string, source: string): string[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true);
  const findings: string[] = [];
  const find = (rule: string, what: string, node?: ts.Node): void => {
    const line = node === undefined ? 1 : tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
    findings.push(`${rule}: ${what} (${file}:${line})`);
  };
  inspectFile(file, source, find);
  const visit = (node: ts.Node): void => {
    inspectNode(file, tree, node, find);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return findings;
}

type Find = (rule: string, what: string, node?: ts.Node) => void;

function inspectFile(file: string, source: string, find: Find): void {
  const lines = source.trimEnd().split('\n').length;
  const isTest = TEST.test(file);
  if (lines > FILE_LINES_MAX && !isTest && !GENERATED.test(source)) {
    find('file-length', `${lines} lines, at most ${FILE_LINES_MAX}`);
  }
  if (!isTest && !/^(\/\/|\/\*)/.test(source.trimStart()))
    find('opening-sentence', 'no comment at the top says what the file is for');
  for (const part of file.split('/')) {
    const empty = part.split(/[-._]/).find((word) => EMPTY_NAMES.test(word));
    if (empty !== undefined) find('empty-name', `"${empty}" says nothing about what is in it`);
  }
}

function inspectNode(file: string, tree: ts.SourceFile, node: ts.Node, find: Find): void {
  const isTest = TEST.test(file);
  const pure = PURE.test(file) && !isTest;
  const timeless = pure || (VIRTUAL_TIME.test(file) && !isTest);
  const name = nameUsed(tree, node);
  if (name === 'Math.random') find('unseeded-chance', name, node);
  if (timeless && name !== undefined && CLOCKS.some((clock) => isOrIsIn(name, clock))) find('clock', name, node);
  if (timeless && readsClockByDate(tree, node)) find('clock', 'Date without a time', node);
  if (pure && name !== undefined && TIMERS.includes(name)) find('waiting', name, node);
  if (pure && (node.kind === ts.SyntaxKind.AsyncKeyword || ts.isAwaitExpression(node))) {
    find('waiting', ts.isAwaitExpression(node) ? 'await' : 'async', node);
  }
  if (pure && name !== undefined && OUTSIDE.some((outside) => isOrIsIn(name, outside))) find('outside', name, node);
  if (isTest && ts.isCallExpression(node)) {
    const called = node.expression.getText(tree).replace(/\s+/g, '');
    if (SWITCHED_OFF.test(called)) find('switched-off', called, node);
  }
  if (!isTest && !GENERATED.test(tree.text) && isFunctionWithBody(node)) {
    const lines = lineOf(tree, node.getEnd()) - lineOf(tree, node.getStart(tree)) + 1;
    if (lines > FUNCTION_LINES_MAX) find('function-length', `${lines} lines, at most ${FUNCTION_LINES_MAX}`, node);
  }
}

/** `a` or `a.b.c` where the node is the whole of such a name read from outside, neither declared nor another's property. */
function nameUsed(tree: ts.SourceFile, node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.getText(tree).replace(/\s+|\?/g, '');
  if (!ts.isIdentifier(node)) return undefined;
  const { parent } = node;
  const read =
    (ts.isCallExpression(parent) && parent.expression === node) ||
    (ts.isNewExpression(parent) && parent.expression === node) ||
    ((ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) && parent.initializer === node) ||
    (ts.isCallExpression(parent) && parent.arguments.includes(node));
  return read ? node.text : undefined;
}

function isOrIsIn(name: string, whole: string): boolean {
  const bare = name.replace(/^globalThis\./, '');
  return bare === whole || bare.startsWith(`${whole}.`);
}

/** `new Date()` and `Date()` read the clock; `new Date(ms)` does not. */
function readsClockByDate(tree: ts.SourceFile, node: ts.Node): boolean {
  if (ts.isNewExpression(node)) return node.expression.getText(tree) === 'Date' && (node.arguments?.length ?? 0) === 0;
  return ts.isCallExpression(node) && node.expression.getText(tree) === 'Date';
}

function isFunctionWithBody(node: ts.Node): boolean {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
}

function lineOf(tree: ts.SourceFile, position: number): number {
  return tree.getLineAndCharacterOfPosition(position).line;
}

/**
 * The files that cannot be reached from an entry: by an import, or by a string that names the compiled file (`'x-worker.js'`, how a
 * thread is started) or the path from the root (how a test starts a process).
 *
 * @param sources every source file's text by its path from the root
 * @param entries paths from the root, without `.ts`, of what is started by its name
 */
export function deadFiles(sources: ReadonlyMap<string, string>, entries: readonly string[]): string[] {
  const isEntry = (file: string): boolean =>
    file.endsWith('.spec.ts') ||
    /^libs\/[^/]+\/src\/index\.ts$/.test(file) ||
    entries.includes(file.replace(/\.ts$/, ''));
  const waiting = [...sources.keys()].filter(isEntry);
  const reached = new Set(waiting);
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    for (const next of leadsTo(file, sources)) {
      if (reached.has(next)) continue;
      reached.add(next);
      waiting.push(next);
    }
  }
  return [...sources.keys()].filter((file) => !reached.has(file));
}

function leadsTo(file: string, sources: ReadonlyMap<string, string>): string[] {
  const source = sources.get(file) ?? '';
  const imported = ts.preProcessFile(source, true, true).importedFiles.map(({ fileName }) => fileName);
  const folder = file.split('/').slice(0, -1);
  const named = [...source.matchAll(/['"`]([\w@./-]+)['"`]/g)].map(([, text]) => text);
  const places = [
    ...imported.map((name) => place(folder, name)),
    ...named.filter((text) => text.endsWith('.js')).map((text) => place(folder, `./${text.replace(/\.js$/, '')}`)),
    ...named,
  ];
  return places.flatMap((path) => [`${path}.ts`, `${path}/index.ts`]).filter((path) => sources.has(path));
}

function place(folder: readonly string[], name: string): string {
  const library = /^@tokenbourse\/([\w-]+)$/.exec(name);
  if (library !== null) return `libs/${library[1]}/src`;
  const path = [...folder];
  for (const step of name.split('/')) {
    if (step === '..') path.pop();
    else if (step !== '.') path.push(step);
  }
  return path.join('/');
}
