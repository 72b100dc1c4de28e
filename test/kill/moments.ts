// At which instants the server is killed: under load, while it writes, starts, saves or stops; each way ends with it dead.

import { watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Stream } from '@tokenbourse/agents';
import { killStarting, type ExchangeProcess, type StartOptions } from '../support/exchange-process';

/** Each with what it means, as it is told in the final count. */
export const MOMENTS = {
  load: 'at a random instant under load',
  write: 'when a write to the log’s file is seen',
  frozen: 'stopped (SIGSTOP) under load, and killed as it stood',
  snapshot: 'when a snapshot or read models are being written',
  stop: 'during the clean stop, under load',
  start: 'under load, and once more during the start',
  twice: 'under load, and twice more during starts',
} as const;
export type Moment = keyof typeof MOMENTS;

/** How often each comes in a deck that is shuffled anew when it is used up. */
const DECK: readonly Moment[] = [
  'load',
  'load',
  'write',
  'write',
  'snapshot',
  'snapshot',
  'frozen',
  'stop',
  'stop',
  'start',
  'start',
  'twice',
];

/** Once the load is under way; on a slow machine that is waited for. */
const LOAD_MS_LEAST = 20;
const LOAD_MS_MOST = 400;
const SLOW_MS_MOST = 3_000;
/** What a kill waits for comes at the latest then, or is not waited for any longer. */
const PATIENCE_MS = 1_500;
/** A write, its flush and the answers behind it take about so long. */
const WRITE_MS_MOST = 6;
const STOP_MS_MOST = 150;

export class MomentDeck {
  private cards: Moment[] = [];

  constructor(private readonly stream: Stream) {}

  draw(): Moment {
    if (this.cards.length === 0) this.cards = [...DECK];
    return this.cards.splice(this.stream.index(this.cards.length), 1)[0]!;
  }
}

export interface KillTerms {
  readonly exchange: ExchangeProcess;
  readonly options: StartOptions;
  readonly stream: Stream;
  /** Whether the load has come so far that a kill is worth it. */
  readonly isUnderWay: () => boolean;
  /** How long a start takes, about. */
  readonly startMs: number;
}

/** Kills the server in the midst of its load. Returns how many kills that took. */
export async function killAt(moment: Moment, terms: KillTerms): Promise<number> {
  const { exchange, stream, isUnderWay } = terms;
  for (const sinceMs = Date.now(); !isUnderWay() && Date.now() - sinceMs < SLOW_MS_MOST;) await pause(5);
  await pause(stream.between(LOAD_MS_LEAST, LOAD_MS_MOST));
  switch (moment) {
    case 'load':
      break;
    case 'write':
      await seen(join(exchange.data, 'log'), (name) => name === 'data.mdb');
      await pause(stream.between(0, WRITE_MS_MOST));
      break;
    case 'snapshot':
      await seen(join(exchange.data, stream.chance(0.7) ? 'snapshots' : 'read-models'), (name) =>
        name.endsWith('.part'),
      );
      break;
    case 'frozen':
      exchange.signal('SIGSTOP');
      await pause(stream.between(0, 60));
      break;
    case 'stop':
      exchange.signal('SIGINT');
      await Promise.race([exchange.ended(), pause(stream.between(0, STOP_MS_MOST))]);
      break;
    case 'start':
    case 'twice':
      return killStarts(moment === 'start' ? 1 : 2, terms);
  }
  return wasKilled(await exchange.kill());
}

async function killStarts(starts: number, { exchange, options, stream, startMs }: KillTerms): Promise<number> {
  let kills = wasKilled(await exchange.kill());
  for (let start = 0; start < starts; start++) {
    kills += wasKilled(await killStarting(exchange.data, stream.between(0, 1.1) * startMs, options));
  }
  return kills;
}

/** 0 for one that had ended by itself before. */
function wasKilled({ signal }: { readonly signal: NodeJS.Signals | null }): number {
  return signal === 'SIGKILL' ? 1 : 0;
}

/** When a file of that name changes in the folder. */
async function seen(folder: string, isIt: (name: string) => boolean): Promise<void> {
  const patience = new AbortController();
  await new Promise<void>((done) => {
    const watcher = watch(folder, (_, name) => name !== null && isIt(name) && done());
    patience.signal.addEventListener('abort', () => watcher.close());
    setTimeout(done, PATIENCE_MS).unref();
  });
  patience.abort();
}
