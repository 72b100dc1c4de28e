// A whole market in one process and in virtual time: the production sequencer over a log in memory, with its read models
// and a tally. Nothing of it lives outside the object, so several can run side by side or one after the other.

import type { MarketView } from '@tokenbourse/agents';
import { visitRecords, type Command } from '@tokenbourse/domain';
import { MemoryEventLog, originPosition } from '@tokenbourse/log';
import { InProcessReadModels } from '@tokenbourse/projections';
import { Sequencer, type Answer, type CommandGateway, type Outcome } from '@tokenbourse/sequencer';

import { Kernel } from './kernel';
import { readModelView } from './read-model-view';
import { RunTally } from './run-tally';

export class VirtualMarket implements CommandGateway {
  readonly kernel: Kernel;
  readonly models = new InProcessReadModels();
  /** Shows all that is durable, always. */
  readonly view: MarketView = { ...readModelView(this.models), reached: () => this.catchUp() };
  readonly tally = new RunTally();
  /** Commands that were submitted. */
  commands = 0;
  private readonly log = new MemoryEventLog();
  private readonly sequencer: Sequencer;
  private position = originPosition();

  constructor(startUs: number) {
    this.kernel = new Kernel(startUs);
    this.sequencer = new Sequencer({ openLog: () => Promise.resolve(this.log), clock: this.kernel });
  }

  async start(): Promise<void> {
    await this.sequencer.start();
  }

  submit(command: Command): Promise<Outcome> {
    this.commands++;
    return this.sequencer.submit(command);
  }

  submitAll(commands: readonly Command[]): Promise<readonly Answer[]> {
    this.commands += commands.length;
    return this.sequencer.submitAll(commands);
  }

  /** Lets time pass up to `untilUs`; the read models then know all that happened. */
  async run(untilUs: number): Promise<void> {
    await this.kernel.run(untilUs);
    await this.catchUp();
  }

  /** Ends the market; returns the hash of its state. */
  async stop(): Promise<string> {
    await this.catchUp();
    return this.sequencer.stop();
  }

  /** Folds what the log has and the read models have not. */
  private async catchUp(): Promise<void> {
    for await (const { frame, position } of this.log.read(this.position)) {
      visitRecords(frame.payload, frame.firstSequence, this.tally);
      this.models.applyPayload(frame.payload, frame.firstSequence);
      this.position = position;
    }
  }
}
