// Starts the exchange from the command line, and ends it: Ctrl-C or SIGTERM stops cleanly, a second one at once.

import 'reflect-metadata';
import { LocalCluster } from './local-cluster/local-cluster';
import { helpText, OptionsWrong, parseOptions, passedOn, wantsHelp, type ServerOptions } from './options';
import { startRole } from './providers';
import type { RunningRole } from './roles/running-role';
import { startExchange, type RunningExchange } from './running-exchange';
import { Screen } from './terminal/screen';

/** Whoever started this process with a channel to it has gone: so long a clean end may take. */
const ORPHAN_MS = 10_000;

/** One Ctrl-C can arrive twice: from the terminal, and passed on by npm. */
const SAME_SIGNAL_MS = 500;

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (wantsHelp(args)) {
    process.stdout.write(helpText());
    return;
  }
  const options = parseOptions(args, process.env);
  const screen = new Screen(process.stdout);
  const tell = (message: string): void => screen.tell(message);
  process.once('disconnect', () => setTimeout(() => process.exit(1), ORPHAN_MS));
  if (options.localCluster) return runLocalCluster(options, args, screen);
  const role = await startRole(options, tell);
  if (role !== undefined) {
    stopOnSignals(role, screen);
    screen.print(
      `Tokenbourse ${options.role} of market ${options.market} is up; its health is at ${role.url}/v1/health/ready`,
    );
    return;
  }
  const exchange = await startExchange(options, tell);
  // Whoever reads that it listens may stop it at once.
  stopOnSignals(exchange, screen);
  greet(exchange, options, screen);
  screen.watch(exchange.parts);
}

async function runLocalCluster(options: ServerOptions, args: readonly string[], screen: Screen): Promise<void> {
  const print = (line: string): void => screen.print(line);
  const cluster = new LocalCluster({ options, passedOn: passedOn(args), print });
  const isStopping = stopOnSignals(cluster, screen);
  const failed = await Promise.race([cluster.start().then(() => cluster.failed), cluster.failed]).catch(
    (error: Error) => error,
  );
  if (isStopping()) return;
  await cluster.stop();
  fail(failed.message);
}

function greet({ url, madeKeys }: RunningExchange, options: ServerOptions, screen: Screen): void {
  for (const { kind, text, file } of madeKeys)
    screen.print(`${kind} key, shown this once and kept in ${file}: ${text}`);
  screen.print(`Tokenbourse listens on ${url}  (data in ${options.data}, API description at ${url}/docs)`);
}

/** Returns whether it is being stopped. */
function stopOnSignals(exchange: Pick<RunningRole, 'stop'>, screen: Screen): () => boolean {
  let stoppingSinceMs: number | undefined;
  const stop = (): void => {
    if (stoppingSinceMs !== undefined) {
      if (performance.now() - stoppingSinceMs > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    stoppingSinceMs = performance.now();
    screen.close();
    screen.print('Stopping; once more ends it at once.');
    exchange.stop().then(
      () => {
        screen.print('Stopped.');
        process.exit(0);
      },
      (error: unknown) => fail(error),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  process.once('disconnect', stop);
  return () => stoppingSinceMs !== undefined;
}

/** One line for what a person can mend; a stack trace for what is a bug. Code 2 says that what was asked for is wrong. */
function fail(error: unknown): never {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(error instanceof OptionsWrong ? 2 : 1);
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use; stop what listens there, or choose another with --port (0 picks a free one).`;
  if (code === 'EACCES' && port !== undefined)
    return `Port ${port} needs rights that this user lacks; choose one above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `The host can't be listened on: ${error.message}.`;
  if (error instanceof OptionsWrong) return error.message;
  return code === undefined ? (error.stack ?? error.message) : error.message;
}

main().catch(fail);
