/** Chains of frames for tests: same seed, same bytes. */
import { Frame, NO_ANSWERS, ORIGIN, lastSequence, sealFrame } from './frame';

export interface ChainShape {
  readonly frames: number;
  /** Payload bytes of frame i (from 0); 24 + 7i without it. */
  readonly payloadBytes?: (index: number) => number;
  /** Records of frame i; 1 to 3 in turn without it. */
  readonly records?: (index: number) => number;
  /** The frame to continue; from the origin without it. */
  readonly after?: Frame;
  readonly seed?: number;
}

export function sampleChain({ frames, payloadBytes, records, after, seed = 1 }: ChainShape): Frame[] {
  const chain: Frame[] = [];
  let last = after;
  for (let index = 0; index < frames; index++) {
    const payload = new Uint8Array(payloadBytes?.(index) ?? 24 + 7 * index);
    let state = (seed * 2_654_435_761 + index) >>> 0;
    for (let at = 0; at < payload.length; at++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      payload[at] = state >>> 24;
    }
    last = sealFrame(
      {
        predecessor: last?.id ?? ORIGIN,
        firstSequence: last ? lastSequence(last) + 1 : 1,
        recordCount: records?.(index) ?? 1 + (index % 3),
        digest: state,
        answers: NO_ANSWERS,
      },
      payload,
    );
    chain.push(last);
  }
  return chain;
}
