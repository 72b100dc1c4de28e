// Where a broker can't be started, one line says what is missing.

import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** All that is on the path of what is tried here. */
let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'tokenbourse-path-'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

function put(command: string, script: string): void {
  writeFileSync(join(path, command), `#!/bin/sh\n${script}\n`);
  chmodSync(join(path, command), 0o755);
}

/** What starting one says, on a machine that has never fetched anything. */
function trouble(module: 'kafka-brokers' | 'redis-server', start: 'startBrokers' | 'startRedis'): Promise<string> {
  const script = `require(${JSON.stringify(join(__dirname, module))}).${start}().then(
    ({ stop }) => stop().then(() => console.log('started')),
    (error) => console.log(error.constructor.name + ': ' + error.message),
  )`;
  const env = { ...process.env, PATH: path, XDG_CACHE_HOME: path };
  return new Promise((done) => execFile(process.execPath, ['-e', script], { env }, (_, out) => done(out)));
}

test('Kafka without Java, without Maven, with an old Java, and with a Maven that fetches nothing', async () => {
  const kafka = (): Promise<string> => trouble('kafka-brokers', 'startBrokers');
  const install = 'install a Java runtime (17 or newer) and Maven\n';
  expect(await kafka()).toBe(`NoBroker: Kafka needs Java: "java" is not on the path; ${install}`);
  put('java', 'exit 0');
  expect(await kafka()).toBe(`NoBroker: Kafka's jars could not be fetched: "mvn" is not on the path; ${install}`);
  put('mvn', 'echo "[ERROR] no route to the repository"; echo "[ERROR] much more"; exit 1');
  expect(await kafka()).toBe("NoBroker: Kafka's jars could not be fetched: [ERROR] no route to the repository\n");
  put('mvn', 'exit 0');
  put('java', 'echo "java.lang.UnsupportedClassVersionError: kafka/tools/StorageTool" >&2; [ "$1" = -version ]');
  expect(await kafka()).toBe(
    'NoBroker: Kafka could not be set up: "java" is too old; install a Java runtime, 17 or newer\n',
  );
});

test('Redis that is not installed, and can not be', async () => {
  const redis = (): Promise<string> => trouble('redis-server', 'startRedis');
  const install = 'install it (Debian, Ubuntu: apt-get install redis-server)';
  expect(await redis()).toBe(`NoRedis: "redis-server" is not on the path; ${install}\n`);
  put('apt-get', '[ "$1" = --version ]');
  const asRoot = process.getuid?.() === 0 ? '; apt-get failed: .*' : '';
  expect(await redis()).toMatch(
    new RegExp(`^NoRedis: "redis-server" is not on the path; install it \\(.*\\)${asRoot}\n$`),
  );
});
