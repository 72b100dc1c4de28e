// What buyers expect to need: lots of each tier for a delivery window, as far as can be known at an instant.

import type { OpenWindow } from './agent';

export interface DemandForecast {
  /** Lots of `tier` that all buyers together will use in `window`, as seen at `nowUs`; from 0, not rounded. */
  lotsFor(tier: number, window: OpenWindow, nowUs: number): number;
}
