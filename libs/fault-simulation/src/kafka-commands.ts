// The commands topic as one process has it: messages that reach it some time after they came, and one attempt for each batch.

import { Bell, CommandsUnavailable, type CommandsMessage, type CommandsTopic } from '@tokenbourse/log';

import type { Broker } from './kafka-broker';
import type { Process } from './kafka-process';

export class SimulatedCommands implements CommandsTopic {
  private readonly bell = new Bell();
  private readonly ended = new AbortController();
  private readonly unfollow: () => void;
  /** As far as this process knows. */
  private knownEnd: number;

  constructor(
    private readonly process: Process,
    private readonly broker: Broker,
  ) {
    this.knownEnd = broker.commands.end;
    this.unfollow = broker.follow(process, () => this.look());
  }

  publish(batch: readonly string[]): Promise<number> {
    const { broker, process } = this;
    return broker.request(process, 'publish', () => putCommands(broker, batch));
  }

  async *read(offset: number, signal: AbortSignal): AsyncGenerator<CommandsMessage, void, undefined> {
    const { commands } = this.broker;
    const { until, release } = eitherOf(signal, this.ended.signal);
    try {
      for (let next = offset; !until.aborted; next += 1) {
        this.assertThere(next);
        while (next >= this.knownEnd && !until.aborted) await this.bell.next(this.bell.count, until);
        if (until.aborted) return;
        this.assertThere(next);
        yield { ...commands.messages[next - commands.start]!, offset: next };
      }
    } finally {
      release();
    }
  }

  start(): Promise<number> {
    const { broker, process } = this;
    return broker.request(process, 'ask', () => broker.commands.start);
  }

  end(): Promise<number> {
    const { broker, process } = this;
    return broker.request(process, 'ask', () => broker.commands.end);
  }

  async close(): Promise<void> {
    this.ended.abort();
    this.unfollow();
  }

  private look(): void {
    this.knownEnd = this.broker.commands.end;
    this.bell.ring();
  }

  private assertThere(offset: number): void {
    const { start, end } = this.broker.commands;
    if (offset >= start && offset <= end) return;
    throw new CommandsUnavailable(`the commands topic has messages ${start} to ${end - 1}, not ${offset}`);
  }
}

/** A message comes to stand on the topic. Returns its offset. */
export function putCommands(broker: Broker, batch: readonly string[]): number {
  const offset = broker.commands.put({ commands: [...batch], fault: undefined, value: `[${batch.join(',\n')}]` });
  broker.tell();
  return offset;
}

/** By listeners of its own: a signal made by `any` stays in memory as long as somebody listens, and processes that were killed do for ever. */
function eitherOf(...signals: readonly AbortSignal[]): { readonly until: AbortSignal; release(): void } {
  const either = new AbortController();
  const abort = (): void => either.abort();
  for (const signal of signals) {
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
  }
  return {
    until: either.signal,
    release: () => {
      for (const signal of signals) signal.removeEventListener('abort', abort);
    },
  };
}
