// An agent: told the time and a picture of one delivery window, it answers with commands. It keeps no clock and draws
// only from its own stream, so the same pictures give the same commands.

import type { Command } from '@tokenbourse/domain';

import type { OpenContract, OwnAccount } from './view';

/** A delivery window that trades now. */
export interface OpenWindow {
  readonly zone: number;
  readonly startUs: number;
  readonly lengthUs: number;
  readonly gateClosesAtUs: number;
}

/** All that an agent knows when it acts. */
export interface Picture {
  readonly nowUs: number;
  readonly window: OpenWindow;
  /** The window's contracts. */
  readonly contracts: readonly OpenContract[];
  /** Price that the market last paid for the tier, or its opening price; in ticks, by tier number. */
  readonly tierTicks: ReadonlyMap<number, number>;
  readonly own: OwnAccount;
}

export interface Agent {
  /** The participant's name in the market. */
  readonly name: string;
  readonly account: number;
  readonly zone: number;
  /** Which window it looks at next; `windows` is not empty, nearest gate first. */
  choose(windows: readonly OpenWindow[], nowUs: number): OpenWindow;
  act(picture: Picture): readonly Command[];
}

/** How an agent takes the passing of time; the same for all agents of a market. */
export interface Patience {
  /** How long before the gate an agent begins to hurry, microseconds. */
  readonly patienceUs: number;
  /** How long a command stays good, microseconds after the picture's time. */
  readonly commandLifeUs: number;
}

/** How much the gate presses: 0 when it is `patienceUs` or more away, 1 when it closes. */
export function urgencyAt(nowUs: number, gateClosesAtUs: number, patienceUs: number): number {
  const left = (gateClosesAtUs - nowUs) / patienceUs;
  return left >= 1 ? 0 : left <= 0 ? 1 : 1 - left;
}
