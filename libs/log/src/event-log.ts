/** What every event log offers, whatever its medium: append a frame, read from a position, follow the tail. */
import type { Frame } from './frame';
import type { Position } from './position';

/** A frame that counts, and where its reader stands after it. */
export interface PlacedFrame {
  readonly frame: Frame;
  readonly position: Position;
}

export interface ReadOptions {
  /** At most so many frames. */
  readonly limit?: number;
  /** Ends the reading with the signal's reason as error: an end without one is the log's end. */
  readonly signal?: AbortSignal;
}

/** The reading half. Any number of readers may be open; each sees only what is durable and counts. */
export interface LogReader {
  /**
   * Frames after `from`, to the end as it is when reading starts. Each is verified: its digest, and that it continues the chain.
   * @throws PositionBeforeStart, PositionPastEnd, PositionForeign before the first frame
   * @throws FrameDamaged at the first frame that is not what was written; frames before it have been given
   * @throws LogUnavailable when the log is closed or the medium refuses
   */
  read(from: Position, options?: ReadOptions): AsyncIterable<PlacedFrame>;

  /** As `read`, then goes on as frames arrive. Ends without an error when the signal is aborted. */
  follow(from: Position, signal: AbortSignal): AsyncIterable<PlacedFrame>;

  /**
   * The position after the last durable frame that counts.
   * @throws FrameDamaged when that frame's bytes don't give its id
   */
  tip(): Promise<Position>;

  /**
   * The position from which `read` gives first the frame that holds the record `sequence`; the tip for the next record to come.
   * @throws PositionPastEnd when the log doesn't reach that far
   * @throws PositionBeforeStart when the log starts later
   */
  locate(sequence: number): Promise<Position>;

  /** Ends readers and followers with LogUnavailable; closing again does nothing. */
  close(): Promise<void>;
}

export interface EventLog extends LogReader {
  /**
   * Resolves when the frame is durable and counts, with the position after it. The last frame may be appended once more without harm.
   * Frames may be appended while earlier ones are in flight; they count in the order of the calls, and none after one that failed.
   * @throws FrameNotCounted when it doesn't continue the chain; nothing was written
   * @throws FrameTooLarge
   * @throws LogUnavailable when the medium refuses; close and open again to learn what became durable
   */
  append(frame: Frame): Promise<Position>;
}
