#!/usr/bin/env node
// Compiles apps, libs, benchmarks and test support into `dist`, one plain file per source file, in the same tree. Types are
// not checked here (`npm run types` does that), files that have not changed are not compiled again, and nothing is printed
// unless something is wrong.
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..');
const OUT = path.join(ROOT, 'dist');
const FOLDERS = ['apps', 'libs', 'benchmarks', 'test'];
/** Read beside the code at run time (scenarios, calibration); copied as they are. */
const COPIED = /\.(json|csv|html|css|js|lua|svg)$/;
const SKIPPED = /(^|\/)(node_modules|planted|dist|coverage)(\/|$)|\.spec\.ts$|\.d\.ts$/;

class BuildFailed extends Error {}

/** Brings `dist` up to date with the sources. Throws BuildFailed naming every file that did not compile. */
async function build() {
  const manifestFile = path.join(OUT, '.manifest.json');
  const recipe = digest(fs.readFileSync(path.join(ROOT, '.swcrc')), fs.readFileSync(__filename));
  const before = readManifest(manifestFile, recipe);
  const after = {};
  const stale = [];
  for (const file of FOLDERS.flatMap((folder) => sourcesIn(folder))) {
    const { mtimeMs, size } = fs.statSync(path.join(ROOT, file));
    after[file] = `${mtimeMs}:${size}`;
    if (before[file] !== after[file] || !fs.existsSync(outputOf(file))) stale.push(file);
  }
  for (const file of Object.keys(before)) if (!(file in after)) removeOutput(file);
  const failures = (await Promise.all(stale.map(compile))).filter(Boolean);
  for (const { file } of failures) delete after[file];
  fs.mkdirSync(OUT, { recursive: true });
  writeAtomically(path.join(OUT, 'plain-exports.js'), PLAIN_EXPORTS);
  writeAtomically(manifestFile, JSON.stringify({ recipe, files: after }));
  if (failures.length > 0) {
    throw new BuildFailed(failures.map(({ file, reason }) => `${file}\n${reason}`).join('\n\n'));
  }
}

function readManifest(file, recipe) {
  try {
    const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
    if (manifest.recipe === recipe) return manifest.files;
  } catch {
    // No manifest, or an unreadable one: everything is compiled afresh.
  }
  for (const folder of FOLDERS) fs.rmSync(path.join(OUT, folder), { recursive: true, force: true });
  return {};
}

function sourcesIn(folder) {
  const at = path.join(ROOT, folder);
  if (!fs.existsSync(at)) return [];
  return fs
    .readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter((file) => !SKIPPED.test(file) && (file.endsWith('.ts') || COPIED.test(file)))
    .sort();
}

function outputOf(file) {
  return path.join(OUT, file.replace(/\.ts$/, '.js'));
}

function removeOutput(file) {
  fs.rmSync(outputOf(file), { force: true });
  fs.rmSync(`${outputOf(file)}.map`, { force: true });
}

async function compile(file) {
  const output = outputOf(file);
  fs.mkdirSync(path.dirname(output), { recursive: true });
  if (!file.endsWith('.ts')) {
    fs.copyFileSync(path.join(ROOT, file), output);
    return undefined;
  }
  try {
    const { transform } = require('@swc/core');
    const source = fs.readFileSync(path.join(ROOT, file), 'utf8');
    const { code, map } = await transform(source, {
      filename: path.join(ROOT, file),
      sourceFileName: path.relative(path.dirname(output), path.join(ROOT, file)),
      configFile: path.join(ROOT, '.swcrc'),
    });
    writeAtomically(`${output}.map`, map);
    const plain = file.startsWith('libs/') ? plainExports(output) : '';
    writeAtomically(
      output,
      `${withLibraryPaths(code, output)}${plain}\n//# sourceMappingURL=${path.basename(output)}.map\n`,
    );
    return undefined;
  } catch (error) {
    return { file, reason: error.message };
  }
}

/** `require("@tokenbourse/domain")` becomes the relative path of that library's compiled index. */
function withLibraryPaths(code, output) {
  return code.replace(/(require\(|import\()(["'])@tokenbourse\/([\w-]+)\2/g, (_, call, quote, library) => {
    const target = path.join(OUT, 'libs', library, 'src', 'index.js');
    const relative = path.relative(path.dirname(output), target).split(path.sep).join('/');
    return `${call}${quote}${relative.startsWith('.') ? relative : `./${relative}`}${quote}`;
  });
}

/**
 * The compiler exports through getters on an object that V8 keeps as a dictionary: each use of an import then costs a
 * hash look-up and a call. Libraries have no cycles, so their exports can be plain constant properties instead.
 */
function plainExports(output) {
  const target = path.join(OUT, 'plain-exports.js');
  const relative = path.relative(path.dirname(output), target).split(path.sep).join('/');
  return `\nmodule.exports = require("${relative}")(exports);`;
}

/** Copies values into an object and has V8 lay it out with fast properties, which it does for prototypes. */
const PLAIN_EXPORTS = `module.exports = (exported) => {
  const plain = Object.defineProperty({}, '__esModule', { value: true });
  for (const name of Object.keys(exported)) plain[name] = exported[name];
  const heir = Object.create(plain);
  for (let i = 0; i < 20; i++) void heir.anything;
  return plain;
};
`;

/** Two builds at once (two test runs) must not see each other's half-written files. */
function writeAtomically(file, content) {
  const draft = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(draft, content);
  fs.renameSync(draft, file);
}

function digest(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

module.exports = { build, BuildFailed };

if (require.main === module) {
  build().catch((error) => {
    process.stderr.write(`Build failed.\n\n${error instanceof BuildFailed ? error.message : error.stack}\n`);
    process.exitCode = 1;
  });
}
