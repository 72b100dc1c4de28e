// Folding frames into an engine's state, with the writer's digest compared at each: recovery and following alike.

import { visitRecords } from '@tokenbourse/domain';
import { Replay, type MarketState } from '@tokenbourse/engine';
import { FIRST_PLACE, type CommandPlace, type PlacedFrame, type Position } from '@tokenbourse/log';

/** The fold's state differs from the writer's: the snapshot it began from is wrong, or the program is another one. */
export class StateDiverged extends Error {
  readonly code = 'STATE_DIVERGED';
  constructor(
    readonly place: number,
    readonly sequence: number,
    expected: number,
    found: number,
  ) {
    super(
      `after frame ${place} (record ${sequence}) the state's digest is ${found >>> 0}, the writer's was ${expected >>> 0}; ` +
        'the snapshot before it is wrong, or another version of the program wrote the log',
    );
  }
}

/** A state and the position in the log up to which it has been folded. */
export class Fold {
  private readonly replay: Replay;

  constructor(
    readonly state: MarketState,
    public position: Position,
    /** The next command that the log has not answered; stays the first where commands don't come from a topic. */
    public answered: CommandPlace = FIRST_PLACE,
  ) {
    this.replay = new Replay(state);
  }

  /** Folds the next frame. Throws StateDiverged; the fold is then good for nothing. */
  take({ frame, position }: PlacedFrame): void {
    visitRecords(frame.payload, frame.firstSequence, this.replay);
    const digest = this.state.digest >>> 0;
    if (digest !== frame.digest) {
      throw new StateDiverged(position.place, position.sequence, frame.digest, digest);
    }
    this.position = position;
    this.answered = { offset: frame.answers.toOffset, index: frame.answers.toIndex };
  }
}
