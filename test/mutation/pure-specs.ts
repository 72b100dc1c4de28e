// All pure specs of the mutated libraries in one file, so that a mutant costs one start of jest and one loading of the
// code. Chance has a fixed seed here: whether a mutant is noticed must not depend on the day.

import { readdirSync } from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';

const ROOT = path.resolve(__dirname, '../..');
/** It is about the docs. The twin's own spec takes long; ./histories is what is run of it. */
const LEFT_OUT = ['test/acceptance/rules-page.spec.ts'];
/** From the bottom up: the specs of a library that stands below the mutated one never reach it. */
const LIBRARIES = ['domain', 'matching', 'ledger', 'engine'];
const mutated = Math.max(0, LIBRARIES.indexOf(process.env.TOKENBOURSE_MUTATED ?? ''));
const FOLDERS = LIBRARIES.slice(mutated).map((library) => `libs/${library}/src`);

// A failure is enough; which history is the shortest that fails is of no interest.
fc.configureGlobal({ seed: 1, endOnFailure: true });

function specsIn(folder: string): string[] {
  return (readdirSync(path.join(ROOT, folder), { recursive: true }) as string[])
    .filter((file) => /^[^.]+\.spec\.ts$/.test(path.basename(file)))
    .map((file) => path.posix.join(folder, file.split(path.sep).join('/')))
    .filter((file) => !LEFT_OUT.includes(file))
    .sort();
}

/** What takes longest comes last: most mutants are noticed before. */
const LONGEST = [
  'libs/matching/src/book.spec',
  'libs/engine/src/state/outcomes.spec',
  'libs/domain/src/codec/fingerprint.spec',
  'libs/engine/src/snapshot/snapshot.spec',
  'libs/engine/src/engine.spec',
  'test/mutation/histories',
].map((file) => `${file}.ts`);
/** The mutated library's own small specs come first: they are the likeliest to notice. */
const [own, ...above] = FOLDERS;
const all = [own!, 'test/acceptance', ...above].flatMap(specsIn);
const first = all.filter((spec) => !LONGEST.includes(spec));
const last = LONGEST.filter((spec) => all.includes(spec) || spec.startsWith('test/'));
for (const spec of [...first, ...last]) describe(spec, () => void jest.requireActual(path.join(ROOT, spec)));
