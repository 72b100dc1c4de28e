// The outcome table in a snapshot: entries in the order of their ring, so that what is forgotten next is the same too.

import type { OutcomeTable } from '../state/outcomes';
import type { SnapshotInput, SnapshotOutput } from './bytes';

export function writeOutcomes(out: SnapshotOutput, outcomes: OutcomeTable): void {
  out.f64(outcomes.windowUs);
  for (const shard of outcomes.shards) {
    const size = shard.tail - shard.head;
    out.u32(size);
    for (let rank = 0; rank < size; rank++) {
      const place = shard.placeAt(rank);
      out.i32(shard.high[place]!);
      out.i32(shard.low[place]!);
      out.i32(shard.account[place]!);
      out.i32(shard.fingerprint[place]!);
      out.f64(shard.sequence[place]!);
      out.u32(shard.seconds[place]!);
      out.i32(shard.contract[place]!);
      out.u32(shard.result[place]!);
      out.u8(shard.code[place]!);
    }
  }
}

export function readOutcomes(input: SnapshotInput, outcomes: OutcomeTable): void {
  outcomes.windowUs = input.f64();
  for (const shard of outcomes.shards) {
    for (let left = input.u32(); left > 0; left--) {
      const place = shard.append(input.i32(), input.i32(), input.i32());
      shard.fingerprint[place] = input.i32();
      shard.sequence[place] = input.f64();
      shard.seconds[place] = input.u32();
      shard.contract[place] = input.i32();
      shard.result[place] = input.u32();
      shard.code[place] = input.u8();
    }
  }
}
