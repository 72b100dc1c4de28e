// Keeps the market's time from standing still: what a read store knows of ids counts from the time of its last record, so a market in
// which nobody does anything is given a record now and then.

import type { CommandGateway } from '@tokenbourse/sequencer';
import type { Health } from '../health';

/** A record is wanted when this part of the time for which ids are known has passed without one. */
const PART = 1 / 8;
const LOOK_MS_MOST = 1_000;
const LOOK_MS_LEAST = 50;

export class MarketTime {
  private looking: NodeJS.Timeout | undefined;
  private stopped = false;

  /** @param nowUs the wall clock */
  constructor(
    private readonly gateway: Pick<CommandGateway, 'submit'>,
    private readonly health: Pick<Health, 'idMemory'>,
    private readonly nowUs: () => number = () => Date.now() * 1_000,
  ) {}

  start(): void {
    void this.look();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.looking);
  }

  private async look(): Promise<void> {
    const memory = this.health.idMemory();
    const wantedUs = (memory?.window_us ?? 0) * PART;
    if (memory !== undefined && this.nowUs() - memory.last_stamp_us >= wantedUs) await this.ask();
    if (this.stopped) return;
    const nextMs = memory === undefined ? LOOK_MS_MOST : wantedUs / 1_000 / 2;
    this.looking = setTimeout(() => void this.look(), Math.min(Math.max(nextMs, LOOK_MS_LEAST), LOOK_MS_MOST));
  }

  /** What becomes of it is seen by its record; without one the next look asks again. */
  private async ask(): Promise<void> {
    await this.gateway.submit({ type: 'Ping', command_id: '', token: 0 }).catch(() => undefined);
  }
}
