// The witness of runs against the simulated Kafka: reads the events topic from outside, by the chain alone, without delay.

import { encodeFrame, decodeFrame, judgeFrame, positionAfter } from '@tokenbourse/log';
import type { Retention } from '@tokenbourse/projections';

import { Medium } from './disk/medium';
import type { Broker } from './kafka-broker';
import { Witness, type Find } from './witness';

export class KafkaWitness extends Witness {
  private looked = 0;

  constructor(
    private readonly broker: Broker,
    retention: Retention,
    find: Find,
    private readonly onPassedOver: () => void,
  ) {
    // Times are not judged here: each process has a clock of its own.
    super(new Medium(), retention, find, () => Infinity);
  }

  override async catchUp(): Promise<void> {
    const { events } = this.broker;
    for (; this.looked < events.length; this.looked += 1) {
      const entry = events[this.looked]!;
      const { place } = this.fold.position;
      if (!entry.sealed || judgeFrame(entry.frame, this.fold.position) !== 'counts') {
        this.onPassedOver();
        continue;
      }
      const frame = decodeFrame(encodeFrame(entry.frame), place + 1);
      this.judgeAnswers(frame.answers);
      this.take({ frame, position: positionAfter(frame, place + 1) });
    }
  }

  /** Each frame answers from where the one before it ended. */
  private judgeAnswers({ fromOffset, fromIndex, toOffset, toIndex }: ReturnType<typeof decodeFrame>['answers']): void {
    const { offset, index } = this.fold.answered;
    if (fromOffset !== offset || fromIndex !== index) {
      this.find('answers', `a frame answers from ${fromOffset}:${fromIndex}, the one before it to ${offset}:${index}`);
    }
    if (toOffset < fromOffset || (toOffset === fromOffset && toIndex < fromIndex)) {
      this.find('answers', `a frame answers from ${fromOffset}:${fromIndex} back to ${toOffset}:${toIndex}`);
    }
  }

  get answeredOffset(): number {
    return this.fold.answered.offset;
  }
}
