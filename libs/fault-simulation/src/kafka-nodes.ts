// The machines of a simulated cluster, each with one process at a time: the real engine with its follower, the real relay, the
// real projector. What tests plant as a bug is put between their parts here.

import type { CommandsTopic, EventLog } from '@tokenbourse/log';
import { InProcessReadModels, Projector, type Retention } from '@tokenbourse/projections';
import { CommandRelay, Follower, MarketEngine, SnapshotFiles, type CommandGateway } from '@tokenbourse/sequencer';

import type { Chance } from './chance';
import { Damage } from './damage';
import { DiskFaults } from './disk/disk-faults';
import { DiskPort } from './disk/disk-port';
import { snapshotFileSystem } from './disk/file-systems';
import { Medium } from './disk/medium';
import type { Broker } from './kafka-broker';
import { SimulatedCommands } from './kafka-commands';
import { SimulatedKafkaLog, type Counted } from './kafka-events';
import { Process } from './kafka-process';
import type { KafkaPlan } from './kafka-steps';

/** What is put around the parts, to see whether a fault of that kind is found. */
export interface KafkaPlanted {
  engineLog?(log: EventLog): EventLog;
  relayLog?(log: EventLog): EventLog;
  /** As engines read it, or relays write it. */
  commands?(topic: CommandsTopic, by: 'engine' | 'relay'): CommandsTopic;
  gateway?(gateway: CommandGateway): CommandGateway;
  snapshots?(files: SnapshotFiles): SnapshotFiles;
}

/** What all machines have in common. */
export interface Surroundings {
  readonly plan: KafkaPlan;
  readonly planted: KafkaPlanted;
  readonly broker: Broker;
  readonly retention: Retention;
  readonly chance: () => Chance;
  readonly counted: Counted;
  readonly onEvent: (process: Process, message: string) => void;
  readonly onLetter: (place: string) => void;
  readonly onRefusal: () => void;
  /** A relay has been told of a command's record. */
  readonly onRecord: (process: Process, sequence: number) => void;
}

export const SNAPSHOT_FOLDER = '/snapshots';
const WAIT_MS = 5_000;
const OPEN_AGAIN_US = 500_000;

abstract class Node {
  process: Process;
  /** Wrong by so much, for good or until somebody sets it right. */
  protected aheadUs = 0;
  /** Those that are opened again when they fail. */
  private opened: SimulatedKafkaLog[] = [];

  constructor(protected readonly around: Surroundings) {
    this.process = new Process(around.broker.time, 0);
    this.process.alive = false;
  }

  start(): void {
    this.process = new Process(this.around.broker.time, this.aheadUs);
    this.opened = [];
    this.begin();
  }

  kill(): void {
    this.process.alive = false;
  }

  /** The machine's wall clock is set. */
  setClock(aheadUs: number): void {
    this.aheadUs = aheadUs;
    this.process.aheadUs = aheadUs;
  }

  protected abstract begin(): void;

  /** Its reading of the events topic can't go on, and begins anew. */
  failLogs(): void {
    for (const log of this.opened.splice(0)) void log.fail();
  }

  protected async openAnew(process: Process): Promise<SimulatedKafkaLog> {
    const log = await this.openLog(process);
    this.opened.push(log);
    return log;
  }

  protected openLog(process: Process): Promise<SimulatedKafkaLog> {
    const { broker, counted } = this.around;
    return SimulatedKafkaLog.open(process, broker, counted);
  }

  protected async openSurely(process: Process): Promise<SimulatedKafkaLog> {
    for (;;) {
      try {
        return await this.openLog(process);
      } catch {
        await process.pause(OPEN_AGAIN_US);
      }
    }
  }
}

export class EngineNode extends Node {
  engine: MarketEngine | undefined;
  medium = new Medium();
  damage = new Damage(this.medium);
  readonly disk = new DiskFaults();

  /** A new machine has nothing of the old one. */
  loseSnapshots(): void {
    this.medium = new Medium();
    this.damage = new Damage(this.medium);
  }

  protected begin(): void {
    const { process } = this;
    const { plan, planted, broker, chance, onEvent, onLetter } = this.around;
    const onEventHere = (message: string): void => onEvent(process, message);
    const commands = new SimulatedCommands(process, broker);
    this.engine = new MarketEngine({
      openLog: async () => {
        const log = await this.openAnew(process);
        return planted.engineLog?.(log) ?? log;
      },
      commands: planted.commands?.(commands, 'engine') ?? commands,
      clock: process.clock,
      chance: () => chance().index(1_000) / 1_000,
      snapshots: this.snapshotFiles(process),
      frameCommands: plan.frameCommands,
      deadLetter: ({ place: { offset, index } }) =>
        broker.request(process, 'ask', () => onLetter(`${offset}:${index}`)),
      onEvent: onEventHere,
    });
    this.engine.start();
    void this.openSurely(process).then((log) => {
      const snapshots = this.snapshotFiles(process);
      const { clock } = process;
      void new Follower({ log, snapshots, everyRecords: plan.snapshotEvery, clock, onEvent: onEventHere }).run();
    });
  }

  snapshotFiles(process: Process): SnapshotFiles {
    const { broker, chance, planted, onRefusal } = this.around;
    const port = new DiskPort({
      medium: this.medium,
      time: broker.time,
      life: process,
      faults: this.disk,
      chance,
      onCut: () => undefined,
      onRefusal,
      onFrameFound: () => undefined,
    });
    const files = new SnapshotFiles(SNAPSHOT_FOLDER, 3, snapshotFileSystem(port));
    return planted.snapshots?.(files) ?? files;
  }
}

export class RelayNode extends Node {
  relay: CommandRelay | undefined;
  gateway: CommandGateway | undefined;
  private made = 0;

  constructor(
    around: Surroundings,
    private readonly name: string,
  ) {
    super(around);
  }

  protected begin(): void {
    const { process } = this;
    const { plan, planted, broker, onEvent, onRecord } = this.around;
    const { inboxLimit, batchCommands } = plan;
    const commands = new SimulatedCommands(process, broker);
    this.relay = new CommandRelay({
      commands: planted.commands?.(commands, 'relay') ?? commands,
      openLog: async () => {
        const log = await this.openAnew(process);
        return planted.relayLog?.(log) ?? log;
      },
      clock: process.clock,
      inboxLimit,
      batchCommands,
      waitMs: WAIT_MS,
      newId: () => `${this.name}-${(this.made += 1)}`,
      onEvent: (message) => onEvent(process, message),
      onRecord: ({ sequence }) => onRecord(process, sequence),
    });
    this.gateway = planted.gateway?.(this.relay) ?? this.relay;
    this.relay.start();
  }
}

export class ProjectorNode extends Node {
  models: InProcessReadModels | undefined;

  protected begin(): void {
    const { process } = this;
    const { retention, onEvent } = this.around;
    const models = new InProcessReadModels(retention);
    this.models = models;
    const pause = (ms: number): Promise<void> => process.pause(ms * 1_000);
    const time = { nowMs: () => process.time.nowUs / 1_000, pause, turn: () => pause(0) };
    void this.openSurely(process).then((log) =>
      new Projector({ log, models, time, onEvent: (message) => onEvent(process, message) }).run(),
    );
  }
}
