// Where the repository is: the benchmarks run from `dist`, and their tests from beside the source.

import path from 'node:path';

const HERE = path.resolve(__dirname, '..');

export const ROOT = path.basename(HERE) === 'dist' ? path.dirname(HERE) : HERE;
