// Keeps the brokers of a test run: whichever test asks first has one started, all others share it, and it ends with the run.
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

/** Where tests find the keeper, by way of their environment. */
const ADDRESS = 'TOKENBOURSE_BROKER_KEEPER';

/**
 * Listens on a socket of its own: one line with a broker's name in, one line of JSON out, `find-NAME.js` knows the rest.
 * `find` has one found before anybody asks.
 */
async function startKeeper() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tokenbourse-keeper-'));
  const found = new Map();
  const find = (name) => {
    if (!found.has(name)) found.set(name, require(`./find-${name}`).find());
    return found.get(name);
  };
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (line) => {
      const name = line.toString().trim();
      find(name)
        .then(
          ({ addresses, how }) => ({ addresses, how }),
          (error) => ({ error: error.message }),
        )
        .then((answer) => socket.end(`${JSON.stringify(answer)}\n`));
    });
  });
  server.unref();
  const address = path.join(folder, 'socket');
  await new Promise((done, failed) => server.once('error', failed).listen(address, done));
  process.env[ADDRESS] = address;
  const stop = async () => {
    delete process.env[ADDRESS];
    await new Promise((done) => server.close(done));
    for (const broker of found.values()) await broker.then(({ stop }) => stop()).catch(() => undefined);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  return { find, stop };
}

module.exports = { startKeeper };
