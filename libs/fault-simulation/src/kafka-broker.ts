// The broker that all processes share: the events topic with whatever was put there, the commands topic, and the network to
// it, on which a request may be lost, come late, come twice, stay without an answer, or be refused.

import { isSealed, type Frame } from '@tokenbourse/log';

import type { Chance } from './chance';
import { KeptCommands } from './kafka-answers';
import type { KafkaFault } from './kafka-tally';
import type { Process } from './kafka-process';
import { never, type VirtualTime } from './virtual-time';

/** The request came to nothing, or nobody knows to what. */
export class RequestFailed extends Error {
  /** @param asked whether it may have been done, or may be done later */
  constructor(readonly asked: boolean) {
    super(asked ? 'the broker gave no answer' : 'the broker was not reached');
  }
}

export interface EventsEntry {
  readonly frame: Frame;
  /** Its id is the digest of its bytes. */
  readonly sealed: boolean;
}

type Fate = 'done' | 'lost' | 'late' | 'doubled' | 'unanswered' | 'refused';
const FATES: readonly Fate[] = ['lost', 'late', 'doubled', 'unanswered', 'refused'];
const TIMEOUT_US = 1_500_000;
const WAY_US = { least: 300, most: 4_000 };

export class Broker {
  readonly events: EventsEntry[] = [];
  readonly commands = new KeptCommands();
  /** Of ten requests so many go wrong. */
  troubled = 0;
  awayUntilUs = 0;
  private readonly tails = new Map<() => void, Process>();

  constructor(
    readonly time: VirtualTime,
    private readonly chance: () => Chance,
    private readonly met: (fault: KafkaFault) => void,
  ) {}

  /** Asks the broker to do something; it may do it once, twice, later, or never, whatever the asker is told. */
  request<T>(asker: Process, what: 'append' | 'publish' | 'ask', done: () => T): Promise<T> {
    if (!asker.alive) return never();
    const fate = this.fate(what);
    return new Promise((resolve, reject) => {
      if (fate === 'refused') {
        asker.after(this.way(), () => reject(new RequestFailed(false)));
        return;
      }
      asker.after(TIMEOUT_US, () => reject(new RequestFailed(true)));
      const arrive = (delayUs: number, isAnswered: boolean): void =>
        void this.time.after(delayUs, () => {
          if (this.time.nowUs < this.awayUntilUs) return;
          const result = done();
          if (isAnswered) asker.after(this.way(), () => resolve(result));
        });
      if (fate === 'late') arrive(TIMEOUT_US + this.chance().between(0, 20_000_000), true);
      else if (fate !== 'lost') arrive(this.way(), fate !== 'unanswered');
      if (fate === 'doubled') arrive(this.chance().between(1_000, 8_000_000), false);
    });
  }

  appendEvents(frames: readonly Frame[]): void {
    for (const frame of frames) this.events.push({ frame, sealed: isSealed(frame) });
    this.tell();
  }

  /** Told, some time after, of what has come; until the function that it returns is called. */
  follow(process: Process, look: () => void): () => void {
    this.tails.set(look, process);
    return () => this.tails.delete(look);
  }

  tell(): void {
    const outageUs = Math.max(0, this.awayUntilUs - this.time.nowUs);
    for (const [look, process] of this.tails) process.after(outageUs + this.way(), look);
  }

  way(): number {
    const { least, most } = WAY_US;
    return this.chance().between(least, most);
  }

  private fate(what: string): Fate {
    const chance = this.chance();
    if (!chance.happens(this.troubled, 10)) return 'done';
    const fate = chance.pick(FATES);
    if (what === 'append') this.met(`appends ${fate as Exclude<Fate, 'done'>}`);
    else if (what === 'publish') this.met(`commands ${fate as Exclude<Fate, 'done'>}`);
    return fate;
  }
}
