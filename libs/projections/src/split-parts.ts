// The parts of one payment by rule 1 of the value split: exact amounts as decimals, then whole micro-USD by largest remainder.
//
// `decimalParts` says it in decimal.js, as the rule reads. `integerParts` gives the same in plain integers, some fifty
// times faster: it is what every trade is folded with. A property test holds the two together.

import { MILLIJOULES_PER_MWH, PPM } from '@tokenbourse/domain';
import { Decimal } from 'decimal.js';
import { fromWide, type Exact } from './exact';

/** What a production costs: the factory's figures in force, for one tier. */
export interface ProductionFigures {
  readonly joules_per_mtok: number;
  readonly licence_ppm: number;
  readonly power_micro_usd_per_mwh: number;
  readonly equipment_micro_usd_per_mwh: number;
  readonly facility_micro_usd_per_mwh: number;
}

/** Whole micro-USD per link; they add up to the payment. */
export interface Parts {
  power: Exact;
  equipment: Exact;
  facility: Exact;
  cloud_operator: Exact;
  model_licence: Exact;
}

/** In the order in which equal remainders are served. */
const LINKS = ['power', 'equipment', 'facility', 'cloud_operator', 'model_licence'] as const;

/** All amounts are whole numbers of 1 / MILLIJOULES_PER_MWH micro-USD; the product of three safe integers has 48 digits. */
const Whole = Decimal.clone({ precision: 80 });

/**
 * The payment of `lots` produced by a factory, divided over the links. `payment` ≥ 0 in micro-USD.
 * Source of the formulas: VALUE_SPLIT_RULE_V1.
 */
export function decimalParts(payment: number, lots: number, figures: ProductionFigures): Parts {
  const energy = new Whole(lots).times(figures.joules_per_mtok);
  const power = energy.times(figures.power_micro_usd_per_mwh);
  const equipment = energy.times(figures.equipment_micro_usd_per_mwh);
  const facility = energy.times(figures.facility_micro_usd_per_mwh);
  const whole = new Whole(payment).times(MILLIJOULES_PER_MWH);
  const model_licence = whole.times(figures.licence_ppm).div(PPM);
  const cloud_operator = whole.minus(power).minus(equipment).minus(facility).minus(model_licence);
  const exact = { power, equipment, facility, cloud_operator, model_licence };

  const parts = LINKS.map((link) => exact[link].div(MILLIJOULES_PER_MWH).floor());
  const remainders = LINKS.map((link, i) => exact[link].minus(parts[i].times(MILLIJOULES_PER_MWH)));
  const left = parts.reduce((rest, part) => rest.minus(part), new Whole(payment)).toNumber();
  const byRemainder = LINKS.map((_, i) => i).sort((a, b) => remainders[b].cmp(remainders[a]) || a - b);
  for (const i of byRemainder.slice(0, left)) parts[i] = parts[i].plus(1);
  return Object.fromEntries(LINKS.map((link, i) => [link, fromWide(parts[i].toFixed(0))])) as unknown as Parts;
}

/** Cost of one lot of energy at a figure per MWh: whole micro-USD, and the rest in parts of `MILLIJOULES_PER_MWH`. */
interface LotCost {
  readonly whole: number;
  readonly rest: number;
}

/** The same figures, prepared for `integerParts`. */
export interface PreparedFigures {
  readonly figures: ProductionFigures;
  readonly power: LotCost;
  readonly equipment: LotCost;
  readonly facility: LotCost;
}

const UNIT = MILLIJOULES_PER_MWH;
const PPM_UNIT = UNIT / PPM;

function lotCost(joulesPerMtok: number, microUsdPerMwh: number): LotCost {
  const product = BigInt(joulesPerMtok) * BigInt(microUsdPerMwh);
  const unit = BigInt(UNIT);
  return { whole: Number(product / unit), rest: Number(product % unit) };
}

export function prepare(figures: ProductionFigures): PreparedFigures {
  return {
    figures,
    power: lotCost(figures.joules_per_mtok, figures.power_micro_usd_per_mwh),
    equipment: lotCost(figures.joules_per_mtok, figures.equipment_micro_usd_per_mwh),
    facility: lotCost(figures.joules_per_mtok, figures.facility_micro_usd_per_mwh),
  };
}

/** Whole part and remainder (in parts of UNIT) of lots × cost; read before the next call. */
let whole = 0;
let remainder = 0;

/**
 * Multiplies digit by digit in base 2^10: remainders stay below 2^42, so every step stays a safe integer, and below 2^53
 * the rounding of a quotient can't reach the next whole number.
 */
function multiply(lots: number, cost: LotCost): void {
  whole = 0;
  remainder = 0;
  let scale = 1;
  while (scale * 1_024 <= lots) scale *= 1_024;
  for (let rest = lots; scale >= 1; scale /= 1_024) {
    const digit = Math.floor(rest / scale);
    rest -= digit * scale;
    const next = remainder * 1_024 + digit * cost.rest;
    const carry = Math.floor(next / UNIT);
    whole = whole * 1_024 + carry;
    remainder = next - carry * UNIT;
  }
  whole += lots * cost.whole;
}

/** `decimalParts` in integers; falls back to it where a part would leave the safe integers. `parts` is filled and returned. */
export function integerParts(payment: number, lots: number, prepared: PreparedFigures, parts: Parts): Parts {
  multiply(lots, prepared.power);
  const [power, powerRest] = [whole, remainder];
  multiply(lots, prepared.equipment);
  const [equipment, equipmentRest] = [whole, remainder];
  multiply(lots, prepared.facility);
  const [facility, facilityRest] = [whole, remainder];
  const millions = Math.floor(payment / PPM);
  const ppm = prepared.figures.licence_ppm;
  const tail = (payment - millions * PPM) * ppm;
  const licence = millions * ppm + Math.floor(tail / PPM);
  const licenceRest = (tail % PPM) * PPM_UNIT;
  const costs = power + equipment + facility + licence;
  if (costs > Number.MAX_SAFE_INTEGER / 2) return decimalParts(payment, lots, prepared.figures);

  // The residual's fraction makes all fractions add up to a whole number, which is what is left to hand out.
  const fractions = powerRest + equipmentRest + facilityRest + licenceRest;
  const borrowed = Math.ceil(fractions / UNIT);
  const residualRest = borrowed * UNIT - fractions;
  parts.power = power;
  parts.equipment = equipment;
  parts.facility = facility;
  parts.model_licence = licence;
  parts.cloud_operator = payment - costs - borrowed;
  return handOut(borrowed, [powerRest, equipmentRest, facilityRest, residualRest, licenceRest], parts);
}

/** Gives `left` single micro-USD to the largest remainders; equal ones in the order of the links. */
function handOut(left: number, remainders: number[], parts: Parts): Parts {
  for (; left > 0; left--) {
    let largest = 0;
    for (let i = 1; i < remainders.length; i++) if (remainders[i] > remainders[largest]) largest = i;
    const link = LINKS[largest];
    parts[link] = (parts[link] as number) + 1;
    remainders[largest] = -1;
  }
  return parts;
}
