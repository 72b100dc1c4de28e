// The log in memory passes what every event log must.

import { describeEventLog, collect, appendAll } from './event-log.contract';
import { MemoryEventLog, MemoryMedium } from './memory-log';
import { sampleChain } from './sample-chain';

describeEventLog('memory', async () => {
  const medium = new MemoryMedium();
  return {
    open: async () => new MemoryEventLog(medium),
    openReader: async () => new MemoryEventLog(medium),
    openStartingAfter: async (start) => new MemoryEventLog(new MemoryMedium(start)),
    dispose: async () => undefined,
  };
});

describe('memory medium', () => {
  it('shows damage to its bytes to whoever reads them, frames before it are given', async () => {
    const medium = new MemoryMedium();
    const log = new MemoryEventLog(medium);
    const chain = sampleChain({ frames: 5 });
    await appendAll(log, chain);
    medium.frames[3][90] ^= 4;
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { position } of log.read({ place: 0, sequence: 0, id: new Uint8Array(32) }))
        seen.push(position.place);
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'FRAME_DAMAGED',
      place: 4,
      sequence: chain[3].firstSequence,
      what: 'digest of bytes differs',
    });
    expect(seen).toEqual([1, 2, 3]);
  });

  it('lets two logs stand on it, and hears one of them', async () => {
    const medium = new MemoryMedium();
    const [first, second] = [new MemoryEventLog(medium), new MemoryEventLog(medium)];
    await first.append(sampleChain({ frames: 1 })[0]);
    await expect(second.append(sampleChain({ frames: 1, seed: 2 })[0])).rejects.toMatchObject({
      verdict: 'foreign predecessor',
    });
    expect(await collect(second)).toHaveLength(1);
  });
});
