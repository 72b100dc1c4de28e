// The event catalogue: every fact that the log can hold, described as data. Types, codec, JSON schema and the page
// docs/events.md all come from here. A published description is never changed: a new version gets a new `code`.

import { lifecycleEvents } from './lifecycle';
import { marketEvents } from './market';
import { orderEvents } from './orders';
import { outcomeEvents } from './outcomes';
import { participantEvents } from './participants';
import type { Shape } from '../fields';

/** In the order in which the engine's switches test them: the frequent ones first. */
export const EVENTS = {
  ...orderEvents,
  ...outcomeEvents,
  ...lifecycleEvents,
  ...participantEvents,
  ...marketEvents,
} as const;

export type EventType = keyof typeof EVENTS;
/** One event, or the union of several. */
export type EventOf<K extends EventType> = K extends EventType
  ? { readonly type: K } & Shape<(typeof EVENTS)[K]['fields']>
  : never;
export type MarketEvent = EventOf<EventType>;
export const EVENT_TYPES = Object.keys(EVENTS) as readonly EventType[];
