// npm run docs: writes the pages that are made from the code. A test compares them with what stands in docs/.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { marketChannels } from '@tokenbourse/log-kafka';
import { asyncApiDocument, eventCataloguePage } from '@tokenbourse/protocol';

/** The generated files by their path in the repository. */
export function generatedDocuments(version: string): Readonly<Record<string, string>> {
  return {
    'docs/events.md': eventCataloguePage(),
    'docs/asyncapi.json': `${JSON.stringify(asyncApiDocument(version, marketChannels('{market}')), null, 2)}\n`,
  };
}

/** The version in the package's own file. */
export function packageVersion(root: string): string {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  return version;
}

if (require.main === module) {
  const root = process.cwd();
  for (const [file, content] of Object.entries(generatedDocuments(packageVersion(root)))) {
    writeFileSync(path.join(root, file), content);
    process.stdout.write(`${file}\n`);
  }
}
