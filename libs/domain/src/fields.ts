// Field descriptions: the small language in which events and commands are written down as data. From one description
// come the TypeScript type (inferred), the binary codec, the JSON schema and the documentation.

export type FieldKind = 'count' | 'integer' | 'wide' | 'text' | 'flag' | 'choice' | 'list';

export interface Field<T> {
  readonly kind: FieldKind;
  /** The unit in which the number is stored, e.g. `lots`, `micro_usd`; empty where there is none. */
  readonly unit: string;
  readonly note: string;
  /** choice: the names, in the order of their codes. Names are only ever added at the end. */
  readonly values?: readonly string[];
  /** list: the fields of one element. */
  readonly of?: Fields;
  /** text: characters; list: elements. */
  readonly max?: number;
  /** Carries the type alone; never set. */
  readonly value?: T;
}

export type Fields = { readonly [name: string]: Field<unknown> };
export type ValueOf<F> = F extends Field<infer T> ? T : never;
export type Shape<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> };

/** A number or index below 2^32. */
export const count = (note: string): Field<number> => ({ kind: 'count', unit: '', note });
/** A safe integer, |n| < 2^53, in the named unit. */
export const integer = (unit: string, note: string): Field<number> => ({ kind: 'integer', unit, note });
/** A signed 64-bit integer in the named unit. */
export const wide = (unit: string, note: string): Field<bigint> => ({ kind: 'wide', unit, note });
export const text = (max: number, note: string): Field<string> => ({ kind: 'text', unit: '', note, max });
export const flag = (note: string): Field<boolean> => ({ kind: 'flag', unit: '', note });
export const choice = <const V extends readonly string[]>(values: V, note: string): Field<V[number]> => ({
  kind: 'choice',
  unit: '',
  note,
  values,
});
export const list = <F extends Fields>(of: F, max: number, note: string): Field<readonly Shape<F>[]> => ({
  kind: 'list',
  unit: '',
  note,
  of,
  max,
});

export const lots = (note: string): Field<number> => integer('lots', note);
export const ticks = (note: string): Field<number> => integer('ticks', note);
export const microUsd = (note: string): Field<number> => integer('micro_usd', note);
export const microseconds = (note: string): Field<number> => integer('us', note);
export const ppm = (note: string): Field<number> => integer('ppm', note);
export const account = (note = 'account number'): Field<number> => count(note);
export const contract = (note = 'contract number'): Field<number> => count(note);
export const order = (note = 'order number inside its contract'): Field<number> => count(note);
export const contractSequence = (): Field<number> =>
  count('market-data sequence number of the contract, counted without gaps');
