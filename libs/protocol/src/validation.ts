// Compiles schemas into checks, once: no coercion, no defaults, unknown fields refused, and faults in sentences that
// say what was wrong, where, and what would be right.

import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import type { Static, TSchema } from 'typebox';
import { explainDecimal, parseDecimal } from './decimals';
import { explainInstant, parseInstant } from './instants';
import type { FieldFault } from './problems';

/** How many faults of one request are told. */
const FAULTS_MAX = 20;

const DECIMAL_PLACES = [0, 3, 6];
// Control characters, halves of surrogate pairs, and the marks that turn the direction of text.
// eslint-disable-next-line no-control-regex
const unfit = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/u;

/** Whether a text that people gave can be kept and shown: no control characters, no half surrogate pairs. */
export function isFitName(text: string): boolean {
  return !unfit.test(text) && text.trim() !== '';
}

function compiler(): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: false, verbose: true, coerceTypes: false, useDefaults: false });
  ajv.addFormat('instant', (text: string) => !Number.isNaN(parseInstant(text)));
  ajv.addFormat('name', isFitName);
  for (const places of DECIMAL_PLACES) {
    ajv.addFormat(`decimal-${places}`, (text: string) => !Number.isNaN(parseDecimal(text, places)));
  }
  return ajv;
}

const first = compiler();
const all = compiler();
all.opts.allErrors = true;

/** A compiled schema. */
export interface Check<T> {
  /** Whether `value` has the shape; nothing is converted or filled in. */
  readonly accepts: (value: unknown) => value is T;
  /** What is wrong with `value`, at most 20 faults; empty if nothing. `place` begins the paths: body, query, path. */
  readonly faults: (value: unknown, place: string) => FieldFault[];
}

/** Compiles `schema`: dear, once per schema; the checks take about a microsecond. */
export function compileCheck<S extends TSchema>(schema: S): Check<Static<S>> {
  const check = first.compile(schema) as ValidateFunction;
  let thorough: ValidateFunction | undefined;
  return {
    accepts: check as unknown as (value: unknown) => value is Static<S>,
    faults(value, place) {
      thorough ??= all.compile(schema);
      if (thorough(value)) return [];
      return sentences(thorough.errors ?? [], place);
    },
  };
}

function sentences(errors: readonly ErrorObject[], place: string): FieldFault[] {
  const faults = new Map<string, FieldFault>();
  for (const error of errors) {
    const path = `/${place}${pathOf(error)}`;
    if (!faults.has(path)) faults.set(path, { path, message: sentence(error) });
    if (faults.size === FAULTS_MAX) break;
  }
  return [...faults.values()];
}

function pathOf(error: ErrorObject): string {
  const params = error.params as { additionalProperty?: string; missingProperty?: string };
  const last = params.additionalProperty ?? params.missingProperty;
  if (last === undefined) return error.instancePath;
  const shown = last.length > 60 ? `${last.slice(0, 60)}…` : last;
  return `${error.instancePath}/${shown
    .replaceAll('~', '~0')
    .replaceAll('/', '~1')
    .replace(/\p{Surrogate}/gu, '\ufffd')}`;
}

function shownValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return (text.length > 60 ? `${text.slice(0, 60)}…` : text).replace(/\p{Surrogate}/gu, '\ufffd');
}

const kinds: { readonly [type: string]: string } = {
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

function typeSentence(error: ErrorObject): string {
  const schema = error.parentSchema as { type: string | string[]; format?: string; examples?: readonly unknown[] };
  const wanted = [schema.type]
    .flat()
    .map((type) => kinds[type] ?? type)
    .join(' or ');
  const example = schema.examples?.[0];
  const such = example === undefined ? '' : `, such as ${JSON.stringify(example)}`;
  const hint =
    typeof error.data === 'number' && schema.format?.startsWith('decimal-') === true
      ? '; numbers with units are written as strings'
      : '';
  return `${shownValue(error.data)} is not ${wanted}${such}${hint}`;
}

function textSentence(error: ErrorObject): string {
  const schema = error.parentSchema as { format?: string; examples?: readonly unknown[]; pattern?: string };
  const text = String(error.data);
  const decimal = /^decimal-(\d)$/.exec(schema.format ?? '');
  if (decimal !== null) return explainDecimal(text, Number(decimal[1])) ?? `${shownValue(text)} is no decimal number`;
  if (schema.format === 'instant') return explainInstant(text) ?? `${shownValue(text)} is no instant`;
  if (schema.format === 'name') {
    return text.trim() === ''
      ? 'is empty; give it a text'
      : `${shownValue(text)} has control characters or broken ones; write plain text`;
  }
  return `${shownValue(text)} has not the right form; write it like ${JSON.stringify(schema.examples?.[0] ?? schema.pattern)}`;
}

function sentence(error: ErrorObject): string {
  const { limit, allowedValues } = error.params as { limit?: number; allowedValues?: readonly unknown[] };
  switch (error.keyword) {
    case 'required':
      return 'is missing';
    case 'additionalProperties':
      return `is no field of this request; it knows ${knownFields(error)}`;
    case 'type':
      return typeSentence(error);
    case 'enum':
      return `${shownValue(error.data)} is none of ${(allowedValues ?? []).join(', ')}`;
    case 'minLength':
      return limit === 1 ? 'is empty; give it a text' : `is shorter than ${limit} characters`;
    case 'maxLength':
      return `is longer than ${limit} characters`;
    case 'minimum':
      return `${shownValue(error.data)} is below ${limit}`;
    case 'maximum':
      return `${shownValue(error.data)} is above ${limit}`;
    case 'minItems':
      return `has fewer than ${limit} entries`;
    case 'maxItems':
      return `has more than ${limit} entries`;
    case 'minProperties':
      return `names none of ${knownFields(error)}; give at least ${limit}`;
    case 'uniqueItems':
      return 'has an entry twice';
    case 'pattern':
    case 'format':
      return textSentence(error);
    default:
      return error.message ?? 'is wrong';
  }
}

function knownFields(error: ErrorObject): string {
  const names = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
  return names.length === 0 ? 'no fields' : names.join(', ');
}
