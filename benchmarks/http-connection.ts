// One keep-alive connection of the load: sends a request, reads its answer, no more than that is done per request.

import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Between head and body. */
const BLANK_LINE = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: (\d+)/i;

export class Connection {
  private readonly socket: Socket;
  private text = '';
  private answered: ((answer: Answer) => void) | undefined;

  private constructor(
    socket: Socket,
    private readonly failed: (error: Error) => void,
  ) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (part: string) => this.take(part));
    socket.on('error', failed);
    socket.on('close', () => {
      if (this.answered !== undefined) failed(new Error('the server closed a connection that waited for an answer'));
    });
  }

  /** @param failed told when it breaks: no answer comes any more */
  static open(host: string, port: number, failed: (error: Error) => void): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, host);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Connection(socket, failed));
      });
    });
  }

  /** Sends `request`, whole with head and body; one at a time. */
  send(request: string, answered: (answer: Answer) => void): void {
    this.answered = answered;
    this.socket.write(request, 'latin1');
  }

  close(): void {
    this.socket.destroy();
  }

  private take(part: string): void {
    this.text = this.text === '' ? part : this.text + part;
    const { text } = this;
    const head = text.indexOf(BLANK_LINE);
    if (head < 0) return;
    const length = LENGTH.exec(text.slice(0, head));
    if (length === null) return this.failed(new Error(`an answer without length: ${text.slice(0, head)}`));
    const begin = head + BLANK_LINE.length;
    if (text.length < begin + Number(length[1])) return;
    const { answered } = this;
    this.answered = undefined;
    this.text = '';
    answered?.({ status: Number(text.slice(9, 12)), body: text.slice(begin) });
  }
}
