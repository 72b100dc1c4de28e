// The checks of a data folder in the order in which they are told, and what each of them found.

import { AUDIT_CHECKS } from '@tokenbourse/audit';

const LOG_CHECKS = {
  chain: 'Every frame has the digest of its bytes and continues the frame before it',
  sequence: 'Records are counted from 1, without gaps',
  decoding: 'Every record decodes, and encodes to the same bytes',
} as const;

const STATE_CHECKS = {
  digests: 'After every frame the state has the digest that the frame carries',
  conservation: 'The engine’s state conserves all that the rules name',
  agreement: 'The engine’s state and the auditor’s books are equal',
  snapshots: 'Every snapshot is whole, of this log, and the state at its record',
  state_hash: 'The state hash is the same from the first record and from each snapshot with its tail',
  read_models: 'Read models rebuild from the log and agree with the books; saved ones are equal to them',
} as const;

export const CHECKS = { ...LOG_CHECKS, ...AUDIT_CHECKS, ...STATE_CHECKS } as const;
export type CheckName = keyof typeof CHECKS;

/** Where something was found, and what. */
export interface Finding {
  readonly what: string;
  /** Place of the frame in the log, from 1. */
  readonly frame?: number;
  readonly record?: number;
  readonly file?: string;
}

/** INCOMPLETE: nothing was found as far as the log could be read. SKIPPED: there was nothing to look at. */
export type CheckStatus = 'PASSED' | 'FAILED' | 'INCOMPLETE' | 'SKIPPED';

export interface CheckResult {
  readonly name: CheckName;
  readonly title: string;
  readonly status: CheckStatus;
  /** What was looked at, or why nothing was; empty where the title says it. */
  readonly note: string;
  /** The first findings, and how many there were. */
  readonly findings: readonly Finding[];
  readonly findings_total: number;
}

/** Findings kept of each check. */
const KEPT = 20;

/** Collects findings while a folder is looked at. */
export class CheckList {
  private readonly findings = new Map<CheckName, Finding[]>();
  private readonly totals = new Map<CheckName, number>();
  private readonly notes = new Map<CheckName, string>();
  private readonly skipped = new Set<CheckName>();

  find(check: CheckName, finding: Finding): void {
    const kept = this.findings.get(check) ?? [];
    if (kept.length < KEPT) kept.push(finding);
    this.findings.set(check, kept);
    this.totals.set(check, this.total(check) + 1);
  }

  /** Says what was looked at. */
  note(check: CheckName, note: string): void {
    this.notes.set(check, note);
  }

  /** There was nothing to look at, and why. */
  skip(check: CheckName, why: string): void {
    this.skipped.add(check);
    this.note(check, why);
  }

  total(check: CheckName): number {
    return this.totals.get(check) ?? 0;
  }

  /** @param isWhole whether the log could be read to its end */
  results(isWhole: boolean): CheckResult[] {
    return (Object.keys(CHECKS) as CheckName[]).map((name) => {
      const findings = this.findings.get(name) ?? [];
      const status =
        findings.length > 0 ? 'FAILED' : this.skipped.has(name) ? 'SKIPPED' : isWhole ? 'PASSED' : 'INCOMPLETE';
      const note = this.notes.get(name) ?? '';
      return { name, title: CHECKS[name], status, note, findings, findings_total: this.total(name) };
    });
  }
}
