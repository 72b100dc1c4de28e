/** What every event log must do, as one suite: each implementation runs it in a test of its own. */
import {
  FrameNotCounted,
  FrameTooLarge,
  LogUnavailable,
  PositionBeforeStart,
  PositionForeign,
  PositionPastEnd,
} from './errors';
import type { EventLog, LogReader, PlacedFrame, ReadOptions } from './event-log';
import { Frame, MAX_PAYLOAD_BYTES, encodeFrame, hex, lastSequence, sealFrame } from './frame';
import { Position, originPosition, positionFromJson, positionToJson, samePosition } from './position';
import { sampleChain } from './sample-chain';

/** One medium, empty at first, on which logs are opened one after the other. */
export interface LogMedium {
  /** Opens the log for reading and writing; the one opened before must be closed. */
  open(): Promise<EventLog>;
  /** Another reader of the same medium, open beside the writer; where the medium has such. */
  openReader?(): Promise<LogReader>;
  /** A log that has lost what stood up to `start`; where the medium can lose its beginning. */
  openStartingAfter?(start: Position): Promise<EventLog>;
  dispose(): Promise<void>;
}

export async function collect(log: LogReader, from = originPosition(), options?: ReadOptions): Promise<PlacedFrame[]> {
  const found: PlacedFrame[] = [];
  for await (const placed of log.read(from, options)) found.push(placed);
  return found;
}

export async function appendAll(log: EventLog, frames: readonly Frame[]): Promise<Position[]> {
  const positions: Position[] = [];
  for (const frame of frames) positions.push(await log.append(frame));
  return positions;
}

const bytesOf = (frames: readonly Frame[]): string[] =>
  frames.map((frame) => Buffer.from(encodeFrame(frame)).toString('hex'));
const framesOf = (placed: readonly PlacedFrame[]): Frame[] => placed.map(({ frame }) => frame);

export function describeEventLog(name: string, makeMedium: () => Promise<LogMedium>): void {
  describe(`event log contract: ${name}`, () => {
    let medium: LogMedium;
    let log: EventLog;

    beforeEach(async () => {
      medium = await makeMedium();
      log = await medium.open();
    });

    afterEach(async () => {
      await log.close();
      await medium.dispose();
    });

    describe('append and read', () => {
      it('starts empty, at the origin', async () => {
        expect(await log.tip()).toEqual(originPosition());
        expect(await collect(log)).toEqual([]);
      });

      it('gives back the very bytes, in order, with the positions that append gave', async () => {
        const chain = sampleChain({ frames: 20 });
        const positions = await appendAll(log, chain);
        const placed = await collect(log);
        expect(bytesOf(framesOf(placed))).toEqual(bytesOf(chain));
        expect(placed.map(({ position }) => positionToJson(position))).toEqual(positions.map(positionToJson));
        expect(positions.map(({ sequence }) => sequence)).toEqual(chain.map(lastSequence));
        expect(samePosition(await log.tip(), positions[19])).toBe(true);
      });

      it('reads from every position that it gave, also after a round through JSON', async () => {
        const chain = sampleChain({ frames: 9 });
        const positions = [originPosition(), ...(await appendAll(log, chain))];
        for (const [index, position] of positions.entries()) {
          const stored = positionFromJson(JSON.parse(JSON.stringify(positionToJson(position))));
          expect(bytesOf(framesOf(await collect(log, stored)))).toEqual(bytesOf(chain.slice(index)));
        }
      });

      it('reads no more than the limit, and to the end as it was when reading began', async () => {
        const chain = sampleChain({ frames: 8 });
        await appendAll(log, chain.slice(0, 6));
        expect(await collect(log, originPosition(), { limit: 0 })).toHaveLength(0);
        expect(await collect(log, originPosition(), { limit: 4 })).toHaveLength(4);
        const reading = log.read(originPosition())[Symbol.asyncIterator]();
        await reading.next();
        await appendAll(log, chain.slice(6));
        let count = 1;
        while (!(await reading.next()).done) count += 1;
        expect(count).toBe(6);
      });

      it('ends an aborted read with the reason, not as if the log ended there', async () => {
        await appendAll(log, sampleChain({ frames: 5 }));
        const abort = new AbortController();
        const reading = log.read(originPosition(), { signal: abort.signal })[Symbol.asyncIterator]();
        await reading.next();
        abort.abort(new Error('enough'));
        await expect(reading.next()).rejects.toThrow('enough');
      });

      it('keeps what it has when a caller writes to what it gave or got', async () => {
        const chain = sampleChain({ frames: 3, payloadBytes: () => 500 });
        const payload = new Uint8Array(chain[0].payload);
        const first = sealFrame(chain[0], payload);
        payload.fill(0xff);
        for (const position of await appendAll(log, [first, chain[1], chain[2]])) position.id.fill(0xcc);
        for (const { frame, position } of await collect(log)) {
          frame.payload.fill(0xee);
          frame.id.fill(0xee);
          position.id.fill(0xee);
        }
        (await log.tip()).id.fill(0xdd);
        expect(framesOf(await collect(log)).map(({ id }) => hex(id))).toEqual(
          sampleChain({ frames: 3, payloadBytes: () => 500 }).map(({ id }) => hex(id)),
        );
      });

      it('takes the largest frame and refuses a larger one by name', async () => {
        const [large, small] = sampleChain({
          frames: 2,
          payloadBytes: (index) => (index === 0 ? MAX_PAYLOAD_BYTES : 0),
        });
        await appendAll(log, [large, small]);
        expect(bytesOf(framesOf(await collect(log)))).toEqual(bytesOf([large, small]));
        expect(() => sealFrame(large, new Uint8Array(MAX_PAYLOAD_BYTES + 1))).toThrow(FrameTooLarge);
        await expect(
          (async () => log.append({ ...large, payload: new Uint8Array(MAX_PAYLOAD_BYTES + 1) }))(),
        ).rejects.toThrow(FrameTooLarge);
      });

      it('takes several hundred frames of mixed size in one go', async () => {
        const chain = sampleChain({ frames: 300, payloadBytes: (index) => (index % 7 === 0 ? 20_000 + index : index) });
        await appendAll(log, chain);
        expect(bytesOf(framesOf(await collect(log)))).toEqual(bytesOf(chain));
      });
    });

    describe('the chain', () => {
      it('takes the last frame once more without harm', async () => {
        const chain = sampleChain({ frames: 3 });
        const positions = await appendAll(log, chain);
        expect(positionToJson(await log.append(chain[2]))).toEqual(positionToJson(positions[2]));
        expect(await collect(log)).toHaveLength(3);
      });

      it.each<[string, (chain: Frame[]) => Frame, string]>([
        ['an earlier frame once more', (chain) => chain[0], 'foreign predecessor'],
        [
          'another frame after the same predecessor',
          (chain) => sampleChain({ frames: 1, after: chain[1], seed: 9 })[0],
          'foreign predecessor',
        ],
        ['a frame of another history', () => sampleChain({ frames: 4, seed: 9 })[3], 'foreign predecessor'],
        ['a frame after next', (chain) => sampleChain({ frames: 2, after: chain[2] })[1], 'foreign predecessor'],
        [
          'a sequence number left out',
          (chain) =>
            sealFrame(
              { ...sampleChain({ frames: 1, after: chain[2] })[0], firstSequence: lastSequence(chain[2]) + 2 },
              new Uint8Array(3),
            ),
          'sequence gap',
        ],
        [
          'a sequence number given twice',
          (chain) =>
            sealFrame(
              { ...sampleChain({ frames: 1, after: chain[2] })[0], firstSequence: lastSequence(chain[2]) },
              new Uint8Array(3),
            ),
          'sequence gap',
        ],
        [
          'a frame whose header was changed after sealing',
          (chain) => ({ ...sampleChain({ frames: 1, after: chain[2] })[0], digest: 7 }),
          'unsealed',
        ],
      ])('refuses %s, writes nothing and goes on', async (_case, foreign, verdict) => {
        const chain = sampleChain({ frames: 4 });
        await appendAll(log, chain.slice(0, 3));
        const refused = log.append(foreign(chain));
        await expect(refused).rejects.toThrow(FrameNotCounted);
        await expect(refused).rejects.toMatchObject({ code: 'FRAME_NOT_COUNTED', verdict });
        expect(await collect(log)).toHaveLength(3);
        await log.append(chain[3]);
        expect(bytesOf(framesOf(await collect(log)))).toEqual(bytesOf(chain));
      });

      it('counts frames appended while others are in flight in the order of the calls', async () => {
        const chain = sampleChain({ frames: 25 });
        const positions = await Promise.all(chain.map((frame) => log.append(frame)));
        expect(positions.map(({ sequence }) => sequence)).toEqual(chain.map(lastSequence));
        expect(bytesOf(framesOf(await collect(log)))).toEqual(bytesOf(chain));
      });

      it('hears one of two rivals for the same place', async () => {
        const [first] = await Promise.all([log.append(sampleChain({ frames: 1 })[0])]);
        const rivals = [2, 3].map((seed) => sampleChain({ frames: 1, after: sampleChain({ frames: 1 })[0], seed })[0]);
        const outcomes = await Promise.allSettled(rivals.map((frame) => log.append(frame)));
        expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
        expect((await log.tip()).place).toBe(first.place + 1);
      });
    });

    describe('positions', () => {
      it.each<[string, (positions: Position[]) => Position, new (...args: never[]) => Error, string]>([
        [
          'past the end',
          (positions) => ({ ...positions[2], place: positions[2].place + 1 }),
          PositionPastEnd,
          'POSITION_PAST_END',
        ],
        [
          'far past the end',
          (positions) => ({ ...positions[2], place: 2 ** 40 }),
          PositionPastEnd,
          'POSITION_PAST_END',
        ],
        [
          'of another frame',
          (positions) => ({ ...positions[1], id: positions[0].id }),
          PositionForeign,
          'POSITION_FOREIGN',
        ],
        [
          'with another sequence number',
          (positions) => ({ ...positions[1], sequence: 1 }),
          PositionForeign,
          'POSITION_FOREIGN',
        ],
        [
          'at the origin with a frame id',
          (positions) => ({ ...originPosition(), id: positions[0].id }),
          PositionForeign,
          'POSITION_FOREIGN',
        ],
      ])('stops a reader %s', async (_case, position, error, code) => {
        const positions = await appendAll(log, sampleChain({ frames: 3 }));
        await expect(collect(log, position(positions))).rejects.toThrow(error);
        await expect(collect(log, position(positions))).rejects.toMatchObject({ code });
        const following = log.follow(position(positions), new AbortController().signal)[Symbol.asyncIterator]();
        await expect(following.next()).rejects.toThrow(error);
      });

      it('locates the frame that holds a record', async () => {
        const chain = sampleChain({ frames: 40, records: (index) => 1 + (index % 5) });
        const positions = [originPosition(), ...(await appendAll(log, chain))];
        const end = positions[40].sequence;
        for (let sequence = 1; sequence <= end; sequence++) {
          const index = chain.findIndex((frame) => frame.firstSequence <= sequence && sequence <= lastSequence(frame));
          expect(positionToJson(await log.locate(sequence))).toEqual(positionToJson(positions[index]));
        }
        expect(positionToJson(await log.locate(end + 1))).toEqual(positionToJson(positions[40]));
        await expect(log.locate(end + 2)).rejects.toThrow(PositionPastEnd);
        await expect(log.locate(0)).rejects.toThrow(RangeError);
      });

      it('stops a reader before the start of a log that has lost its beginning', async () => {
        if (!medium.openStartingAfter) return;
        const chain = sampleChain({ frames: 5 });
        const positions = await appendAll(log, chain);
        const later = await medium.openStartingAfter(positions[2]);
        await appendAll(later, chain.slice(3));
        await expect(collect(later)).rejects.toThrow(PositionBeforeStart);
        await expect(collect(later, positions[1])).rejects.toMatchObject({
          code: 'POSITION_BEFORE_START',
          firstPlace: positions[3].place,
        });
        await expect(later.locate(1)).rejects.toThrow(PositionBeforeStart);
        expect(bytesOf(framesOf(await collect(later, positions[2])))).toEqual(bytesOf(chain.slice(3)));
        await later.close();
      });
    });

    describe('follow', () => {
      it('gives what is there, then what comes, to several followers, and ends when aborted', async () => {
        const chain = sampleChain({ frames: 30 });
        await appendAll(log, chain.slice(0, 10));
        const abort = new AbortController();
        const followers = [0, 1, 2].map(async () => {
          const seen: Frame[] = [];
          for await (const { frame } of log.follow(originPosition(), abort.signal)) {
            seen.push(frame);
            if (seen.length === 30) break;
          }
          return bytesOf(seen);
        });
        for (const frame of chain.slice(10)) await log.append(frame);
        for (const seen of await Promise.all(followers)) expect(seen).toEqual(bytesOf(chain));
        abort.abort();
      });

      it('wakes a follower that waits at the end at once', async () => {
        const chain = sampleChain({ frames: 3 });
        const [position] = await appendAll(log, chain.slice(0, 1));
        const following = log.follow(position, new AbortController().signal)[Symbol.asyncIterator]();
        for (const frame of chain.slice(1)) {
          const next = following.next();
          await new Promise((resolve) => setTimeout(resolve, 20)); // let it fall asleep
          const start = performance.now();
          await log.append(frame);
          expect((await next).value?.frame.firstSequence).toBe(frame.firstSequence);
          expect(performance.now() - start).toBeLessThan(200);
        }
        await following.return?.();
      });

      it('ends without an error when aborted: before it starts, while it waits, and between frames', async () => {
        const positions = await appendAll(log, sampleChain({ frames: 2 }));
        for await (const _ of log.follow(originPosition(), AbortSignal.abort())) throw new Error('gave a frame');
        const abort = new AbortController();
        const waiting = log.follow(positions[1], abort.signal)[Symbol.asyncIterator]().next();
        setTimeout(() => abort.abort(), 10);
        expect(await waiting).toEqual({ done: true, value: undefined });
        const between = new AbortController();
        let seen = 0;
        for await (const _ of log.follow(originPosition(), between.signal)) {
          seen += 1;
          between.abort();
        }
        expect(seen).toBe(1);
      });

      it('serves readers, a follower and the writer at once', async () => {
        const chain = sampleChain({ frames: 120, payloadBytes: (index) => (index * 37) % 3000 });
        const abort = new AbortController();
        const follower = (async () => {
          const seen: Frame[] = [];
          for await (const { frame } of log.follow(originPosition(), abort.signal)) {
            seen.push(frame);
            if (seen.length === chain.length) abort.abort();
          }
          return seen;
        })();
        const reader = (async () => {
          let most = 0;
          while (most < chain.length) {
            const seen = await collect(log);
            expect(bytesOf(framesOf(seen))).toEqual(bytesOf(chain.slice(0, seen.length)));
            expect(seen.length).toBeGreaterThanOrEqual(most);
            most = seen.length;
            await new Promise((resolve) => setImmediate(resolve));
          }
        })();
        await appendAll(log, chain);
        await reader;
        expect(bytesOf(await follower)).toEqual(bytesOf(chain));
      });

      it('shows a reader beside the writer only what was acknowledged, and all of it', async () => {
        if (!medium.openReader) return;
        const reader = await medium.openReader();
        const chain = sampleChain({ frames: 40 });
        const abort = new AbortController();
        const follower = (async () => {
          let count = 0;
          for await (const { frame } of reader.follow(originPosition(), abort.signal)) {
            expect(hex(frame.id)).toBe(hex(chain[count].id));
            count += 1;
            if (count === chain.length) abort.abort();
          }
          return count;
        })();
        for (const frame of chain) {
          const position = await log.append(frame);
          expect(positionToJson(await reader.tip())).toEqual(positionToJson(position));
        }
        expect(await follower).toBe(chain.length);
        await reader.close();
      });
    });

    describe('closing', () => {
      it('keeps everything for the next opening, which goes on with the chain', async () => {
        const chain = sampleChain({ frames: 12 });
        await appendAll(log, chain.slice(0, 7));
        await log.close();
        log = await medium.open();
        expect((await log.tip()).sequence).toBe(lastSequence(chain[6]));
        await expect(log.append(chain[8])).rejects.toThrow(FrameNotCounted);
        await appendAll(log, chain.slice(6));
        expect(bytesOf(framesOf(await collect(log)))).toEqual(bytesOf(chain));
      });

      it('refuses everything after close, by name, and closes twice without harm', async () => {
        const [frame] = sampleChain({ frames: 1 });
        await log.close();
        await log.close();
        const attempts = [() => log.append(frame), () => log.tip(), () => collect(log), () => log.locate(1)];
        for (const attempt of attempts) {
          await expect(attempt()).rejects.toThrow(LogUnavailable);
          await expect(attempt()).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', reason: 'closed' });
        }
      });

      it('ends a follower that sleeps at the end by name', async () => {
        const [position] = await appendAll(log, sampleChain({ frames: 1 }));
        const waiting = log.follow(position, new AbortController().signal)[Symbol.asyncIterator]().next();
        waiting.catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, 20)); // let it fall asleep
        await log.close();
        await expect(waiting).rejects.toThrow(LogUnavailable);
      });

      it('lets appends in flight finish, and ends readers and followers by name', async () => {
        const chain = sampleChain({ frames: 4 });
        const [position] = await appendAll(log, chain.slice(0, 1));
        const waiting = log.follow(position, new AbortController().signal)[Symbol.asyncIterator]();
        const reading = log.read(originPosition())[Symbol.asyncIterator]();
        await reading.next();
        const appended = log.append(chain[1]);
        expect((await waiting.next()).done).toBe(false);
        const next = waiting.next();
        next.catch(() => undefined);
        await Promise.all([appended, log.close()]);
        await expect(next).rejects.toThrow(LogUnavailable);
        log = await medium.open();
        expect(await collect(log)).toHaveLength(2);
      });
    });
  });
}
