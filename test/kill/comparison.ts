// The log held against what clients were told: what was acknowledged is there exactly once, as it was told; what was
// surely not taken is absent; what is in doubt is there at most once. Only what is new is looked at.

import type { LogRecord } from '@tokenbourse/domain';
import { eventOf } from '@tokenbourse/protocol';
import { SET_UP } from './market';
import { inWords, outcomeInLog, sameOutcome, type Outcome, type Told, type ToldCommand } from './told';

/** Commands of the server's own first start, of engines that stand by, and of whoever prepares the market; those of the first kind
 * may bear an id all the same, and two first starts may use the same one. */
const WITHOUT_ID = ['OpenMarket', 'CreateApiKey', 'Ping'];
const OTHERS = ['first-start-', SET_UP];

export class Comparison {
  readonly faults: string[] = [];
  /** Last record looked at. */
  sequence = 0;
  /** Commands that were in doubt when they were first held against the log, and those of them that it held. */
  doubted = 0;
  doubtedInLog = 0;
  private readonly found = new Map<string, Outcome>();
  private readonly seenInDoubt = new Set<string>();

  constructor(private readonly told: Told) {}

  /** The next record of the log. All that clients were told of it must have been told before. */
  take(record: LogRecord): void {
    if (record.sequence !== this.sequence + 1)
      this.fault(`record ${record.sequence} stands where ${this.sequence + 1} belongs`);
    this.sequence = record.sequence;
    if (record.cause !== 'COMMAND' || record.identity === null) return;
    const { command, command_id: id } = record.identity;
    if (id === '') {
      if (!WITHOUT_ID.includes(command)) this.fault(`record ${record.sequence} answers a ${command} that nobody sent`);
      return;
    }
    if (WITHOUT_ID.includes(command)) return;
    this.takeOutcome(id, record);
    if (OTHERS.some((beginning) => id.startsWith(beginning))) return;
    const sent = this.told.get(id);
    if (sent === undefined) this.fault(`record ${record.sequence} answers ${id}, which nobody sent`);
    if (sent?.certainty === 'NOT_TAKEN') this.fault(`${id} was surely not taken, and has record ${record.sequence}`);
  }

  /** After the last record: looks at every command of which something was told since the last time. */
  finish(): void {
    for (const command of this.told.takeChanged()) {
      if (command.certainty === 'ACKNOWLEDGED') this.compareAcknowledged(command);
      if (command.wasInDoubt) this.countDoubt(command);
    }
    this.faults.push(...this.told.faults.splice(0));
  }

  private takeOutcome(id: string, record: LogRecord): void {
    const outcome = outcomeInLog(record);
    const first = this.found.get(id);
    if (outcome === undefined) this.takeRepetition(id, record, first);
    else if (first !== undefined) this.fault(`${id} has two outcomes: ${inWords(first)}, and ${inWords(outcome)}`);
    else this.found.set(id, outcome);
    if (outcome?.code === 'INTERNAL') this.fault(`${id} made the engine fail in record ${record.sequence}`);
  }

  private takeRepetition(id: string, record: LogRecord, first: Outcome | undefined): void {
    const repeated = eventOf(record, 'CommandRepeated')!;
    const code = repeated.outcome === 'ACCEPTED' ? 'ACCEPTED' : repeated.code;
    if (first?.sequence === repeated.first_sequence && first.code === code) return;
    const was = first === undefined ? 'none' : inWords(first);
    this.fault(
      `record ${record.sequence} repeats ${code} of record ${repeated.first_sequence} for ${id}; it had ${was}`,
    );
  }

  private compareAcknowledged({ id, outcome }: ToldCommand): void {
    const found = this.found.get(id);
    if (found === undefined) this.fault(`${id} was acknowledged with ${inWords(outcome!)} and is not in the log`);
    else if (!sameOutcome(outcome!, found)) {
      this.fault(`${id} was acknowledged with ${inWords(outcome!)}, the log has ${inWords(found)}`);
    }
  }

  private countDoubt({ id }: ToldCommand): void {
    if (this.seenInDoubt.has(id)) return;
    this.seenInDoubt.add(id);
    this.doubted += 1;
    if (this.found.has(id)) this.doubtedInLog += 1;
  }

  private fault(what: string): void {
    this.faults.push(what);
  }
}
