// Where tests find compiled files: a child process has no TypeScript compiler, so it runs from `dist`.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, __dirname.includes(`${join('dist', 'test')}`) ? '../../..' : '../..');

/**
 * The absolute path of a source file's compiled form, named from the root and without suffix: `compiled('apps/exchange/src/main')`.
 * Throws when there is none: the name is wrong, or the tests were started with TOKENBOURSE_SKIP_BUILD=1 before any build.
 */
export function compiled(source: string): string {
  const file = join(ROOT, 'dist', `${source}.js`);
  if (!existsSync(file)) throw new Error(`${file} does not exist: is "${source}" a source file's path without .ts?`);
  return file;
}
