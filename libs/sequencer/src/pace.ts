// How large the next frame is, and whether it is decided while the one before is still written: told by how long deciding
// and writing have taken lately.

/** A frame that is decided early has at least so many commands, or is full: smaller ones would only be more. */
const EARLY_COMMANDS = 128;
/** Of each new duration, this share goes into the mean. */
const NEW_SHARE = 1 / 8;

export class Pace {
  private commandUs = 0;
  private writeUs = Infinity;

  /** @param frameCommands commands of one frame at most */
  constructor(private readonly frameCommands: number) {}

  /** Few commands tell nothing: what a frame costs by itself would be taken for theirs. */
  decided(commands: number, us: number): void {
    if (commands >= EARLY_COMMANDS) this.commandUs += (us / commands - this.commandUs) * NEW_SHARE;
  }

  written(us: number): void {
    this.writeUs = this.writeUs === Infinity ? us : this.writeUs + (us - this.writeUs) * NEW_SHARE;
  }

  /** Whether the `waiting` commands are decided now, though a frame with `onTheirWay` is still being written. */
  decidesEarly(waiting: number, onTheirWay: number): boolean {
    if (waiting >= this.frameCommands) return true;
    return waiting >= EARLY_COMMANDS && this.isDiskQuicker(waiting + onTheirWay);
  }

  /**
   * How many of `waiting` commands the next frame takes when none is on its way: all, or half of them, so that one half is
   * decided while the other is written. All take one write less, which counts where a write is slow.
   */
  firstOf(waiting: number): number {
    const half = Math.ceil(waiting / 2);
    const halved = half >= EARLY_COMMANDS && this.isDiskQuicker(waiting);
    return Math.min(this.frameCommands, halved ? half : waiting);
  }

  private isDiskQuicker(commands: number): boolean {
    return this.writeUs < this.commandUs * commands;
  }
}
