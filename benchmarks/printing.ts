// Reports as text for a terminal: figures in columns, aims with what came out.

import type { Aim, Benchmark, Figure, Report } from './benchmark';

/** A figure as read by people: 1,234,567 or 12.3. */
export function written(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 3 });
}

export function aimText(aim: Aim): string {
  const unit = aim.unit === '×' ? ' ×' : ` ${aim.unit}`;
  return `${aim.what}: ${aim.bound} ${written(aim.wanted)}${unit}, measured ${written(aim.measured)}${unit}`;
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .map((line) => `  ${line.trimEnd()}\n`)
    .join('');
}

function figureRow(figure: Figure): string[] {
  const extremes = `${written(figure.least)} – ${written(figure.most)}`;
  const ratio = figure.ratio === undefined ? '' : written(figure.ratio);
  return [figure.name, written(figure.median), figure.unit, extremes, ratio];
}

/** What must be known of figures, those of the same note together, and what else is to be said. */
export function notesOf({ figures, notes = [] }: Report): string[] {
  const names = new Map<string, string[]>();
  for (const { name, note } of figures) if (note !== undefined) names.set(note, [...(names.get(note) ?? []), name]);
  return [...[...names].map(([note, of]) => `${of.join(', ')}: ${note}`), ...notes];
}

export function reportText({ name, title }: Benchmark, report: Report): string {
  const { figures, aims } = report;
  const head = ['', 'median', '', 'least – most', 'first / this'];
  const table = figures.length === 0 ? '' : columns([head, ...figures.map(figureRow)]);
  const aimLines = aims.map((aim) => `  ${aim.reached ? 'reached    ' : 'NOT reached'}  ${aimText(aim)}\n`);
  const noteLines = notesOf(report).map((note) => `  note: ${note}\n`);
  return [`${name}: ${title}\n`, table, ...aimLines, ...noteLines].join('');
}
