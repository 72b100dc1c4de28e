// The witness of runs against the simulated Kafka: reads the events topic from outside, by the chain alone, without delay, and
// holds what it says against the commands topic.

import { decodeRecords } from '@tokenbourse/domain';
import { encodeFrame, decodeFrame, judgeFrame, positionAfter, type CommandPlace } from '@tokenbourse/log';
import type { Retention } from '@tokenbourse/projections';

import { Medium } from './disk/medium';
import { AnswersAudit } from './kafka-answers';
import type { Broker } from './kafka-broker';
import { Witness, type Find } from './witness';

export class KafkaWitness extends Witness {
  private looked = 0;
  private readonly answersAudit: AnswersAudit;

  constructor(
    private readonly broker: Broker,
    retention: Retention,
    find: Find,
    private readonly onPassedOver: () => void,
  ) {
    // Times are not judged here: each process has a clock of its own.
    super(new Medium(), retention, find, () => Infinity);
    this.answersAudit = new AnswersAudit(broker.commands, find);
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
      this.answersAudit.take(frame, decodeRecords(frame.payload, frame.firstSequence));
      this.take({ frame, position: positionAfter(frame, place + 1) });
    }
  }

  get answered(): CommandPlace {
    return this.fold.answered;
  }

  /** Whether all that stands on the commands topic has its outcome. */
  get hasAnsweredAll(): boolean {
    return this.fold.answered.offset === this.broker.commands.end;
  }
}
