// One connection that says exactly the bytes it is told, keeps the connection alive and reads whole answers: what an HTTP client
// would mend before sending must reach the server as it stands.

import { connect, type Socket } from 'node:net';

export interface WireAnswer {
  readonly status: number;
  /** By name in small letters. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Nobody answered in time. */
export class NoAnswer extends Error {}

const ANSWER_MS = 40_000;
const HEAD_END = Buffer.from('\r\n\r\n');

export class Wire {
  private socket: Socket | undefined;
  private received: Buffer = Buffer.alloc(0);
  private ended = false;
  private wake: () => void = () => undefined;

  /** @param from the loopback address that the server shall see */
  constructor(
    private readonly server: Address,
    private readonly from = '127.0.0.1',
  ) {}

  /**
   * Sends a request and resolves with its answer; undefined where the server ended the connection without one.
   * @throws NoAnswer
   */
  async ask(request: Buffer | string, withoutBody = false): Promise<WireAnswer | undefined> {
    const fresh = this.socket === undefined || this.ended;
    await this.open();
    this.socket!.write(request);
    const answer = await this.answer(withoutBody);
    if (answer === undefined || /close/i.test(answer.headers.get('connection') ?? '')) this.close();
    // A connection kept alive may end just as it is used again: the request did not arrive, so it is sent anew.
    if (answer === undefined && !fresh) return this.ask(request, withoutBody);
    return answer;
  }

  close(): void {
    this.socket?.destroy();
    this.socket = undefined;
  }

  private async open(): Promise<void> {
    if (this.socket !== undefined && !this.ended) return;
    this.received = Buffer.alloc(0);
    this.ended = false;
    const socket = connect({ ...this.server, localAddress: this.from });
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (part: Buffer) => {
      if (this.socket !== socket) return;
      this.received = this.received.length === 0 ? part : Buffer.concat([this.received, part]);
      this.wake();
    });
    const end = (): void => {
      if (this.socket !== socket) return;
      this.ended = true;
      this.wake();
    };
    socket.on('error', end).on('end', end).on('close', end);
    await new Promise<void>((opened) => socket.once('connect', opened).once('close', () => opened()));
  }

  private async answer(withoutBody: boolean): Promise<WireAnswer | undefined> {
    const deadline = setTimeout(() => this.socket?.destroy(new NoAnswer()), ANSWER_MS);
    try {
      for (;;) {
        const parsed = this.parse(withoutBody);
        if (parsed !== undefined) return parsed;
        if (this.socket?.errored instanceof NoAnswer) throw new NoAnswer(`no answer within ${ANSWER_MS / 1_000} s`);
        if (this.ended) return undefined;
        await new Promise<void>((woken) => (this.wake = woken));
      }
    } finally {
      clearTimeout(deadline);
    }
  }

  /** Takes the next answer from what has been received; undefined while it is not whole. */
  private parse(withoutBody: boolean): WireAnswer | undefined {
    const headEnd = this.received.indexOf(HEAD_END);
    if (headEnd < 0) return undefined;
    const [first = '', ...lines] = this.received.toString('latin1', 0, headEnd).split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? Number.NaN);
    const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), valueOf(line)]));
    const start = headEnd + HEAD_END.length;
    if (status === 100) {
      this.received = this.received.subarray(start);
      return this.parse(withoutBody);
    }
    const body = withoutBody ? { text: '', end: start } : this.bodyFrom(start, headers);
    if (body === undefined) return undefined;
    this.received = this.received.subarray(body.end);
    return { status, headers, body: body.text };
  }

  private bodyFrom(start: number, headers: ReadonlyMap<string, string>): { text: string; end: number } | undefined {
    if (headers.get('transfer-encoding') === 'chunked') return chunks(this.received, start);
    const length = headers.get('content-length');
    if (length === undefined) {
      return this.ended ? { text: this.received.toString('utf8', start), end: this.received.length } : undefined;
    }
    const end = start + Number(length);
    return this.received.length < end ? undefined : { text: this.received.toString('utf8', start, end), end };
  }
}

const valueOf = (line: string): string => line.slice(line.indexOf(':') + 1).trim();

function chunks(bytes: Buffer, start: number): { text: string; end: number } | undefined {
  const parts: Buffer[] = [];
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return undefined;
    if (size === 0) return { text: Buffer.concat(parts).toString('utf8'), end: next };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}
