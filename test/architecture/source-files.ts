// The source files of the whole tree, for tests of the code itself.
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Where the project's TypeScript stands; a folder that does not exist is passed over. */
const FOLDERS = ['apps', 'libs', 'benchmarks', 'test'];

/** Every .ts file, by its path from the root with forward slashes, sorted. */
export function sourceFiles(root: string): string[] {
  return FOLDERS.filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !/(^|\/)(node_modules|dist)\//.test(file))
    .sort();
}
