// Who may import what: the table of docs/architecture.md as rules. test/architecture/boundaries.spec.ts runs them over the real
// tree and over planted violations of each, so that a rule that finds nothing is found out.

/** Each library with the libraries that it may import. Read from the top: nothing imports what stands below it. */
const LIBRARIES = {
  domain: [],
  matching: ['domain'],
  ledger: ['domain'],
  engine: ['domain', 'matching', 'ledger'],
  audit: ['domain'],
  twin: ['domain'],
  log: [],
  'log-lmdb': ['log'],
  'log-kafka': ['log'],
  sequencer: ['domain', 'engine', 'log'],
  projections: ['domain', 'log'],
  'projections-redis': ['domain', 'log', 'projections'],
  protocol: ['domain'],
  agents: ['domain'],
  simulation: ['domain', 'engine', 'log', 'sequencer', 'agents', 'projections'],
  'fault-simulation': ['domain', 'engine', 'audit', 'log', 'sequencer', 'projections', 'simulation'],
};
/** No I/O, no clock, no package: what they do depends on their arguments alone. */
const PURE = ['domain', 'matching', 'ledger', 'engine', 'audit', 'twin'];

/** Tests, and what only tests import, may look deeper and use packages. */
const TEST = '\\.(spec|contract|fixture)\\.ts$|^test/|/testing/';
const PRODUCT = { pathNot: TEST };

const lib = (name) => `^libs/${name}/`;
const product = (path) => ({ ...PRODUCT, path });

const RULES = [
  ...Object.entries(LIBRARIES).map(([name, allowed]) => ({
    name: `library-${name}`,
    comment: `${name} imports ${allowed.length > 0 ? allowed.join(', ') : 'no other library'}.`,
    severity: 'error',
    from: product(lib(name)),
    to: { path: `^libs/`, pathNot: lib(`(${[name, ...allowed].join('|')})`) },
  })),
  {
    name: 'library-unknown',
    comment: 'A library that the table does not know: add it there, with what it may import.',
    severity: 'error',
    from: { path: `^libs/`, pathNot: lib(`(${Object.keys(LIBRARIES).join('|')})`) },
    to: {},
  },
  {
    name: 'pure-no-packages',
    comment: `${PURE.join(', ')} import neither node's modules nor packages.`,
    severity: 'error',
    from: product(lib(`(${PURE.join('|')})`)),
    to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'library-no-app',
    comment: 'Libraries know nothing of the apps; their tests may use what all tests share.',
    severity: 'error',
    from: { path: `^libs/`, pathNot: TEST },
    to: { path: `^(apps|test|benchmarks|scripts)/` },
  },
  {
    name: 'library-tests-no-app',
    comment: 'A library is tested without the apps.',
    severity: 'error',
    from: { path: `^libs/` },
    to: { path: `^(apps|test|benchmarks|scripts)/`, pathNot: `^test/support/` },
  },
  {
    name: 'nest-in-exchange-only',
    comment: '@nestjs/* stays in apps/exchange: the rest are plain classes and functions.',
    severity: 'error',
    from: { path: `^(apps|libs|benchmarks)/`, pathNot: `^apps/exchange/` },
    to: { path: '(^|/)node_modules/@nestjs/|^@nestjs/' },
  },
  {
    name: 'projections-no-engine',
    comment: 'Read models fold events; they never ask the engine.',
    severity: 'error',
    from: { path: lib('projections') },
    to: { path: lib('(engine|matching|ledger|sequencer)') },
  },
  {
    name: 'app-no-app',
    comment: 'An app never imports another; what they share is a library.',
    severity: 'error',
    from: { path: `^apps/([^/]+)/` },
    to: { path: `^apps/`, pathNot: `^apps/$1/` },
  },
  {
    name: 'dashboard-protocol-only',
    comment: 'The dashboard knows the protocol and the words of the domain only.',
    severity: 'error',
    from: { path: `^apps/dashboard/` },
    to: { path: `^libs/`, pathNot: lib('(protocol|domain)') },
  },
  {
    name: 'index-only',
    comment: "From outside a library only its index.ts is imported (and a worker's entry never).",
    severity: 'error',
    from: product(`^(apps|libs|benchmarks)/([^/]+)/`),
    to: { path: `^libs/`, pathNot: [`^libs/[^/]+/src/index\\.ts$`, `^libs/$2/`] },
  },
  {
    name: 'not-through-own-index',
    comment: 'Inside a library the file itself is imported, never its own index.',
    severity: 'error',
    from: { path: `^libs/([^/]+)/`, pathNot: TEST },
    to: { path: `^libs/$1/src/index\\.ts$` },
  },
  {
    name: 'product-no-test',
    comment: 'What ships does not import tests or what only tests use.',
    severity: 'error',
    from: product(`^(apps|libs)/`),
    to: { path: `^test/|^(apps|libs|benchmarks)/.*(\\.(spec|contract|fixture)\\.ts$|/testing/)` },
  },
  {
    name: 'no-dev-packages',
    comment: 'What ships needs its packages in "dependencies".',
    severity: 'error',
    from: product(`^(apps|libs)/`),
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'no-cycle',
    comment: 'No file reaches itself.',
    severity: 'error',
    from: { path: `^(apps|libs|benchmarks|test)/` },
    to: { circular: true },
  },
  {
    name: 'resolvable',
    comment: 'Every import leads somewhere.',
    severity: 'error',
    from: { path: `^(apps|libs|benchmarks|test)/` },
    to: { couldNotResolve: true },
  },
];

module.exports = {
  forbidden: RULES,
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
