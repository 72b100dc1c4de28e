// Starts a Redis on this machine: a port of its own, nothing kept on disk, with a password or TLS where a test asks for them. It
// ends with the process that started it, however that ends.
const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: pause } = require('node:timers/promises');
const { Redis } = require('ioredis');

const READY_MS_MAX = 15_000;

/** What is missing to start Redis here, as one line. */
class NoRedis extends Error {}

/** The shell stands between so that Redis dies when its starter does, even by kill -9: then the pipe on its input ends. */
const UNTIL_INPUT_ENDS =
  'exec 3<&0; "$@" </dev/null & child=$!; echo $child; (while read -r _ <&3; do :; done; kill -9 $child 2>/dev/null) & wait $child';

function has(command) {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Puts redis-server on the path, from the distribution's packages where the user may. */
function assertInstalled() {
  if (has('redis-server')) return;
  const missing = '"redis-server" is not on the path; install it (Debian, Ubuntu: apt-get install redis-server)';
  if (process.getuid?.() !== 0 || !has('apt-get')) throw new NoRedis(missing);
  // Nobody asked for a Redis that starts with the machine: the package's own service is kept from starting.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const install = ['install', '-y', '-q', '--no-install-recommends', 'redis-server'];
  try {
    execFileSync('apt-get', install, { env, stdio: 'ignore' });
  } catch {
    try {
      execFileSync('apt-get', ['update', '-q'], { env, stdio: 'ignore' });
      execFileSync('apt-get', install, { env, stdio: 'ignore' });
    } catch (error) {
      throw new NoRedis(`${missing}; apt-get failed: ${error.message}`);
    }
  }
  if (!has('redis-server')) throw new NoRedis(missing);
}

async function freePort() {
  const server = net.createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** A certificate for 127.0.0.1 that signs itself. */
function certificate(folder) {
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert];
  try {
    execFileSync('openssl', [...request, ...subject], { stdio: 'ignore' });
  } catch (error) {
    throw new NoRedis(`a certificate for Redis could not be made by "openssl": ${error.message}`);
  }
  return { key, cert };
}

/** Resolves when it answers as a Redis that may be used. */
async function untilReady(url, tls, giveUp = () => undefined) {
  const redis = new Redis(url, { tls, lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  redis.on('error', () => undefined);
  const giveUpAt = Date.now() + READY_MS_MAX;
  try {
    for (;;) {
      try {
        if (redis.status !== 'ready') await redis.connect();
        if ((await redis.ping()) === 'PONG') return;
      } catch {
        // not yet
      }
      giveUp();
      if (Date.now() > giveUpAt) throw new NoRedis(`Redis did not answer within ${READY_MS_MAX / 1000} s`);
      await pause(20);
    }
  } finally {
    redis.disconnect();
  }
}

/**
 * A Redis that answers. `signal('SIGKILL')`, then `start()`: the same address, and empty, for it keeps nothing.
 * @param {{ password?: string, tls?: boolean, args?: string[] }} options
 * @throws NoRedis saying what to install
 */
async function startRedis({ password, tls = false, args = [] } = {}) {
  assertInstalled();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tokenbourse-redis-'));
  const removeFolder = () => fs.rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);
  const port = await freePort();
  const pem = tls ? certificate(folder) : undefined;
  const listens = pem
    ? ['--port', '0', '--tls-port', String(port), '--tls-cert-file', pem.cert, '--tls-key-file', pem.key]
    : ['--port', String(port)];
  const command = [
    'redis-server',
    '--bind',
    '127.0.0.1',
    ...listens,
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  if (pem) command.push('--tls-auth-clients', 'no');
  if (password) command.push('--requirepass', password);
  const url = `${tls ? 'rediss' : 'redis'}://${password ? `:${encodeURIComponent(password)}@` : ''}127.0.0.1:${port}`;
  const ca = pem && fs.readFileSync(pem.cert, 'utf8');
  let running;
  const redis = {
    url,
    port,
    address: `127.0.0.1:${port}`,
    /** What signed the certificate, as PEM; undefined without TLS. */
    ca,
    async start() {
      if (running) return;
      const log = fs.openSync(path.join(folder, 'output.log'), 'a');
      const shell = spawn(
        'sh',
        ['-c', UNTIL_INPUT_ENDS, 'sh', ...command, '--logfile', path.join(folder, 'redis.log'), ...args],
        {
          stdio: ['pipe', 'pipe', log],
        },
      );
      fs.closeSync(log);
      shell.stdin.on('error', () => undefined);
      const own = { shell, pid: 0, ended: undefined };
      running = own;
      own.ended = new Promise((done) => {
        shell.once('exit', () => {
          shell.stdin.end();
          if (running === own) running = undefined;
          done();
        });
      });
      const [line] = await new Promise((done) =>
        shell.stdout.once('data', (data) => done(data.toString().split('\n'))),
      );
      own.pid = Number(line);
      shell.stdout.destroy();
      await untilReady(url, ca && { ca }, () => {
        if (running !== own) throw new NoRedis(`Redis ended at its start: see ${path.join(folder, 'redis.log')}`);
      });
    },
    /** Of the process that runs; 0 where none does. */
    get pid() {
      return running?.pid ?? 0;
    },
    /** SIGKILL, SIGTERM, SIGSTOP, SIGCONT; the first two resolve when it is gone. */
    async signal(name) {
      const own = running;
      if (!own) return;
      process.kill(own.pid, name);
      if (name === 'SIGKILL' || name === 'SIGTERM') await own.ended;
    },
    async stop() {
      await redis.signal('SIGKILL');
      process.off('exit', removeFolder);
      removeFolder();
    },
  };
  try {
    await redis.start();
  } catch (error) {
    await redis.stop();
    throw error;
  }
  return redis;
}

module.exports = { NoRedis, startRedis, untilReady };
