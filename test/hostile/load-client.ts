// One client process of an overload: places orders over many connections, as many as it is told, and keeps what it was told of each.
// Started by overload.ts with its task as an argument; answers with one message.

import { connect, type Socket } from 'node:net';
import { writeFileSync } from 'node:fs';

export interface LoadTask {
  readonly host: string;
  readonly port: number;
  readonly key: string;
  readonly contract: string;
  readonly name: string;
  readonly connections: number;
  /** Requests under way on one connection at most. */
  readonly window: number;
  /** Requests per second, whatever is answered; 0: the next as soon as one is answered. */
  readonly rate: number;
  readonly seconds: number;
  /** Where the acknowledged ids are written, one a line. */
  readonly acknowledgedFile: string;
}

export interface LoadReport {
  readonly due: number;
  readonly sent: number;
  /** Due, but every connection had its window full. */
  readonly heldBack: number;
  readonly byAnswer: Readonly<Record<string, number>>;
  /** Refusals with 429 or 503 that lack a Retry-After. */
  readonly withoutRetryAfter: number;
  readonly broken: number;
  /** Milliseconds from sending to acknowledgement: p50, p99, largest. */
  readonly latencyMs: readonly [number, number, number];
}

const TICK_MS = 5;
const HEAD_END = '\r\n\r\n';

class Connection {
  readonly waiting: { readonly id: string; readonly sentAtMs: number }[] = [];
  readonly socket: Socket;
  isOpen = false;
  private text = '';

  constructor(task: LoadTask, answered: (connection: Connection, status: number, head: string, body: string) => void) {
    this.socket = connect({ host: task.host, port: task.port });
    this.socket.setNoDelay(true).setEncoding('latin1');
    // Open is a connection that the server has accepted and answered: a turn of its event loop accepts but one.
    this.socket.on('connect', () => this.socket.write('GET /v1/health/live HTTP/1.1\r\nHost: a\r\n\r\n'));
    this.socket.on('error', () => undefined).on('close', () => (this.isOpen = false));
    this.socket.on('data', (part: string) => {
      this.text += part;
      for (;;) {
        const headEnd = this.text.indexOf(HEAD_END);
        if (headEnd < 0) return;
        const head = this.text.slice(0, headEnd);
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        const end = headEnd + HEAD_END.length + length;
        if (this.text.length < end) return;
        const body = this.text.slice(headEnd + HEAD_END.length, end);
        this.text = this.text.slice(end);
        if (this.isOpen) answered(this, Number(head.slice(9, 12)), head, body);
        else this.isOpen = true;
      }
    });
  }
}

class Load {
  private readonly connections: Connection[];
  private readonly acknowledged: string[] = [];
  private readonly latencies: number[] = [];
  private readonly byAnswer: Record<string, number> = {};
  private due = 0;
  private sent = 0;
  private heldBack = 0;
  private withoutRetryAfter = 0;
  private turn = 0;
  private ending = false;

  constructor(private readonly task: LoadTask) {
    this.connections = Array.from(
      { length: task.connections },
      () => new Connection(task, (connection, status, head, body) => this.answered(connection, status, head, body)),
    );
  }

  async run(): Promise<LoadReport> {
    const { rate, seconds, window } = this.task;
    await until(() => this.connections.every(({ isOpen }) => isOpen), 30_000);
    const startedAt = performance.now();
    if (rate === 0) for (const connection of this.connections) for (let i = 0; i < window; i++) this.send(connection);
    while (performance.now() - startedAt < seconds * 1_000) {
      const dueNow = rate === 0 ? 0 : Math.floor(((performance.now() - startedAt) * rate) / 1_000);
      for (; this.due < dueNow; this.due++) this.sendSomewhere();
      await new Promise((waited) => setTimeout(waited, TICK_MS));
    }
    this.ending = true;
    await until(() => this.connections.every(({ waiting, isOpen }) => waiting.length === 0 || !isOpen), 60_000);
    const broken = this.connections.reduce((sum, { waiting }) => sum + waiting.length, 0);
    for (const { socket } of this.connections) socket.destroy();
    writeFileSync(this.task.acknowledgedFile, this.acknowledged.map((id) => `${id}\n`).join(''));
    const sorted = this.latencies.sort((a, b) => a - b);
    const at = (part: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);
    const { sent, heldBack, byAnswer, withoutRetryAfter, due } = this;
    return { due, sent, heldBack, byAnswer, withoutRetryAfter, broken, latencyMs: [at(0.5), at(0.99), at(1)] };
  }

  private sendSomewhere(): void {
    for (let tries = 0; tries < this.connections.length; tries++) {
      const connection = this.connections[(this.turn = (this.turn + 1) % this.connections.length)]!;
      if (connection.isOpen && connection.waiting.length < this.task.window) return this.send(connection);
    }
    this.heldBack += 1;
  }

  private send(connection: Connection): void {
    const { name, contract, key } = this.task;
    const id = `${name}-${this.sent}`;
    const price = `0.${100 + (this.sent % 400)}`;
    const body = `{"contract_id":"${contract}","client_order_id":"${id}","side":"BUY","quantity_mtok":"0.001","price_usd_per_mtok":"${price}"}`;
    const head = `POST /v1/orders HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
    connection.waiting.push({ id, sentAtMs: performance.now() });
    connection.socket.write(`${head}\r\n\r\n${body}`);
    this.sent += 1;
  }

  private answered(connection: Connection, status: number, head: string, body: string): void {
    const { id, sentAtMs } = connection.waiting.shift()!;
    const answer = status === 201 ? '201' : `${status} ${/"code":"(\w+)"/.exec(body)?.[1] ?? ''}`;
    this.byAnswer[answer] = (this.byAnswer[answer] ?? 0) + 1;
    if ((status === 429 || status === 503) && !/retry-after: [1-9]/i.test(head)) this.withoutRetryAfter += 1;
    if (status === 201) {
      this.latencies.push(performance.now() - sentAtMs);
      this.acknowledged.push(`${id} ${/"order_id":"(\w+)"/.exec(body)?.[1]}`);
    }
    if (this.task.rate === 0 && !this.ending) this.send(connection);
  }
}

async function until(done: () => boolean, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!done() && performance.now() < deadline) await new Promise((waited) => setTimeout(waited, TICK_MS));
}

// Nobody is left to report to.
process.on('disconnect', () => process.exit(1));
const task = JSON.parse(process.argv[2] ?? '{}') as LoadTask;
void new Load(task).run().then((report) => process.send!(report, () => process.exit(0)));
