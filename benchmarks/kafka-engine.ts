// A market's engine for the benchmarks on Kafka: in the process that asks for it, or in one of its own.

import { KafkaCommandsTopic, KafkaEventLog, marketTopics } from '@tokenbourse/log-kafka';
import { MarketEngine } from '@tokenbourse/sequencer';

import { START_US } from './engine-market';
import { logOptions, settingsBy, type Client } from './kafka-market';
import { MarketClock } from './market-clock';

/** Nobody else writes here: there is nothing to wait for. */
const TAKEOVER_US = 50_000;
const LOOK_MS = 20;
/** What was prepared took less. */
const PREPARED_US = 600_000_000;

export interface EngineStart {
  readonly brokers: readonly string[];
  readonly market: string;
  readonly client: Client;
}

export type EngineWish = { readonly start: EngineStart } | { readonly stop: true };

export interface EngineReport {
  readonly sequence: number;
  /** Since its process began, of all its threads. */
  readonly processorUs: number;
}

export interface EngineHost {
  ask(wish: EngineWish): Promise<EngineReport>;
  close(): void;
}

class RunningEngine {
  private constructor(
    private readonly engine: MarketEngine,
    private readonly commands: KafkaCommandsTopic,
  ) {}

  /** Resolves when it writes. */
  static async start({ brokers, market, client }: EngineStart): Promise<RunningEngine> {
    const settings = await settingsBy(client, brokers);
    const commands = new KafkaCommandsTopic({
      settings,
      topic: marketTopics(market).commands,
      market,
      node: 'bench-engine',
    });
    const clock = new MarketClock();
    clock.skipTo(START_US + PREPARED_US);
    const engine = new MarketEngine({
      openLog: () => KafkaEventLog.open({ ...logOptions(brokers, market), settings }),
      commands,
      clock,
      chance: () => 0,
      takeoverUs: TAKEOVER_US,
      deadLetter: async ({ reason }) => {
        throw new Error(`a command of the stream is unreadable: ${reason}`);
      },
    });
    engine.start();
    while (engine.status().role !== 'WRITING') {
      const { role, reason } = engine.status();
      if (role === 'FAILED') throw new Error(`the engine failed: ${reason}`);
      await new Promise((looked) => setTimeout(looked, LOOK_MS));
    }
    return new RunningEngine(engine, commands);
  }

  async stop(): Promise<number> {
    await this.engine.stop();
    await this.commands.close();
    return this.engine.status().sequence;
  }
}

/** One engine at a time, in this process. */
export class EngineHere implements EngineHost {
  private running: RunningEngine | undefined;

  async ask(wish: EngineWish): Promise<EngineReport> {
    let sequence = 0;
    if ('start' in wish) this.running = await RunningEngine.start(wish.start);
    else sequence = (await this.running?.stop()) ?? 0;
    const { user, system } = process.cpuUsage();
    return { sequence, processorUs: user + system };
  }

  close(): void {
    void this.running?.stop();
  }
}

if (require.main === module) {
  const here = new EngineHere();
  process.on('message', (wish: EngineWish) => {
    here.ask(wish).then(
      (report) => process.send!({ report }),
      (error: unknown) => process.send!({ failure: String(error) }),
    );
  });
  process.once('disconnect', () => process.exit(0));
}
