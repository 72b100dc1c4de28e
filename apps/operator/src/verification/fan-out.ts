// Gives the records of a log to several readers at once, so that each is decoded once. A reader that throws is told of and
// gets no more; the others go on.

import type { CommandIdentity, MarketEvent, RecordCause, RecordVisitor } from '@tokenbourse/domain';

interface Reader {
  readonly visitor: RecordVisitor;
  readonly onFailure: (error: unknown) => void;
}

export class FanOut implements RecordVisitor {
  private readers: Reader[] = [];
  /** Record in hand, and events so far. */
  sequence = 0;
  events = 0;
  atUs = 0;

  /** @param onFailure told when the reader throws */
  add(visitor: RecordVisitor, onFailure: (error: unknown) => void): void {
    this.readers.push({ visitor, onFailure });
  }

  begin(
    sequence: number,
    atUs: number,
    cause: RecordCause,
    causeSequence: number,
    identity: CommandIdentity | null,
  ): void {
    this.sequence = sequence;
    this.atUs = atUs;
    for (const reader of this.readers) {
      try {
        reader.visitor.begin(sequence, atUs, cause, causeSequence, identity);
      } catch (error) {
        this.drop(reader, error);
      }
    }
  }

  event(event: MarketEvent): void {
    this.events += 1;
    for (const reader of this.readers) {
      try {
        reader.visitor.event(event);
      } catch (error) {
        this.drop(reader, error);
      }
    }
  }

  end(): void {
    for (const reader of this.readers) {
      try {
        reader.visitor.end();
      } catch (error) {
        this.drop(reader, error);
      }
    }
  }

  /** A loop over the readers goes on over the list that it began with. */
  private drop(reader: Reader, error: unknown): void {
    this.readers = this.readers.filter((other) => other !== reader);
    reader.onFailure(error);
  }
}
