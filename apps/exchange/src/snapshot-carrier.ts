// Carries snapshots between this machine's folder and the brokers: a new machine begins with the newest that any engine has taken.

import { SnapshotsTopic } from '@tokenbourse/log-kafka';
import type { SnapshotFiles } from '@tokenbourse/sequencer';

export class SnapshotCarrier {
  private carried = 0;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly files: SnapshotFiles,
    private readonly topic: SnapshotsTopic,
    private readonly tell: (message: string) => void,
  ) {}

  /** Takes the brokers' newest snapshot into the folder, unless there is one as new. A failure costs a longer start. */
  async fetch(): Promise<void> {
    this.carried = this.files.list()[0]?.sequence ?? 0;
    try {
      const newest = await this.topic.latest();
      if (newest === undefined || newest.sequence <= this.carried) return;
      this.files.take(newest.sequence, newest.bytes);
      this.carried = newest.sequence;
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

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.topic.close();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
