// What a writer thinks of where the store stands.

import type { Changes } from './changes';
import type { Stored } from './stored';

/** Why a store is written anew. */
export const WHY_ANEW = {
  EMPTY: 'is empty',
  FOREIGN: 'holds another log',
  BEHIND: 'is behind what this projector remembers',
  OTHER_VERSION: 'is of another version or retention',
  BROKEN: 'may hold half a batch after an error',
} as const;
export type Anew = keyof typeof WHY_ANEW;

export interface Writing {
  readonly broken: boolean;
  readonly version: string;
  /** Last record that was folded. */
  readonly folded: number;
  readonly changes: Changes;
}

/** CONTINUES: the next batch may be written. AHEAD: another has written more than was folded here. */
export function judge(stored: Stored, { broken, version, folded, changes }: Writing): 'CONTINUES' | 'AHEAD' | Anew {
  if (broken) return 'BROKEN';
  if (stored.generation === '') return 'EMPTY';
  if (stored.version !== version) return 'OTHER_VERSION';
  if (stored.sequence > folded) return 'AHEAD';
  if (changes.base === undefined || stored.sequence < changes.base) return 'BEHIND';
  return changes.idAt(stored.sequence) === stored.id ? 'CONTINUES' : 'FOREIGN';
}
