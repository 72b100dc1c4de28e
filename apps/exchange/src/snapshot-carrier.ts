// Carries snapshots between this machine's folder and the brokers: a new machine begins with the newest that any engine has taken.

import { SnapshotsTopic } from '@tokenbourse/log-kafka';
import type { SnapshotFiles } from '@tokenbourse/sequencer';

/** A stop waits so long for the last snapshot to reach the brokers: without it the next start elsewhere reads more of the log. */
const LAST_MS = 10_000;

export class SnapshotCarrier {
  /** The newest that the brokers are known to have. */
  private carried = 0;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly files: SnapshotFiles,
    private readonly topic: SnapshotsTopic,
    private readonly tell: (message: string) => void,
    private readonly lastMs = LAST_MS,
  ) {}

  /** Takes the brokers' newest snapshot into the folder, unless there is one as new. A failure costs a longer start. */
  async fetch(): Promise<void> {
    try {
      const newest = await this.topic.latest();
      this.carried = newest?.sequence ?? 0;
      if (newest === undefined || newest.sequence <= (this.files.list()[0]?.sequence ?? 0)) return;
      this.files.take(newest.sequence, newest.bytes);
      this.tell(`snapshot of record ${newest.sequence} came from the brokers`);
    } catch (error) {
      this.tell(`no snapshot came from the brokers: ${messageOf(error)}`);
    }
  }

  /** Gives the newest snapshot of the folder to the brokers, unless that was done. */
  carry(): void {
    const { signal } = this.stopping;
    this.running = this.running.then(async () => {
      const [newest] = this.files.list();
      if (newest === undefined || newest.sequence <= this.carried || signal.aborted) return;
      try {
        await this.topic.put(newest.sequence, null, [this.files.bytes(newest)], { signal });
        this.carried = newest.sequence;
        this.tell(`snapshot of record ${newest.sequence} was given to the brokers`);
      } catch (error) {
        this.tell(`snapshot of record ${newest.sequence} stays on this machine: ${messageOf(error)}`);
      }
    });
  }

  /** What was to be carried still is, as far as the brokers take it soon. */
  async stop(): Promise<void> {
    const patience = setTimeout(() => this.stopping.abort(new Error('the brokers took too long')), this.lastMs);
    await this.running;
    clearTimeout(patience);
    this.topic.close();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
