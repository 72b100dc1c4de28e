// The disk as one process has it: each operation takes its time, may be refused, and may be the process's last.

import type { Chance } from '../chance';
import { never, type Life, type VirtualTime } from '../virtual-time';
import type { Area, DiskFaults, Operation, PlannedCut, Refusal } from './disk-faults';
import { DiskRefusal, type Medium, type StoredFile } from './medium';

/** The process was ended in the middle of an operation that it did not wait for. */
export class ProcessCut extends Error {
  constructor() {
    super('the process has ended');
  }
}

const WRITE_US = { least: 20, most: 200 };
const FLUSH_US = { least: 200, most: 2_500 };

export interface PortOptions {
  readonly medium: Medium;
  readonly time: VirtualTime;
  readonly life: Life;
  readonly faults: DiskFaults;
  /** Chance of the step in hand. */
  readonly chance: () => Chance;
  /** Ends the process; `where` says in which operation. */
  readonly onCut: (cut: PlannedCut, area: Area, where: string) => void;
  readonly onRefusal: (area: Area, how: Refusal | 'full') => void;
  /** A start found a frame that was written and not committed. */
  readonly onFrameFound: () => void;
}

export class DiskPort {
  readonly medium: Medium;

  constructor(private readonly options: PortOptions) {
    this.medium = options.medium;
  }

  frameFound(): void {
    this.options.onFrameFound();
  }

  get alive(): boolean {
    return this.options.life.alive;
  }

  /** @param part what of the file it is, for the name of a crash */
  async write(area: Area, file: StoredFile, at: number, bytes: Uint8Array, part = ''): Promise<void> {
    const whole = (): void => this.put(area, file, at, bytes);
    const half = (): void => this.put(area, file, at, this.someOf(bytes));
    return this.perform(area, 'write', `${part} write`, { begin: whole, beginPart: half });
  }

  async flush(area: Area, file: StoredFile, part = ''): Promise<void> {
    let finish: () => void = () => undefined;
    return this.perform(area, 'flush', `${part} flush`, {
      begin: () => (finish = this.medium.flush(file)),
      end: () => finish(),
    });
  }

  /** Creating, renaming, removing, and making names durable. */
  async name(area: Area, change: () => void): Promise<void> {
    return this.perform(area, 'name', 'name', { begin: change });
  }

  writeNow(area: Area, file: StoredFile, at: number, bytes: Uint8Array): void {
    this.performNow(
      area,
      'write',
      () => this.put(area, file, at, bytes),
      () => this.put(area, file, at, this.someOf(bytes)),
    );
  }

  flushNow(area: Area, file: StoredFile): void {
    this.performNow(area, 'flush', () => this.medium.flush(file)());
  }

  nameNow(area: Area, change: () => void): void {
    this.performNow(area, 'name', change);
  }

  /** A process that has ended gets no answer. */
  async answer<T>(look: () => T): Promise<T> {
    return this.alive ? look() : never();
  }

  private async perform(
    area: Area,
    operation: Operation,
    where: string,
    act: { begin: () => void; beginPart?: () => void; end?: () => void },
  ): Promise<void> {
    const { faults } = this.options;
    if (!this.alive) return never();
    const cut = faults.cutAt(area);
    const refusal = faults.refusalAt(area, operation);
    if (cut?.moment === 'before') return this.cut(cut, area, `${where} before`);
    if (cut?.moment === 'during' || refusal === 'part') act.beginPart?.();
    else if (refusal !== 'nothing') act.begin();
    const duration = this.duration(operation);
    await this.pass(cut?.moment === 'during' ? duration / 2 : duration);
    if (cut?.moment === 'during') return this.cut(cut, area, `${where} during`);
    if (refusal === undefined || refusal === 'all') act.end?.();
    if (cut?.moment === 'after') return this.cut(cut, area, `${where} after`);
    if (refusal !== undefined) this.refuse(area, refusal);
  }

  private performNow(area: Area, operation: Operation, act: () => void, actPart?: () => void): void {
    const { faults } = this.options;
    if (!this.alive) throw new ProcessCut();
    const cut = faults.cutAt(area);
    const refusal = faults.refusalAt(area, operation);
    if (cut?.moment !== 'before') {
      if (cut?.moment === 'during' || refusal === 'part') actPart?.();
      else if (refusal !== 'nothing') act();
    }
    if (cut !== undefined) {
      void this.cut(cut, area, `${operation} ${cut.moment}`);
      throw new ProcessCut();
    }
    if (refusal !== undefined) this.refuse(area, refusal);
  }

  private cut(cut: PlannedCut, area: Area, where: string): Promise<never> {
    this.options.onCut(cut, area, where);
    return never();
  }

  private refuse(area: Area, how: Refusal): never {
    this.options.onRefusal(area, how);
    throw new DiskRefusal('EIO');
  }

  private put(area: Area, file: StoredFile, at: number, bytes: Uint8Array): void {
    try {
      this.medium.write(file, at, bytes);
    } catch (error) {
      this.options.onRefusal(area, 'full');
      throw error;
    }
  }

  private someOf(bytes: Uint8Array): Uint8Array {
    return bytes.subarray(0, this.options.chance().index(Math.max(1, bytes.length)));
  }

  private duration(operation: Operation): number {
    const { faults, time, chance } = this.options;
    const { least, most } = operation === 'flush' ? FLUSH_US : WRITE_US;
    const slowness = time.nowUs < faults.slowUntilUs ? faults.slowness : 1;
    return chance().between(least, most) * slowness;
  }

  private pass(us: number): Promise<void> {
    const { time, life } = this.options;
    return new Promise((passed) =>
      time.after(us, () => {
        if (life.alive) passed();
      }),
    );
  }
}
