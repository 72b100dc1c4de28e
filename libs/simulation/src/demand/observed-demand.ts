// Demand as it is observed while a trace plays: who buys for a coming window expects the rate of the last minutes to go
// on. Nothing of the trace's future is known.

import { SECOND_US } from '@tokenbourse/domain';
import type { DemandForecast, OpenWindow, Stream } from '@tokenbourse/agents';

import { lotsOfRequest } from '../scenario/calibration';
import type { Scenario } from '../scenario/scenario';
import { RequestTiers } from './request-tiers';

const BUCKET_US = 10 * SECOND_US;
/** How far back a rate looks: three minutes. */
const MEMORY_BUCKETS = 18;

/** One tier's lots of the last minutes, by bucket. */
interface Memory {
  readonly lots: Float64Array;
  readonly bucket: Float64Array;
}

export class ObservedDemand implements DemandForecast {
  private readonly tiers: RequestTiers;
  private readonly memories = new Map<number, Memory>();
  private readonly totals = new Map<number, number>();
  private startUs: number | undefined;

  constructor(
    private readonly scenario: Scenario,
    private readonly tierNumbers: ReadonlyMap<string, number>,
    private readonly stream: Stream,
    /** How many requests one request of the trace stands for. */
    private readonly scale: number,
    /** When the last request is made: from then on the last rate stands. */
    private readonly lastRequestUs: number,
  ) {
    this.tiers = new RequestTiers(scenario);
  }

  observe(atUs: number, inputTokens: number, outputTokens: number): void {
    this.startUs ??= atUs;
    const tier = this.tierNumbers.get(this.tiers.tierOf(inputTokens, this.stream.uniform()))!;
    const lots = lotsOfRequest(this.scenario, inputTokens, outputTokens) * this.scale;
    const memory = this.memoryOf(tier);
    const bucket = Math.floor(atUs / BUCKET_US);
    const slot = bucket % MEMORY_BUCKETS;
    if (memory.bucket[slot] !== bucket) {
      memory.bucket[slot] = bucket;
      memory.lots[slot] = 0;
    }
    memory.lots[slot]! += lots;
    this.totals.set(tier, (this.totals.get(tier) ?? 0) + lots);
  }

  lotsFor(tier: number, window: OpenWindow, nowUs: number): number {
    const memory = this.memories.get(tier);
    if (!memory || this.startUs === undefined) return 0;
    const untilUs = Math.min(nowUs, this.lastRequestUs);
    const current = Math.floor(untilUs / BUCKET_US);
    let lots = 0;
    for (let slot = 0; slot < MEMORY_BUCKETS; slot++) {
      if (memory.bucket[slot]! > current - MEMORY_BUCKETS) lots += memory.lots[slot]!;
    }
    const memoryStartUs = Math.max(this.startUs, (current - MEMORY_BUCKETS + 1) * BUCKET_US);
    const observedUs = Math.max(BUCKET_US, untilUs - memoryStartUs);
    return (lots * window.lengthUs) / observedUs;
  }

  /** All that was observed of a tier since the start, in lots; not rounded. */
  totalLots(tier: number): number {
    return this.totals.get(tier) ?? 0;
  }

  private memoryOf(tier: number): Memory {
    const known = this.memories.get(tier);
    if (known) return known;
    const memory = {
      lots: new Float64Array(MEMORY_BUCKETS),
      bucket: new Float64Array(MEMORY_BUCKETS).fill(-1),
    };
    this.memories.set(tier, memory);
    return memory;
  }
}
