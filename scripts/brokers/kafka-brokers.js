// Starts Kafka brokers on this machine from their published Java artifacts: one or three, on ports of their own, with their data
// in a fresh temporary folder, or in one that is kept. They end with the process that started them, however that ends.
const { spawn } = require('node:child_process');
const { randomBytes } = require('node:crypto');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: pause } = require('node:timers/promises');
const { Kafka, logLevel } = require('kafkajs');
const { NoBroker, jarFolder, run } = require('./kafka-jars');
const { PORTS_EACH, SCRAM, makeCertificate, settings } = require('./kafka-settings');

/** A busy machine may take minutes. */
const READY_MS_MAX = 240_000;
const HEAP = ['-Xms256m', '-Xmx512m'];

/** `count` ports that are free now. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((done) => {
          const server = net.createServer().listen(0, '127.0.0.1', () => done(server));
        }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/** The shell stands between so that a broker dies when its starter does, even by kill -9: then the pipe on its input ends. */
const UNTIL_INPUT_ENDS =
  'exec 3<&0; pidfile=$1; shift; "$@" </dev/null & child=$!; echo $child > "$pidfile"; ' +
  '(while read -r _ <&3; do :; done; kill -9 $child 2>/dev/null) & wait $child';

class Broker {
  constructor(id, [port, , thirdPort], folder, jars) {
    Object.assign(this, { id, port, thirdPort, folder, jars, shell: undefined });
  }

  /** Once it is ready: its process, to be seen from outside. */
  get pid() {
    return Number(fs.readFileSync(path.join(this.folder, 'pid'), 'utf8'));
  }

  start() {
    if (this.shell) return;
    const pidFile = path.join(this.folder, 'pid');
    fs.rmSync(pidFile, { force: true });
    const log = fs.openSync(path.join(this.folder, 'output.log'), 'a');
    const java = ['java', ...HEAP, '-cp', path.join(this.jars, '*'), 'kafka.Kafka', path.join(this.folder, 'settings')];
    const shell = spawn('sh', ['-c', UNTIL_INPUT_ENDS, 'sh', pidFile, ...java], {
      stdio: ['pipe', log, log],
    });
    fs.closeSync(log);
    shell.stdin.on('error', () => undefined);
    this.shell = shell;
    this.ended = new Promise((done) => {
      shell.once('exit', () => {
        shell.stdin.end();
        if (this.shell === shell) this.shell = undefined;
        done();
      });
    });
  }

  /** SIGTERM lets it hand over and flush; SIGKILL, SIGSTOP and SIGCONT are what faults are made of. */
  async signal(name) {
    while (this.shell && !fs.existsSync(path.join(this.folder, 'pid'))) await pause(10);
    if (!this.shell) return;
    process.kill(this.pid, name);
    if (name === 'SIGKILL' || name === 'SIGTERM') await this.ended;
  }

  lastWords() {
    const lines = fs.readFileSync(path.join(this.folder, 'output.log'), 'utf8').trim().split('\n');
    return lines.slice(-8).join('\n');
  }
}

/** Resolves when an admin call is answered by all `count` brokers. */
async function untilReady(addresses, brokers, count = addresses.length, patienceMs = READY_MS_MAX) {
  const kafka = new Kafka({
    clientId: 'readiness',
    brokers: addresses,
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  });
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    const admin = kafka.admin();
    try {
      await admin.connect();
      if ((await admin.describeCluster()).brokers.length >= count) return;
    } catch {
      // not yet
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
    const dead = brokers.find(({ shell }) => !shell);
    if (dead) throw new NoBroker(`Kafka broker ${dead.id} ended at its start:\n${dead.lastWords()}`);
    if (Date.now() > giveUpAt) throw new NoBroker(`Kafka did not answer within ${patienceMs / 1000} s`);
    await pause(100);
  }
}

/**
 * Brokers that answer. `brokers[i].signal('SIGKILL')`, `brokers[i].start()` and `ready()` are for tests of faults.
 * @param {{ proxyPorts?: number[], guard?: { username: string, password: string } }} third what the third listener is for:
 *   clients that come there are told to go on at a proxy's port (one per broker), or need TLS and the right name and password
 * @param {{ data?: string, tell?: (message: string) => void }} options where data is kept, also from an earlier start of as many
 *   brokers; a fresh folder that is removed at the end without it; and who is told of long waits
 * @throws NoBroker saying what to install
 */
async function startBrokers(count = 1, third = {}, { data, tell } = {}) {
  const jars = await jarFolder(tell);
  const folder = data ?? fs.mkdtempSync(path.join(os.tmpdir(), 'tokenbourse-kafka-'));
  const removeFolder = () => data || fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', removeFolder);
  const ports = await freePorts(PORTS_EACH * count);
  const pem = third.guard ? makeCertificate(folder, run) : undefined;
  const cluster = randomBytes(16).toString('base64url');
  const brokers = Array.from({ length: count }, (_, i) => {
    const own = path.join(folder, String(i + 1));
    fs.mkdirSync(own, { recursive: true });
    fs.writeFileSync(
      path.join(own, 'settings'),
      settings(i + 1, ports, own, { proxyPort: third.proxyPorts?.[i], guard: third.guard, pem }),
    );
    return new Broker(i + 1, ports.slice(PORTS_EACH * i), own, jars);
  });
  const addresses = brokers.map(({ port }) => `127.0.0.1:${port}`);
  const stop = async () => {
    await Promise.all(brokers.map((broker) => broker.signal(data ? 'SIGTERM' : 'SIGKILL')));
    process.off('exit', removeFolder);
    removeFolder();
  };
  try {
    for (const { folder: own } of brokers) {
      if (fs.existsSync(path.join(own, 'data', 'meta.properties'))) continue;
      const format = ['format', `--cluster-id=${cluster}`, '-c', path.join(own, 'settings')];
      if (third.guard) format.push('--add-scram', SCRAM(third.guard));
      run('java', ['-cp', path.join(jars, '*'), 'kafka.tools.StorageTool', ...format], 'Kafka could not be set up');
    }
    for (const broker of brokers) broker.start();
    await untilReady(addresses, brokers);
  } catch (error) {
    await stop();
    throw error;
  }
  /** What signed the certificates of guarded listeners, as PEM. */
  const ca = pem && fs.readFileSync(pem.cert, 'utf8');
  return { addresses, brokers, ca, ready: (expected) => untilReady(addresses, [], expected), stop };
}

module.exports = { NoBroker, startBrokers, untilReady };
