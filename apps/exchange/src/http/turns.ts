// Lets requests in by turns of the event loop. All that has arrived is read in one turn: a flood would make it last for seconds, in
// which no connection is accepted, no cancel is read and no order taken is answered. What is too much for a turn waits, connection
// by connection in turn, and a connection that waits is not read on: the pressure goes back to who makes it.

import type { Socket } from 'node:net';

/** Requests of one turn: some thousandths of a second, for a turn accepts one new connection and no more. */
const PER_TURN = 128;
/** Requests that may wait: of one connection, which may have sent more at once, and in all. */
const WAITING_PER_CONNECTION_MAX = 16;
const WAITING_MAX = 65_536;

export class Turns {
  private inThisTurn = 0;
  private waitingInAll = 0;
  /** What waits, by the connections that are not read, in the order of their turns. */
  private readonly held = new Map<Socket, (() => void)[]>();
  private readonly turn = (): void => this.next();

  constructor(
    private readonly perTurn = PER_TURN,
    private readonly perConnectionMax = WAITING_PER_CONNECTION_MAX,
    private readonly waitingMax = WAITING_MAX,
  ) {}

  get waiting(): number {
    return this.waitingInAll;
  }

  /** Calls `pass` now, or in a later turn. Returns false, and never calls it, where too many wait. */
  enter(socket: Socket, pass: () => void): boolean {
    if (this.inThisTurn === 0 && this.waitingInAll === 0) setImmediate(this.turn);
    if (this.inThisTurn < this.perTurn && this.waitingInAll === 0) {
      this.inThisTurn += 1;
      pass();
      return true;
    }
    const waiting = this.held.get(socket);
    if (this.waitingInAll >= this.waitingMax || (waiting?.length ?? 0) >= this.perConnectionMax) return false;
    this.waitingInAll += 1;
    if (waiting !== undefined) waiting.push(pass);
    else {
      this.held.set(socket, [pass]);
      socket.pause();
    }
    return true;
  }

  private next(): void {
    this.inThisTurn = 0;
    while (this.inThisTurn < this.perTurn && this.waitingInAll > 0) {
      const [socket, waiting] = this.held.entries().next().value!;
      const pass = waiting.shift()!;
      this.waitingInAll -= 1;
      this.inThisTurn += 1;
      this.held.delete(socket);
      if (waiting.length > 0) this.held.set(socket, waiting);
      else readOn(socket);
      pass();
    }
    if (this.inThisTurn > 0) setImmediate(this.turn);
  }
}

/** Node's own hold, for answers that are not taken, ends by itself. */
function readOn(socket: Socket & { readonly _paused?: boolean }): void {
  if (socket._paused !== true) socket.resume();
}
