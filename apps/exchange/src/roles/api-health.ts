// What an API node knows of the market's condition: of the writer what the events log says, of ids the limits that hold.

import type { ReadModels } from '@tokenbourse/projections';
import type { CommandRelay, Outcome, SequencerStatus } from '@tokenbourse/sequencer';
import { Health, type IdMemory, type ReaderStatus } from '../health';

/** How long ids are known, and since which record that is so. */
interface Window {
  readonly sequence: number;
  readonly window_us: number;
  readonly forgotten_until_us: number;
}

interface Change {
  readonly sequence: number;
  readonly at_us: number;
  readonly window_us: number;
}

export class ApiHealth extends Health {
  /** Undefined until the read store has said what holds. */
  private window: Window | undefined;
  /** Changes that the log told before that. */
  private readonly early: Change[] = [];

  constructor(
    private readonly relay: Pick<CommandRelay, 'status'>,
    private readonly models: Pick<ReadModels, 'status' | 'market'>,
    private readonly inboxLimit: number,
  ) {
    super();
  }

  writer(): SequencerStatus {
    const { ready, reason, sequence, last_stamp_us, unanswered } = this.relay.status();
    const depth = { inbox_depth: unanswered, inbox_limit: this.inboxLimit, recoveries: 0 };
    return { state: ready ? 'WRITING' : 'RECOVERING', reason, sequence, last_stamp_us, ...depth };
  }

  idMemory(): IdMemory | undefined {
    const { ready, last_stamp_us } = this.relay.status();
    if (!ready || this.window === undefined || this.window.window_us === 0) return undefined;
    const { window_us, forgotten_until_us } = this.window;
    return { decided: undefined, last_stamp_us, window_us, forgotten_until_us };
  }

  async readers(): Promise<readonly ReaderStatus[]> {
    const { ready, reason, as_of_seq, as_of_us } = await this.models.status();
    const lagUs = this.relay.status().last_stamp_us - as_of_us;
    const forgets = ready && this.window !== undefined && lagUs >= this.window.window_us;
    const why = forgets ? 'it lags longer than ids are remembered: what has an id is refused' : reason;
    return [{ reader: 'read store', ready: ready && !forgets, reason: why, as_of_seq }];
  }

  /**
   * What holds, before anybody asks. What the log tells later, or has told meanwhile of later records, goes on from there: the
   * read store must have come to where the log is told from.
   */
  async learn(): Promise<void> {
    const { as_of_seq: sequence, data } = await this.models.market();
    const window_us = data?.limits?.idempotency_window_us ?? 0;
    this.window = { sequence, window_us, forgotten_until_us: data?.ids_forgotten_until_us ?? 0 };
    for (const change of this.early.splice(0)) this.change(change);
  }

  /** Limits that were set count from their record on. */
  note({ sequence, events, at_us }: Outcome): void {
    for (const event of events) {
      if (event.type === 'LimitsSet') this.change({ sequence, at_us, window_us: event.idempotency_window_us });
    }
  }

  private change(change: Change): void {
    if (this.window === undefined) {
      this.early.push(change);
      return;
    }
    const { sequence, window_us: before, forgotten_until_us: until } = this.window;
    if (change.sequence <= sequence) return;
    // What the window until now has dropped stays dropped under a longer one.
    const forgotten_until_us = before > 0 ? Math.max(until, change.at_us - before) : until;
    this.window = { sequence: change.sequence, window_us: change.window_us, forgotten_until_us };
  }
}
