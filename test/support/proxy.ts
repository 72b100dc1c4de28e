// A TCP proxy that does what networks do: delays, splits, stalls, cuts, and eats the replies to one kind of request of Kafka's.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** The numbers by which Kafka's protocol names requests. */
export const KAFKA_REQUESTS = { produce: 0, fetch: 1 } as const;

/** What kind of request it is. */
export const requestNumber = (request: Buffer): number => request.readInt16BE(4);

export class TcpProxy {
  /** Each piece waits so long. */
  delayMs = 0;
  /** Pieces are no longer than this. */
  pieceBytes = Infinity;
  /** Takes connections, and nothing comes through. */
  stalled = false;
  /** Ends connections at once. */
  refusing = false;
  /** Replies to requests of this number never arrive; their connection stays. Kafka's protocol only. */
  eaten: number | undefined;
  /** How many were eaten. */
  meals = 0;
  /** Requests that wait here until they are released, and what comes behind them on their connection. Kafka's protocol only. */
  keeps: ((request: Buffer) => boolean) | undefined;
  /** How many wait. */
  kept = 0;
  private readonly sockets = new Set<Socket>();
  private readonly releases = new Set<() => void>();

  private constructor(
    private readonly server: Server,
    private target: number,
  ) {}

  /** @param target port on this machine; may be told later */
  static async start(target = 0): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server, target);
    server.on('connection', (client) => proxy.take(client));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  leadTo(port: number): void {
    this.target = port;
  }

  /** Ends all connections there are, in the midst of whatever is under way. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** As it was at first; what is kept waits on. */
  calm(): void {
    const eatsAndKeeps = { eaten: undefined, keeps: undefined };
    Object.assign(this, { delayMs: 0, pieceBytes: Infinity, stalled: false, refusing: false, ...eatsAndKeeps });
  }

  /** What is kept goes where it was going. */
  release(): void {
    for (const release of this.releases) release();
    this.releases.clear();
  }

  async stop(): Promise<void> {
    this.cut();
    this.release();
    this.server.close();
    await once(this.server, 'close');
  }

  private take(client: Socket): void {
    if (this.refusing) {
      client.destroy();
      return;
    }
    const server = connect(this.target, '127.0.0.1');
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ]) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
    const asked = new Map<number, number>();
    void this.carry(client, server, async (request) => {
      asked.set(request.readInt32BE(8), requestNumber(request));
      if (this.keeps?.(request)) await this.keep();
      return true;
    });
    void this.carry(server, client, (reply) => {
      const number = reply.readInt32BE(4);
      const isEaten = this.eaten !== undefined && asked.get(number) === this.eaten;
      asked.delete(number);
      if (isEaten) this.meals += 1;
      return !isEaten;
    });
  }

  private async keep(): Promise<void> {
    this.kept += 1;
    await new Promise<void>((release) => this.releases.add(release));
    this.kept -= 1;
  }

  /** Message by message, as its first four bytes say how long it is. */
  private async carry(from: Socket, to: Socket, lets: (message: Buffer) => boolean | Promise<boolean>): Promise<void> {
    let waiting = Buffer.alloc(0);
    try {
      for await (const piece of from as AsyncIterable<Buffer>) {
        waiting = Buffer.concat([waiting, piece]);
        while (waiting.length >= 12 && waiting.length >= 4 + waiting.readUInt32BE(0)) {
          const message = waiting.subarray(0, 4 + waiting.readUInt32BE(0));
          waiting = waiting.subarray(message.length);
          if (await lets(message)) await this.write(message, to);
        }
      }
    } catch {
      to.destroy(); // one side has gone; so must the other
    }
  }

  private async write(message: Buffer, to: Socket): Promise<void> {
    for (let at = 0; at < message.length; at += this.pieceBytes) {
      while (this.stalled) await pause(10);
      if (this.delayMs > 0) await pause(this.delayMs);
      if (!to.write(message.subarray(at, at + this.pieceBytes))) await once(to, 'drain');
    }
  }
}
