// One process of the exchange, from its start to its end: the real sequencer, follower and projector over the simulated
// disk. What tests plant as a bug is put between the parts here.

import { Bell, LogUnavailable, type EventLog } from '@tokenbourse/log';
import {
  InProcessReadModels,
  ModelFiles,
  Projector,
  type ProjectorTime,
  type Retention,
} from '@tokenbourse/projections';
import { Follower, Sequencer, SnapshotFiles, type CommandGateway, type Recovery } from '@tokenbourse/sequencer';

import type { DiskPort } from './disk/disk-port';
import { modelFileSystem, snapshotFileSystem } from './disk/file-systems';
import { JournalReader } from './log/journal-reader';
import { LOG_FILE, SimulatedLog } from './log/simulated-log';
import type { Setting } from './steps';
import type { Life, VirtualTime } from './virtual-time';

export const SNAPSHOT_FOLDER = '/snapshots';
export const MODEL_FOLDER = '/read-models';

/** What is put around the exchange's parts, to see whether a fault of that kind is found. */
export interface Planted {
  log?(log: EventLog): EventLog;
  snapshots?(files: SnapshotFiles): SnapshotFiles;
  gateway?(gateway: CommandGateway): CommandGateway;
  /** Called with the state that a start came to. */
  started?(recovery: Recovery): void;
}

export interface ExchangeOptions {
  readonly life: Life;
  readonly port: DiskPort;
  readonly time: VirtualTime;
  readonly setting: Setting;
  readonly retention: Retention;
  readonly planted: Planted;
  readonly onEvent: (message: string) => void;
}

/** Retries of a clean stop must come to an end too. */
const STOP_MS = 5_000;

export class Exchange {
  readonly life: Life;
  readonly sequencer: Sequencer;
  readonly gateway: CommandGateway;
  readonly models: InProcessReadModels;
  private readonly bell = new Bell();
  private follower: Follower | undefined;
  private projector: Projector | undefined;
  /** Frames that had been written before, and that nobody had been told of. */
  recovery: Recovery | undefined;

  constructor(private readonly options: ExchangeOptions) {
    const { life, port, time, setting, planted, retention, onEvent } = options;
    this.life = life;
    this.models = new InProcessReadModels(retention);
    this.sequencer = new Sequencer({
      openLog: async () => {
        const log = await SimulatedLog.open(port, this.bell);
        return planted.log?.(log) ?? log;
      },
      clock: time.clockOf(life),
      snapshots: this.snapshotFiles(),
      inboxLimit: setting.inboxLimit,
      frameCommands: setting.frameCommands,
      onEvent,
    });
    this.gateway = planted.gateway?.(this.sequencer) ?? this.sequencer;
  }

  /** @throws what the sequencer's start throws */
  async start(): Promise<void> {
    const { port, time, setting, planted, onEvent } = this.options;
    const clock = time.clockOf(this.life);
    const file = port.medium;
    this.recovery = await this.sequencer.start();
    planted.started?.(this.recovery);
    const reader = (): JournalReader => new JournalReader(file.file(LOG_FILE), this.bell);
    this.follower = new Follower({
      log: reader(),
      snapshots: this.snapshotFiles(),
      everyRecords: setting.snapshotEvery,
      onEvent,
      clock,
    });
    this.projector = new Projector({
      log: reader(),
      models: this.models,
      files: new ModelFiles(MODEL_FOLDER, modelFileSystem(port)),
      saveEveryRecords: setting.saveEvery,
      onEvent,
      time: this.projectorTime(),
    });
    void this.follower.run();
    void this.projector.run();
  }

  /** A clean stop, in the order of the real server's. Returns the state hashes of writer and follower, and whether the read models are whole. */
  async stop(): Promise<{ writer: string; follower: string | undefined; modelsWhole: boolean }> {
    const writer = await this.sequencer.stop();
    const { sequence } = this.sequencer.status();
    const [follower, modelsWhole] = await Promise.all([
      this.follower!.stop(sequence),
      this.projector!.stop(sequence, STOP_MS),
    ]);
    return { writer, follower, modelsWhole };
  }

  /** Why it follows no longer; empty while it does. */
  followerFailure(): string {
    const status = this.follower?.status();
    return status?.state === 'FAILED' ? status.reason : '';
  }

  takeSnapshot(): void {
    this.follower?.snapshot();
  }

  private snapshotFiles(): SnapshotFiles {
    const files = new SnapshotFiles(SNAPSHOT_FOLDER, 3, snapshotFileSystem(this.options.port));
    return this.options.planted.snapshots?.(files) ?? files;
  }

  private projectorTime(): ProjectorTime {
    const { time } = this.options;
    const clock = time.clockOf(this.life);
    const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
      new Promise((passed) => {
        const cancel = clock.wakeAfter(ms * 1_000, passed);
        signal?.addEventListener('abort', () => {
          cancel();
          passed();
        });
      });
    return { nowMs: () => time.nowUs / 1_000, pause, turn: () => pause(0) };
  }
}

/** Whether a start may fail so without the log being at fault: it is tried again. */
export function isPassing(error: unknown): boolean {
  return error instanceof LogUnavailable;
}
