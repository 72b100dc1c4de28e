// The market's refusals on the wire: HTTP status, sentence and figures in wire units ("missing_usd": "1.200000").

import { formatInstant, REJECTIONS, type Rejection, type RejectionCode } from '@tokenbourse/domain';
import { formatMtok, formatMwh, formatPrice, formatUsd } from './decimals';
import { problem, type Problem } from './problems';

/** What a refusal event says. */
export interface Refusal {
  readonly code: RejectionCode;
  /** In the code's unit: REJECTIONS[code].unit. */
  readonly needed: number;
  readonly available: number;
  /** Microseconds since 1970; 0 for none. */
  readonly at_us: number;
}

interface WireUnit {
  readonly suffix: string;
  write(value: number): string;
  /** As it stands in a sentence. */
  say(value: number): string;
}

const plain: WireUnit = { suffix: '', write: String, say: String };
const units: { readonly [unit: string]: WireUnit } = {
  micro_usd: { suffix: '_usd', write: formatUsd, say: (value) => `USD ${formatUsd(value)}` },
  lots: { suffix: '_mtok', write: formatMtok, say: (value) => `${formatMtok(value)} Mtok` },
  ticks: { suffix: '_usd_per_mtok', write: formatPrice, say: (value) => `USD ${formatPrice(value)} per Mtok` },
  millijoules: { suffix: '_mwh', write: formatMwh, say: (value) => `${formatMwh(value)} MWh` },
};

/** The sentence of a refusal with its figures, e.g. "USD 5.000000 are needed and USD 3.800000 are free; …". */
export function refusalSentence(refusal: Refusal): string {
  const { sentence, unit }: Rejection = REJECTIONS[refusal.code];
  const { say } = units[unit] ?? plain;
  const figures: { readonly [name: string]: string } = {
    needed: say(refusal.needed),
    available: say(refusal.available),
    missing: say(Math.max(0, refusal.needed - refusal.available)),
    at: refusal.at_us === 0 ? 'an earlier instant' : formatInstant(refusal.at_us),
  };
  return sentence.replace(/\{(\w+)\}(?: (?:ticks|lots|micro-USD)\b)?/g, (_, name: string) => figures[name] ?? '');
}

/** The members that a refusal adds to its problem document: those figures that its sentence uses, in wire units. */
export function refusalFigures(refusal: Refusal): Record<string, string> {
  const { sentence, unit }: Rejection = REJECTIONS[refusal.code];
  const { suffix, write } = units[unit] ?? plain;
  const figures: Record<string, string> = {};
  const uses = (name: string): boolean => sentence.includes(`{${name}}`);
  if (uses('needed')) figures[`needed${suffix}`] = write(refusal.needed);
  if (uses('available')) figures[`available${suffix}`] = write(refusal.available);
  if (uses('missing')) figures[`missing${suffix}`] = write(Math.max(0, refusal.needed - refusal.available));
  if (uses('at') && refusal.at_us !== 0) figures.at = formatInstant(refusal.at_us);
  return figures;
}

/** The problem document of a refusal that stands in the log's record `sequence`. */
export function refusalProblem(refusal: Refusal, sequence: number): Problem {
  return problem(refusal.code, refusalSentence(refusal), { ...refusalFigures(refusal), seq: sequence });
}
