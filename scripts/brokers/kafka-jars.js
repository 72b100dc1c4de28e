// Kafka's jars on this machine: fetched by Maven once per user and version, and kept.
const { execFileSync, spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { text } = require('node:stream/consumers');
const { clearInterval, clearTimeout, setInterval, setTimeout } = require('node:timers');
const { stripVTControlCharacters } = require('node:util');

const POM = path.join(__dirname, 'pom.xml');
/** The network may be slow; a fetch that takes longer hangs. */
const FETCH_MS_MAX = 300_000;
const TELL_MS = 2_000;
/** Characters of another tool's complaint. */
const SAID_MAX = 300;

/** What is missing to start a broker here, as one line. */
class NoBroker extends Error {}

function run(command, options, what) {
  try {
    return execFileSync(command, options, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: FETCH_MS_MAX,
    });
  } catch (error) {
    throw failed(error, command, `${error.stdout ?? ''}${error.stderr ?? ''}`, what);
  }
}

function failed(error, command, said, what) {
  if (error.code === 'ENOENT') {
    return new NoBroker(`${what}: "${command}" is not on the path; install a Java runtime (17 or newer) and Maven`);
  }
  if (said.includes('UnsupportedClassVersionError')) {
    return new NoBroker(`${what}: "java" is too old; install a Java runtime, 17 or newer`);
  }
  return new NoBroker(`${what}: ${firstWords(said) || error.message}`);
}

/** Tools say first what is wrong, then much else. */
function firstWords(said) {
  const lines = stripVTControlCharacters(said)
    .split('\n')
    .map((line) => line.trim());
  return lines.filter((line) => line !== '')[0]?.slice(0, SAID_MAX);
}

/** As `run`, and says now and then how long it has taken. */
async function runLong(command, options, what, tell) {
  const child = spawn(command, options, { stdio: ['ignore', 'pipe', 'pipe'] });
  const hanging = setTimeout(() => child.kill(), FETCH_MS_MAX);
  const startedAt = Date.now();
  const telling = setInterval(() => tell(`${Math.round((Date.now() - startedAt) / 1000)} s so far`), TELL_MS);
  try {
    const said = Promise.all([text(child.stdout), text(child.stderr)]).then((texts) => texts.join(''));
    const [code, signal] = await once(child, 'close').catch(async (error) => {
      throw failed(error, command, '', what);
    });
    if (code !== 0) throw failed(new Error(`it ended with ${code ?? signal}`), command, await said, what);
  } finally {
    clearInterval(telling);
    clearTimeout(hanging);
  }
}

/**
 * The folder of Kafka's jars.
 * @param {(message: string) => void} tell told while they are being fetched
 * @throws NoBroker
 */
async function jarFolder(tell = () => undefined) {
  const version = /kafka_2\.13<\/artifactId>\s*<version>([^<]+)</.exec(fs.readFileSync(POM, 'utf8'))[1];
  const cache = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'tokenbourse');
  const folder = path.join(cache, `kafka-${version}`);
  if (fs.existsSync(folder)) return folder;
  run('java', ['-version'], 'Kafka needs Java');
  fs.mkdirSync(cache, { recursive: true });
  const half = fs.mkdtempSync(path.join(cache, 'fetching-'));
  try {
    const fetch = ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${half}`];
    await runLong('mvn', fetch, "Kafka's jars could not be fetched", (time) =>
      tell(`fetches Kafka ${version}, this once: ${time}`),
    );
    fs.renameSync(half, folder);
  } catch (error) {
    fs.rmSync(half, { recursive: true, force: true });
    if (!fs.existsSync(folder)) throw error; // else another process was faster
  }
  return folder;
}

module.exports = { NoBroker, jarFolder, run };
