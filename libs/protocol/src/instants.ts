// Instants of the wire, RFC 3339 in UTC, to the microsecond. Their text form is domain's `formatInstant`.

/** Seconds, and at most six decimals of them; nothing but UTC. */
export const INSTANT_PATTERN = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?Z$';
const pattern = new RegExp(INSTANT_PATTERN);

/** Microseconds since 1970; NaN where `text` is no RFC 3339 instant in UTC from 1970 to 2199. */
export function parseInstant(text: string): number {
  if (!pattern.test(text)) return Number.NaN;
  const seconds = text.slice(0, 19);
  const millis = Date.parse(`${seconds}Z`);
  if (Number.isNaN(millis) || new Date(millis).toISOString().slice(0, 19) !== seconds) return Number.NaN;
  const year = Number(text.slice(0, 4));
  if (year < 1970 || year > 2199) return Number.NaN;
  return millis * 1_000 + Number(text.slice(20, -1).padEnd(6, '0'));
}

/** Why `text` is no instant, and what would be right; undefined if it is one. */
export function explainInstant(text: string): string | undefined {
  if (!Number.isNaN(parseInstant(text))) return undefined;
  const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  return `${shown} is no instant; write RFC 3339 in UTC with at most 6 decimals, such as "2026-11-20T14:00:00Z", from 1970 to 2199`;
}
