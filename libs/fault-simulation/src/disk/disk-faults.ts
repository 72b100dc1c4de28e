// What is planned to go wrong with the disk next, whichever process uses it then.

/** Which files: the log's, the snapshots', the saved read models'. */
export const AREAS = ['log', 'snapshots', 'models'] as const;
export type Area = (typeof AREAS)[number];
export type Operation = 'write' | 'flush' | 'name';
export const MOMENTS = ['before', 'during', 'after'] as const;
/** When the process ends: before the operation, with a part of it done, or done but not told. */
export type Moment = (typeof MOMENTS)[number];
/** How much of an operation is done that is then refused. */
export const REFUSALS = ['nothing', 'part', 'all'] as const;
export type Refusal = (typeof REFUSALS)[number];

export interface PlannedCut {
  readonly area: Area | 'any';
  readonly moment: Moment;
  /** The power goes, and what was not flushed with it; else only the process is killed. */
  readonly power: boolean;
  /** Operations of that area that go well before. */
  after: number;
}

interface PlannedRefusal {
  readonly area: Area;
  readonly operation: Operation;
  readonly how: Refusal;
  after: number;
}

export class DiskFaults {
  cut: PlannedCut | undefined;
  /** Until then everything takes `slowness` times as long. */
  slowUntilUs = 0;
  slowness = 1;
  private refusals: PlannedRefusal[] = [];

  refuse(refusal: PlannedRefusal): void {
    this.refusals.push(refusal);
  }

  /** The cut that comes with this operation, if one does. */
  cutAt(area: Area): PlannedCut | undefined {
    const { cut } = this;
    if (cut === undefined || (cut.area !== 'any' && cut.area !== area)) return undefined;
    if (cut.after-- > 0) return undefined;
    this.cut = undefined;
    return cut;
  }

  refusalAt(area: Area, operation: Operation): Refusal | undefined {
    const place = this.refusals.findIndex((planned) => planned.area === area && planned.operation === operation);
    const planned = this.refusals[place];
    if (planned === undefined || planned.after-- > 0) return undefined;
    this.refusals.splice(place, 1);
    return planned.how;
  }

  /** Nothing is planned any more. */
  clear(): void {
    this.cut = undefined;
    this.refusals = [];
    this.slowUntilUs = 0;
  }
}
