// All pure specs of the mutated libraries in one file, so that a mutant costs one start of jest and one loading of the
// code. Chance has a fixed seed here: whether a mutant is noticed must not depend on the day.

import { readdirSync } from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';

const ROOT = path.resolve(__dirname, '../..');
/** The rules page is about the docs; the twin's own spec takes minutes, its histories are sampled in ./histories. */
const LEFT_OUT = ['test/acceptance/rules-page.spec.ts'];
const FOLDERS = ['domain', 'matching', 'ledger', 'engine'].map((library) => `libs/${library}/src`);

// A failure is enough; which history is the shortest that fails is of no interest.
fc.configureGlobal({ seed: 1, endOnFailure: true });

function specsIn(folder: string): string[] {
  return (readdirSync(path.join(ROOT, folder), { recursive: true }) as string[])
    .filter((file) => /^[^.]+\.spec\.ts$/.test(path.basename(file)))
    .map((file) => path.posix.join(folder, file.split(path.sep).join('/')))
    .filter((file) => !LEFT_OUT.includes(file))
    .sort();
}

/** The mutated library's own specs come first: they are the likeliest to notice. */
const own = `libs/${process.env.TOKENBOURSE_MUTATED}/src`;
const folders = [...FOLDERS.filter((folder) => folder === own), ...FOLDERS.filter((folder) => folder !== own)];
const specs = [...folders.flatMap(specsIn), ...specsIn('test/acceptance'), 'test/mutation/histories.ts'];
for (const spec of specs) describe(spec, () => void require(path.join(ROOT, spec)));
