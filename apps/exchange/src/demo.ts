// The demonstration market: the scenario's agents trade here, through the same door as everybody else.

import { keynoteScenario, readModelView, startLiveDemo, type LiveDemo } from '@tokenbourse/simulation';
import { SystemClock } from '@tokenbourse/sequencer';
import type { ExchangeParts } from './exchange-parts';

const SEED = 2026;

/** Starts at once; it goes on where it stopped, and waits where the market takes no commands. */
export function startDemo({ gateway, models }: ExchangeParts, tell: (message: string) => void): LiveDemo {
  return startLiveDemo({
    gateway,
    view: readModelView(models),
    scenario: keynoteScenario(),
    seed: SEED,
    clock: new SystemClock(),
    onTrouble: (reason, waitMs) => tell(`the demonstration waits ${waitMs} ms: ${reason}`),
  });
}
