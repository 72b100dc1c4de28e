// npm run bench:java: fetches and compiles the Java peer before anything needs it, so that what is measured or tested afterwards waits for no download.
// Says in a line whether it is there; that it is not is no failure.

import { whyNoExchangeCore } from './java-peer';

const setting = { java: true, progress: (text: string) => process.stdout.write(`${text}\n`) };
process.stdout.write(`${whyNoExchangeCore(setting) ?? 'exchange-core is there'}\n`);
