// The outcome table in a snapshot: entries in the order of their ring, so that what is forgotten next is the same too.

import type { OutcomeTable } from '../state/outcomes';
import type { SnapshotInput, SnapshotOutput } from './bytes';

export function writeOutcomes(out: SnapshotOutput, outcomes: OutcomeTable): void {
  out.f64(outcomes.windowUs);
  out.f64(outcomes.forgottenUs);
  for (const shard of outcomes.shards) {
    out.u32(shard.size);
    for (let rank = 0; rank < shard.size; rank++) {
      const place = shard.placeAt(rank);
      const key = shard.key(place);
      const outcome = shard.get(place);
      out.i32(key.high);
      out.i32(key.low);
      out.i32(key.account);
      out.u32(outcome.fingerprint);
      out.f64(outcome.sequence);
      out.u32(shard.seconds(place));
      out.u32(outcome.contract);
      out.u32(outcome.result);
      out.u8(outcome.code);
    }
  }
}

export function readOutcomes(input: SnapshotInput, outcomes: OutcomeTable): void {
  outcomes.windowUs = input.f64();
  outcomes.forgottenUs = input.f64();
  for (const shard of outcomes.shards) {
    for (let left = input.u32(); left > 0; left--) {
      const place = shard.append(input.i32(), input.i32(), input.i32());
      const fingerprint = input.u32();
      const sequence = input.f64();
      const seconds = input.u32();
      const outcome = { fingerprint, sequence, contract: input.u32(), result: input.u32(), code: input.u8() };
      shard.set(place, outcome, seconds);
    }
  }
}
