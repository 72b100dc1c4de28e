// docs/performance.md: what stands between its markers is made from the kept results, so that no figure is typed by hand.

import type { Figure } from './benchmark';
import { notesOf, written } from './printing';
import type { Measured } from './results';

const BEGIN = '<!-- measured: begin (npm run charts writes what follows) -->';
const END = '<!-- measured: end -->';

/** The page without its markers can't be written into. */
export class NoMarkers extends Error {
  constructor() {
    super(`docs/performance.md lacks the line "${BEGIN}" or, after it, "${END}"`);
  }
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('');
}

function aims(results: readonly Measured[]): string {
  const rows = results.flatMap(({ name, aims }) =>
    aims.map(({ what, bound, wanted, measured, unit, reached }) => [
      `[${name}](#${name})`,
      what,
      `${bound} ${written(wanted)} ${unit}`,
      `${written(measured)} ${unit}`,
      reached ? 'reached' : '**not reached**',
    ]),
  );
  return table(['benchmark', 'what', 'aim', 'measured', ''], rows);
}

function figureRow({ name, unit, median, least, most, runs, ratio }: Figure): string[] {
  const beside = ratio === undefined ? '' : written(ratio);
  return [name, `${written(median)} ${unit}`, `${written(least)} – ${written(most)}`, `${runs}`, beside];
}

function section(result: Measured): string {
  const { name, title, method, at, machine, command, figures } = result;
  return [
    `### ${name}\n\n**${title}.** ${method}\n\n`,
    table(['', 'median', 'least – most', 'runs', 'first ÷ this'], figures.map(figureRow)),
    ...notesOf(result).map((note) => `\n${note}.\n`),
    `\n![${title}](charts/${name}.svg)\n\n`,
    `<sub>${at.slice(0, 10)}, ${machine}: \`${command}\`</sub>\n`,
  ].join('');
}

function measuredPart(results: readonly Measured[]): string {
  return [`## Aims\n\n${aims(results)}`, '## Figures\n', ...results.map(section)].join('\n');
}

/** The page with its measured part renewed. */
export function pageWith(page: string, results: readonly Measured[]): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new NoMarkers();
  return `${page.slice(0, begin)}${BEGIN}\n\n${measuredPart(results)}\n${page.slice(end)}`;
}
