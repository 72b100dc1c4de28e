// Decimal strings of the wire ↔ the market's integers, exactly: "12.345" Mtok = 12,345 lots. No binary fraction occurs.

import { Decimal } from 'decimal.js';
import { MILLIJOULES_PER_MWH } from '@tokenbourse/domain';

/** Decimals of each unit on the wire. */
export const MTOK_PLACES = 3;
export const PRICE_PLACES = 3;
export const USD_PLACES = 6;
export const MW_PLACES = 6;

const ZERO = 48;
const POINT = 46;
const MINUS = 45;

/**
 * The integer that `text` stands for in units of 10^-places, e.g. parseDecimal('12.345', 3) = 12345; NaN where the
 * text is no plain decimal of at most `places` decimals from 0 to 2^53 - 1 units. `explainDecimal` then says why.
 */
export function parseDecimal(text: string, places: number): number {
  const length = text.length;
  if (length === 0 || length > 18) return Number.NaN;
  let value = 0;
  let decimals = -1;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === POINT && decimals < 0 && i > 0 && i < length - 1) {
      decimals = 0;
      continue;
    }
    const digit = unit - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    if (i === 1 && decimals < 0 && text.charCodeAt(0) === ZERO) return Number.NaN;
    value = value * 10 + digit;
    if (decimals >= 0) decimals += 1;
  }
  if (decimals > places) return Number.NaN;
  for (let i = Math.max(decimals, 0); i < places; i++) value *= 10;
  return value <= Number.MAX_SAFE_INTEGER ? value : Number.NaN;
}

/** Why `text` is no decimal of at most `places` decimals, and what would be right; undefined if it is one. */
export function explainDecimal(text: string, places: number): string | undefined {
  if (!Number.isNaN(parseDecimal(text, places))) return undefined;
  const shown = quote(text);
  const example = places === 0 ? '"12"' : `"12.${'345678'.slice(0, places)}"`;
  if (text === '') return `is empty; write a decimal number such as ${example}`;
  if (/^-/.test(text)) return `${shown} is negative or has a sign; write a decimal number from 0, such as ${example}`;
  if (/^\d+(\.\d+)?[eE][+-]?\d+$/.test(text)) return `${shown} has an exponent; write it out, such as ${example}`;
  if (/^0\d+(\.\d+)?$/.test(text)) return `${shown} has leading zeros; leave them out`;
  const plain = /^\d+(?:\.(\d+))?$/.exec(text);
  if (plain === null)
    return `${shown} is no decimal number; write digits with at most ${places} decimals, such as ${example}`;
  if ((plain[1] ?? '').length > places) {
    return places === 0 ? `${shown} has decimals; write a whole number` : `${shown} has more than ${places} decimals`;
  }
  return `${shown} is too large; the largest is ${formatDecimal(Number.MAX_SAFE_INTEGER, places)}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

/** `value` units of 10^-places as a decimal string with exactly `places` decimals, e.g. formatDecimal(-1200, 3) = "-1.200". */
export function formatDecimal(value: number | bigint, places: number): string {
  const text = String(value);
  const negative = text.charCodeAt(0) === MINUS;
  const digits = (negative ? text.slice(1) : text).padStart(places + 1, '0');
  const whole = digits.length - places;
  const decimal = places === 0 ? digits : `${digits.slice(0, whole)}.${digits.slice(whole)}`;
  return negative && !/^[0.]*$/.test(decimal) ? `-${decimal}` : decimal;
}

export const formatMtok = (lots: number | bigint): string => formatDecimal(lots, MTOK_PLACES);
export const formatPrice = (ticks: number | bigint): string => formatDecimal(ticks, PRICE_PLACES);
export const formatUsd = (microUsd: number | bigint): string => formatDecimal(microUsd, USD_PLACES);
export const formatMw = (watts: number | bigint): string => formatDecimal(watts, MW_PLACES);

/** Millijoules as MWh with six decimals, rounded half to even: for reading, not for reckoning. */
export function formatMwh(millijoules: number | bigint): string {
  return new Decimal(millijoules.toString())
    .div(MILLIJOULES_PER_MWH)
    .toDecimalPlaces(6, Decimal.ROUND_HALF_EVEN)
    .toFixed(6)
    .replace(/^-(0\.0+)$/, '$1');
}
