// What was met on the way in runs against the simulated Kafka, counted by name.

import { Counts } from './counts';

/** Each of them a fixed set of seeds must meet. */
export const KAFKA_FAULTS = [
  'appends lost',
  'appends late',
  'appends doubled',
  'appends unanswered',
  'appends refused',
  'commands lost',
  'commands late',
  'commands doubled',
  'commands unanswered',
  'commands refused',
  'frames that did not count',
  'brokers away',
  'engines killed',
  'engines begun at one instant',
  'engines that lost their snapshots',
  'engines whose power went',
  'relays killed',
  'projectors killed',
  'engines stopped and continued',
  'relays stopped and continued',
  'takeovers',
  'logs that had to be opened again',
  'strangers on the commands topic',
  'strangers on the events topic',
  'messages again',
  'messages in another order',
  'dead letters',
  'commands cut by retention',
  'clocks set',
  'clocks in doubt',
  'snapshots taken',
  'snapshots refused',
  'snapshots damaged',
  'snapshots passed over',
  'outcomes pending',
  'outcomes unknown',
  'commands turned away',
] as const;
export type KafkaFault = (typeof KAFKA_FAULTS)[number];

export class KafkaTally extends Counts<KafkaFault> {
  seeds = 0;
  steps = 0;
  commands = 0;
  records = 0;
  trades = 0;

  constructor() {
    super(KAFKA_FAULTS);
  }

  add(other: KafkaTally): void {
    for (const figure of ['seeds', 'steps', 'commands', 'records', 'trades'] as const) this[figure] += other[figure];
    this.addCounts(other);
  }
}
