// What one entry of the event catalogue says.

import type { Fields } from '../fields';

export interface EventDefinition<F extends Fields> {
  /** The byte that names this event and version in the log; unique for ever. */
  readonly code: number;
  readonly version: number;
  readonly note: string;
  readonly fields: F;
}

export function defineEvent<F extends Fields>(
  code: number,
  version: number,
  note: string,
  fields: F,
): EventDefinition<F> {
  return { code, version, note, fields };
}
