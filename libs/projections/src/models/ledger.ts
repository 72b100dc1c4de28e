// Read model: the ledger statement: every movement of an account's cash, with the balances after it.
//
// A row carries both balances after the movement, so the row before it is all that the next one needs.

import { EVENTS, EVENT_TYPES, postings, type Bucket, type EventType, type MarketEvent } from '@tokenbourse/domain';
import type { ReadModel, RecordContext } from '../model';
import type { Retention } from '../retention';
import { RingTable, type RowRing } from '../row-ring';

const COLUMNS = [
  'sequence',
  'at_us',
  'event_code',
  'held',
  'contract',
  'reference',
  'delta_micro_usd',
  'available_high',
  'available_low',
  'held_high',
  'held_low',
] as const;
const AVAILABLE = 7;
const HELD = 9;

const typesByCode = new Map<number, EventType>(EVENT_TYPES.map((type) => [EVENTS[type].code, type]));

export interface Movement {
  readonly number: number;
  readonly sequence: number;
  readonly at_us: number;
  readonly event: EventType;
  readonly bucket: 'AVAILABLE' | 'HELD';
  readonly contract: number;
  readonly reference: number;
  readonly delta: number;
  readonly available: number | bigint;
  readonly held: number | bigint;
}

export function movementOf(ring: RowRing, number: number): Movement {
  const at = ring.offset(number);
  const [sequence, at_us, code, held, contract, reference, delta] = ring.row(number);
  return {
    number,
    sequence,
    at_us,
    event: typesByCode.get(code) as EventType,
    bucket: held === 1 ? 'HELD' : 'AVAILABLE',
    contract,
    reference,
    delta,
    available: ring.wide(at, AVAILABLE),
    held: ring.wide(at, HELD),
  };
}

export class LedgerModel implements ReadModel {
  readonly name = 'ledger';
  readonly version = 1;
  /** By account. */
  readonly movements: RingTable;
  readonly collections: readonly RingTable[];
  readonly handlers = {};
  private event: MarketEvent | undefined;
  private record: RecordContext | undefined;

  constructor(retention: Retention) {
    this.movements = new RingTable('ledger', COLUMNS, () => retention.ledger_entries_per_account);
    this.collections = [this.movements];
  }

  readonly every = (event: MarketEvent, record: RecordContext): void => {
    this.event = event;
    this.record = record;
    postings(event, this.post);
  };

  private readonly post = (account: number, bucket: Bucket, delta: number): void => {
    if (bucket !== 'AVAILABLE' && bucket !== 'HELD') return;
    const event = this.event as MarketEvent & { contract?: number; order?: number; trade?: number };
    const { sequence, at_us } = this.record as RecordContext;
    const ring = this.movements.of(account);
    const at = this.movements.append(account, ring);
    ring.set(at, 0, sequence);
    ring.set(at, 1, at_us);
    ring.set(at, 2, EVENTS[event.type].code);
    ring.set(at, 3, bucket === 'HELD' ? 1 : 0);
    ring.set(at, 4, event.contract ?? 0);
    ring.set(at, 5, event.trade ?? event.order ?? 0);
    ring.set(at, 6, delta);
    // A ring of one row has the balances before in the very cells of the new row.
    const before = ring.next - 2;
    if (ring.has(before)) ring.copy(ring.offset(before), at, AVAILABLE, 4);
    ring.add(at, bucket === 'HELD' ? HELD : AVAILABLE, delta);
  };
}
