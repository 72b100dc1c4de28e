// The figures of mutation reports: how many mutants were noticed, and those that were not.
const Table = require('cli-table3');

/** What decides, from the bottom up. */
const LIBRARIES = ['domain', 'matching', 'ledger', 'engine'];
/** Of all mutants, how many per cent must be noticed. */
const THRESHOLD = 90;

/** Counts by outcome over reports, and the score: of what was tried, the per cent that a test noticed. */
function figuresOf(...reports) {
  const statuses = reports.flatMap(({ files }) =>
    Object.values(files).flatMap(({ mutants }) => mutants.map(({ status }) => status)),
  );
  const count = (...wanted) => statuses.filter((status) => wanted.includes(status)).length;
  const figures = {
    killed: count('Killed'),
    timeout: count('Timeout'),
    survived: count('Survived'),
    uncovered: count('NoCoverage'),
    // The code could not even be loaded, or is part of what is only data.
    failed: count('RuntimeError', 'CompileError'),
    data: count('Ignored'),
  };
  const noticed = figures.killed + figures.timeout;
  const tried = noticed + figures.survived + figures.uncovered;
  return { ...figures, score: tried === 0 ? 0 : (100 * noticed) / tried };
}

/** One line for each mutant that no test noticed: file and line, kind, the code and what it was changed to. */
function survivorsOf(report) {
  return Object.entries(report.files).flatMap(([file, { source, mutants }]) =>
    mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .sort((a, b) => a.location.start.line - b.location.start.line)
      .map(({ location, mutatorName, replacement, status }) => {
        const code = shortened(excerpt(source, location));
        const unseen = status === 'NoCoverage' ? ', in no test' : '';
        return `${file}:${location.start.line} ${mutatorName}${unseen}: ${code} → ${shortened(replacement ?? '')}`;
      }),
  );
}

/** The code of a place; lines and columns count from 1. */
function excerpt(source, { start, end }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return lines.join('\n');
}

function shortened(code) {
  const line = code.replace(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

/** The figures of reports as a table, by library, with all of them together in the last row. */
function table(reports) {
  const shown = new Table({
    head: ['library', 'killed', 'timeout', 'survived', 'in no test', 'not runnable', 'data, left out', 'score'],
    colAligns: ['left', ...Array(7).fill('right')],
    style: { head: [], border: [] },
  });
  const row = (name, { killed, timeout, survived, uncovered, failed, data, score }) =>
    shown.push([name, killed, timeout, survived, uncovered, failed, data, `${score.toFixed(1)} %`]);
  for (const [library, report] of reports) row(library, figuresOf(report));
  if (reports.size > 1) row('all', figuresOf(...reports.values()));
  return `${shown.toString()}\n`;
}

module.exports = { LIBRARIES, THRESHOLD, figuresOf, survivorsOf, table };
