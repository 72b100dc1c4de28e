// Recovery and following: records folded into the state by apply alone.

import type { CommandIdentity, MarketEvent, RecordVisitor } from '@tokenbourse/domain';

import { apply } from './apply/apply';
import { beginRecord, endRecord } from './apply/record';
import type { MarketState } from './state/market-state';

/** A record that does not follow the state's last one. */
export class RecordOutOfTurn extends Error {
  readonly code = 'RECORD_OUT_OF_TURN';
  constructor(
    readonly expected: number,
    readonly found: number,
  ) {
    super(`record ${found} came where ${expected} was due`);
  }
}

export class Replay implements RecordVisitor {
  private identity: CommandIdentity | null = null;

  constructor(readonly state: MarketState) {}

  begin(
    sequence: number,
    atUs: number,
    _cause: unknown,
    _causeSequence: number,
    identity: CommandIdentity | null,
  ): void {
    if (sequence !== this.state.sequence + 1) throw new RecordOutOfTurn(this.state.sequence + 1, sequence);
    beginRecord(this.state, atUs);
    this.identity = identity;
  }

  event(event: MarketEvent): void {
    apply(this.state, event);
  }

  end(): void {
    endRecord(this.state, this.identity);
  }
}
