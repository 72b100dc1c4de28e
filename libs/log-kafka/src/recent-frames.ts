/** What a reader of the whole chain remembers of it: the newest frames themselves, and now and then a position. */
import { type PlacedFrame, type Position, encodeFrame, sameId } from '@tokenbourse/log';

/** A position is kept at least this many records after the one before. */
const MILESTONE_RECORDS = 1_000;
const MILESTONES_MAX = 8_192;

export class RecentFrames {
  /** In order; those before `first` are forgotten. */
  private frames: PlacedFrame[] = [];
  private first = 0;
  private bytes = 0;
  private milestones: Position[];
  private apart = MILESTONE_RECORDS;

  /** @param bytesMax of frames; the newest is kept whatever its size, unless this is 0 */
  constructor(
    private readonly bytesMax: number,
    start: Position,
  ) {
    this.milestones = [start];
  }

  add(placed: PlacedFrame): void {
    this.frames.push(placed);
    this.bytes += encodeFrame(placed.frame).length;
    while (this.bytes > this.bytesMax && this.first < this.frames.length - (this.bytesMax > 0 ? 1 : 0)) {
      this.bytes -= encodeFrame(this.frames[this.first].frame).length;
      this.first += 1;
    }
    if (this.first > 1_024 && this.first > this.frames.length / 2) {
      this.frames = this.frames.slice(this.first);
      this.first = 0;
    }
    if (placed.position.sequence - this.milestones.at(-1)!.sequence >= this.apart) this.addMilestone(placed.position);
  }

  /** The frame that follows `last`, if it is remembered. */
  after(last: Position): PlacedFrame | undefined {
    const found = this.frames[this.firstIndex(({ frame }) => frame.firstSequence > last.sequence)];
    return found && sameId(found.frame.predecessor, last.id) ? found : undefined;
  }

  /** The position after the frame at `place`, if it is remembered. */
  at(place: number): Position | undefined {
    const found = this.frames[this.firstIndex(({ position }) => position.place >= place)]?.position;
    return found?.place === place ? found : this.milestones.find((milestone) => milestone.place === place);
  }

  /** The last remembered position before the record `sequence`. */
  before(sequence: number): Position | undefined {
    const index = this.firstIndex(({ position }) => position.sequence >= sequence);
    if (index > this.first) return this.frames[index - 1].position;
    return this.milestones.findLast((milestone) => milestone.sequence < sequence);
  }

  private addMilestone(position: Position): void {
    this.milestones.push(position);
    if (this.milestones.length <= MILESTONES_MAX) return;
    this.milestones = this.milestones.filter((_, index) => index % 2 === 0);
    this.apart *= 2;
  }

  /** By halving; the number of frames when none is. */
  private firstIndex(isReached: (placed: PlacedFrame) => boolean): number {
    let [low, high] = [this.first, this.frames.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isReached(this.frames[middle])) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
