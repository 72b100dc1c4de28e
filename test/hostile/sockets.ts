// Connections that no client library would make: broken HTTP, bodies that break off or come by drops, floods in one packet, silence.
// Each must end by itself, with an answer where there was something to answer.

import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Address } from './wire';

interface Told {
  readonly text: string;
  readonly closed: boolean;
}

/** The longest that a request may take to arrive, and some time to see it. */
const PATIENCE_MS = 45_000;
const TLS_HELLO = Buffer.from('16030100a5010000a10303', 'hex');

/** What is written, and what the answer must look like; undefined: the connection may end without one. */
const BROKEN: readonly (readonly [name: string, bytes: string | Buffer, answer: RegExp | undefined])[] = [
  ['control character in a header', 'GET /v1/tiers HTTP/1.1\r\nHost: a\r\nX: \u0001\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['no HTTP', 'HELLO\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['TLS', TLS_HELLO, /^HTTP\/1\.1 400 /],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['HTTP/9.9', 'GET / HTTP/9.9\r\nHost: a\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['no host', 'GET /v1/tiers HTTP/1.1\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['large header', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
  ['long address', `GET /${'y'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, /^HTTP\/1\.1 431 /],
  [
    'many headers',
    `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${'X: y\r\n'.repeat(1_900)}\r\n`,
    /^HTTP\/1\.1 404 /,
  ],
  ['too many headers', `GET / HTTP/1.1\r\nHost: a\r\n${'Xxxx: yyyy\r\n'.repeat(3_000)}\r\n`, /^HTTP\/1\.1 431 /],
  ['folded header', 'GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n', /^HTTP\/1\.1 4\d\d /],
  ['blank before colon', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['line ends without CR', 'GET /v1/nothing HTTP/1.1\nHost: a\n\n', /^HTTP\/1\.1 4\d\d /],
  [
    'length and chunks at once',
    'POST /v1/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    /^HTTP\/1\.1 400 /,
  ],
  [
    'two lengths',
    'POST /v1/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n{}  ',
    /^HTTP\/1\.1 400 /,
  ],
  ['negative length', 'POST /v1/orders HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n', /^HTTP\/1\.1 400 /],
  [
    'endless length',
    `POST /v1/orders HTTP/1.1\r\nHost: a\r\nContent-Length: ${'9'.repeat(30)}\r\n\r\n`,
    /^HTTP\/1\.1 400 /,
  ],
  ['unknown coding', 'POST /v1/orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n', /^HTTP\/1\.1 4\d\d /],
  [
    'broken chunk',
    'POST /v1/orders HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: KEY\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    /^HTTP\/1\.1 400 /,
  ],
  [
    'chunks beyond the largest body',
    'POST /v1/orders HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: KEY\r\nTransfer-Encoding: chunked\r\n\r\n' +
      `4000\r\n${' '.repeat(0x4000)}\r\n`.repeat(6),
    /^HTTP\/1\.1 413 /,
  ],
  [
    'a length beyond the largest body',
    'POST /v1/orders HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: KEY\r\nContent-Length: 1000000000\r\n\r\n{',
    /^HTTP\/1\.1 413 /,
  ],
  ['tunnel', 'CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: a\r\n\r\n', undefined],
  [
    'expectation',
    'GET /v1/tiers HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\nConnection: close\r\n\r\n',
    /^HTTP\/1\.1 400 /,
  ],
];

/** Attacks by sockets, all at once; resolves with what was wrong, in sentences. */
export async function attackSockets(server: Address, adminKey: string): Promise<string[]> {
  const faults: string[] = [];
  const post = `POST /v1/orders HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: Bearer ${adminKey}\r\n`;
  const attacks: Promise<void>[] = BROKEN.map(async ([name, bytes, right]) => {
    const sent = typeof bytes === 'string' ? bytes.replace('KEY', `Bearer ${adminKey}`) : bytes;
    const { text, closed } = await tell(server, (socket) => socket.write(sent));
    if (!closed) faults.push(`${name}: the connection does not end`);
    if (right === undefined) return;
    if (!right.test(text)) faults.push(`${name}: answered ${JSON.stringify(text.slice(0, 300))}`);
    else if (!/content-type: application\/problem\+json/i.test(text)) faults.push(`${name}: no problem document`);
  });
  const crawl = async (name: string, head: string, drop: string): Promise<void> => {
    const { text, closed } = await tell(server, (socket) => {
      socket.write(head);
      const dropping = setInterval(() => socket.write(drop), 1_000);
      socket.once('close', () => clearInterval(dropping));
    });
    if (!closed || !/^HTTP\/1\.1 408 /.test(text))
      faults.push(`${name}: ${closed} ${JSON.stringify(text.slice(0, 300))}`);
  };
  for (let i = 0; i < 40; i++) {
    attacks.push(crawl('headers by drops', 'GET /v1/tiers HTTP/1.1\r\nHost: a\r\n', `X-${i}: y\r\n`));
    attacks.push(crawl('a body by drops', `${post}Content-Length: 60000\r\n\r\n{`, ' '));
    attacks.push(crawl('chunks by drops', `${post}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n'));
    attacks.push(silence(server, faults));
    attacks.push(breakOff(server, `${post}Content-Length: 500\r\n\r\n{"contract_id":`));
    attacks.push(breakOff(server, 'GET /v1/contracts?limit=1000 HTTP/1.1\r\nHost: a\r\n\r\n'));
  }
  attacks.push(flood(server, faults));
  await Promise.all(attacks);
  return faults;
}

/** Opens a connection, lets `speak` write, and resolves with what was answered once it is closed, or patience ends. */
function tell(server: Address, speak: (socket: Socket) => void): Promise<Told> {
  return new Promise((done) => {
    const socket = connect(server);
    let text = '';
    const patience = setTimeout(() => finish(false), PATIENCE_MS);
    const finish = (closed: boolean): void => {
      clearTimeout(patience);
      socket.destroy();
      done({ text, closed });
    };
    socket.on('connect', () => speak(socket));
    socket.on('data', (part: Buffer) => (text += part.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('end', () => finish(true)).on('close', () => finish(true));
  });
}

async function silence(server: Address, faults: string[]): Promise<void> {
  const { closed } = await tell(server, () => undefined);
  if (!closed) faults.push('a connection that says nothing is kept open');
}

/** Goes away in the middle. */
async function breakOff(server: Address, head: string): Promise<void> {
  await tell(server, (socket) => {
    socket.write(head);
    void pause(20).then(() => socket.destroy());
  });
}

const FLOOD = 500;

/** Many requests in one packet: each is answered, in order, or the connection ends. */
async function flood(server: Address, faults: string[]): Promise<void> {
  const requests = Array.from(
    { length: FLOOD },
    (_, i) =>
      `GET /v1/tiers/T${i}/candles HTTP/1.1\r\nHost: a\r\n${i === FLOOD - 1 ? 'Connection: close\r\n' : ''}\r\n`,
  );
  const { text, closed } = await tell(server, (socket) => socket.write(requests.join('')));
  const answers = text.split(/(?=HTTP\/1\.1 \d{3} )/).map((answer) => answer.slice(9, 12));
  if (!closed) faults.push('a flood in one packet: the connection does not end');
  const odd = answers.find((status) => !['400', '404', '429', '503'].includes(status));
  if (odd !== undefined) faults.push(`a flood in one packet was answered ${odd}`);
}
