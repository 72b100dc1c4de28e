// The verdict on a data folder as text: a line per check, what was found and where, the log's tip, and sound or not.

import { basename, relative } from 'node:path';

import type { CheckResult, CheckStatus, Finding } from './checks';
import type { VerificationReport } from './verification';

const MARKS: Record<CheckStatus, string> = { PASSED: '✓', FAILED: '✗', INCOMPLETE: '…', SKIPPED: '–' };
const COLOURS: Record<CheckStatus, number> = { PASSED: 32, FAILED: 31, INCOMPLETE: 33, SKIPPED: 90 };
/** Findings shown of each check. */
const SHOWN = 5;

const whole = new Intl.NumberFormat('en-US');

/** @param colour whether marks are coloured by the terminal's codes */
export function verdictText(report: VerificationReport, colour: boolean): string {
  const { checks, log } = report;
  const paint = (status: CheckStatus, text: string): string =>
    colour ? `\u001b[${COLOURS[status]}m${text}\u001b[0m` : text;
  const width = Math.max(...checks.map(({ name }) => name.length));
  const indent = ' '.repeat(width + 4);
  const lines = [`Market ${report.market} in ${report.folder}`, ''];
  for (const check of checks) {
    lines.push(`${paint(check.status, MARKS[check.status])} ${check.name.padEnd(width)}  ${sentence(check)}`);
    for (const finding of check.findings.slice(0, SHOWN)) {
      lines.push(`${indent}${place(finding, report.folder)}${finding.what}`);
    }
    const more = check.findings_total - Math.min(SHOWN, check.findings.length);
    if (more > 0) lines.push(`${indent}and ${whole.format(more)} more`);
  }
  if (report.stopped !== null) lines.push('', `Checks marked ${MARKS.INCOMPLETE} found nothing ${report.stopped}.`);
  const size = `${whole.format(log.records)} records with ${whole.format(log.events)} events in ${whole.format(log.frames)} frames`;
  const speed = `${report.seconds.toFixed(1)} s, ${whole.format(report.events_per_second)} events/s`;
  lines.push(
    '',
    `log          ${size}${log.last_at === null ? '' : `, the last at ${log.last_at}`}`,
    `last frame   ${log.last_frame_id}`,
    `state hash   ${report.state_hash ?? 'none: the engine could not fold the log'}`,
    `read models  ${report.read_models?.digest ?? 'none: they could not be rebuilt'}`,
    `looked at    in ${speed}`,
    '',
    paint(report.sound ? 'PASSED' : 'FAILED', conclusion(report)),
    '',
  );
  return lines.join('\n');
}

function sentence({ title, note, status, findings_total: total }: CheckResult): string {
  const found = status === 'FAILED' ? `: ${whole.format(total)} ${total === 1 ? 'finding' : 'findings'}` : '';
  return `${title}${note === '' ? '' : ` (${note})`}${found}`;
}

function place({ frame, record, file, what }: Finding, folder: string): string {
  const parts = [
    record === undefined ? '' : `record ${record}`,
    frame === undefined ? '' : `frame ${frame}`,
    file === undefined || what.includes(basename(file)) ? '' : relative(folder, file),
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `${parts.join(', ')}: `;
}

function conclusion({ sound, checks }: VerificationReport): string {
  if (sound) return 'SOUND';
  const failed = checks.filter(({ status }) => status === 'FAILED').map(({ name }) => name);
  return `NOT SOUND: ${failed.join(', ')}`;
}
