// Starts Kafka brokers on this machine from their published Java artifacts: one or three, on ports of their own, with their data
// in a fresh temporary folder. They end with the process that started them, however that ends.
const { execFileSync, spawn } = require('node:child_process');
const { randomBytes } = require('node:crypto');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: pause } = require('node:timers/promises');
const { Kafka, logLevel } = require('kafkajs');

const POM = path.join(__dirname, 'pom.xml');
const READY_MS_MAX = 90_000;
/** For clients, for controllers, for clients by way of a proxy. */
const PORTS_EACH = 3;
const HEAP = ['-Xms256m', '-Xmx512m'];

/** What is missing to start a broker here, as one line. */
class NoBroker extends Error {}

function run(command, options, what) {
  try {
    return execFileSync(command, options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    if (error.code === 'ENOENT') {
      throw new NoBroker(`${what}: "${command}" is not on the path; install a Java runtime (17 or newer) and Maven`);
    }
    const said = `${error.stdout ?? ''}${error.stderr ?? ''}`.trim().split('\n').slice(-5).join(' | ');
    throw new NoBroker(`${what}: ${said || error.message}`);
  }
}

/** The folder of Kafka's jars; fetched once per user and version. */
function jarFolder() {
  const version = /kafka_2\.13<\/artifactId>\s*<version>([^<]+)</.exec(fs.readFileSync(POM, 'utf8'))[1];
  const cache = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'tokenbourse');
  const folder = path.join(cache, `kafka-${version}`);
  if (fs.existsSync(folder)) return folder;
  run('java', ['-version'], 'Kafka needs Java');
  fs.mkdirSync(cache, { recursive: true });
  const half = fs.mkdtempSync(path.join(cache, 'fetching-'));
  try {
    const fetch = ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${half}`];
    run('mvn', fetch, "Kafka's jars could not be fetched");
    fs.renameSync(half, folder);
  } catch (error) {
    fs.rmSync(half, { recursive: true, force: true });
    if (!fs.existsSync(folder)) throw error; // else another process was faster
  }
  return folder;
}

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
  constructor(id, [port, , proxiedPort], folder, jars) {
    Object.assign(this, { id, port, proxiedPort, folder, jars, shell: undefined });
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

/** @param proxyPort where clients of the third listener are told to go; without it there is none */
function settings(id, ports, folder, proxyPort) {
  const brokers = ports.length / PORTS_EACH;
  const [port, controllerPort, proxiedPort] = ports.slice(PORTS_EACH * (id - 1));
  const voters = Array.from({ length: brokers }, (_, i) => `${i + 1}@127.0.0.1:${ports[PORTS_EACH * i + 1]}`);
  const [listener, advertised] = proxyPort
    ? [`,PROXIED://127.0.0.1:${proxiedPort}`, `,PROXIED://127.0.0.1:${proxyPort}`]
    : ['', ''];
  const inSync = Math.max(1, brokers - 1);
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': voters.join(','),
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${listener}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}${advertised}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': path.join(folder, 'data'),
    'auto.create.topics.enable': false,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': brokers,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': brokers,
    'transaction.state.log.min.isr': inSync,
    'group.initial.rebalance.delay.ms': 0,
    // A dead broker is noticed sooner than by default, so that a leader's death costs seconds.
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Resolves when an admin call is answered by all `count` brokers. */
async function untilReady(addresses, brokers, count = addresses.length) {
  const kafka = new Kafka({
    clientId: 'readiness',
    brokers: addresses,
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  });
  const giveUpAt = Date.now() + READY_MS_MAX;
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
    if (Date.now() > giveUpAt) throw new NoBroker(`Kafka did not answer within ${READY_MS_MAX / 1000} s`);
    await pause(100);
  }
}

/**
 * Brokers that answer. `brokers[i].signal('SIGKILL')`, `brokers[i].start()` and `ready()` are for tests of faults.
 * @param proxyPorts one per broker: clients that come to `brokers[i].proxiedPort` are told to go on there
 * @throws NoBroker saying what to install
 */
async function startBrokers(count = 1, proxyPorts = []) {
  const jars = jarFolder();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tokenbourse-kafka-'));
  const removeFolder = () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', removeFolder);
  const ports = await freePorts(PORTS_EACH * count);
  const cluster = randomBytes(16).toString('base64url');
  const brokers = Array.from({ length: count }, (_, i) => {
    const own = path.join(folder, String(i + 1));
    fs.mkdirSync(own);
    fs.writeFileSync(path.join(own, 'settings'), settings(i + 1, ports, own, proxyPorts[i]));
    return new Broker(i + 1, ports.slice(PORTS_EACH * i), own, jars);
  });
  const addresses = brokers.map(({ port }) => `127.0.0.1:${port}`);
  const stop = async () => {
    await Promise.all(brokers.map((broker) => broker.signal('SIGKILL')));
    process.off('exit', removeFolder);
    removeFolder();
  };
  try {
    for (const { folder: own } of brokers) {
      const format = ['format', `--cluster-id=${cluster}`, '-c', path.join(own, 'settings')];
      run('java', ['-cp', path.join(jars, '*'), 'kafka.tools.StorageTool', ...format], 'Kafka could not be set up');
    }
    for (const broker of brokers) broker.start();
    await untilReady(addresses, brokers);
  } catch (error) {
    await stop();
    throw error;
  }
  return { addresses, brokers, ready: (expected) => untilReady(addresses, [], expected), stop };
}

module.exports = { NoBroker, startBrokers, untilReady };
