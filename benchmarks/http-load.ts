// The load, as a process of its own: so many connections, each of which sends its next order when the last is answered.
// It is asked by message, and says what it saw; both candidates of a benchmark are loaded by the same process.

import { Connection, type Answer } from './http-connection';
import { Orders, type OrdersOptions } from './http-orders';

export interface ClosedLoad extends OrdersOptions {
  readonly kind: 'closed';
  readonly port: number;
  readonly connections: number;
  readonly requests: number;
  /** Whether the answers are kept and sent back. */
  readonly keepsAnswers: boolean;
}

export interface ClosedReport {
  readonly seconds: number;
  /** How many answers had which status. */
  readonly statuses: { readonly [status: string]: number };
  readonly answers: readonly Answer[];
}

async function openAll(count: number, port: number, host: string, failed: (error: Error) => void) {
  return Promise.all(Array.from({ length: count }, () => Connection.open(host, port, failed)));
}

export async function closedLoad(load: ClosedLoad): Promise<ClosedReport> {
  const orders = new Orders(load);
  const statuses: Record<string, number> = {};
  const answers: Answer[] = [];
  let broken: (error: Error) => void = () => undefined;
  const connections = await openAll(load.connections, load.port, load.host, (error) => broken(error));
  const start = process.hrtime.bigint();
  try {
    await new Promise<void>((resolve, reject) => {
      broken = reject;
      let [sent, open] = [0, connections.length];
      connections.forEach((connection, i) => {
        const trader = i % load.traders.length;
        const next = (): void => {
          if (sent === load.requests) return void (--open === 0 && resolve());
          sent += 1;
          connection.send(orders.next(trader), (answer) => {
            statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
            if (load.keepsAnswers) answers.push(answer);
            next();
          });
        };
        next();
      });
    });
    return { seconds: Number(process.hrtime.bigint() - start) / 1e9, statuses, answers };
  } finally {
    for (const connection of connections) connection.close();
  }
}

if (require.main === module) {
  process.on('message', (load: ClosedLoad) => {
    closedLoad(load).then(
      (report) => process.send!({ report }),
      (error: unknown) => process.send!({ failure: String(error) }),
    );
  });
}
