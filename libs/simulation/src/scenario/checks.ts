// Small checks from which the scenario's description is put together. Each takes a value and its path, and gives the
// typed value or throws a ScenarioError that says where, what was expected and what was found.

export class ScenarioError extends Error {
  readonly code = 'SCENARIO_INVALID';
  constructor(
    /** Where in the document, e.g. `factories[2].power_mw`; empty for the whole. */
    readonly path: string,
    readonly expected: string,
    readonly found: string,
  ) {
    super(`${path === '' ? 'the scenario' : path}: expected ${expected}, found ${found}`);
  }
}

export type Check<T> = (value: unknown, path: string) => T;
export type Checked<C> = C extends Check<infer T> ? T : never;

const SHOWN_MAX = 60;

/** How a wrong value is shown in a message: as JSON, cut short. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** An object with exactly these fields; those in `optional` may be missing. */
export function object<
  F extends Record<string, Check<unknown>>,
  O extends Record<string, Check<unknown>> = Record<never, Check<unknown>>,
>(
  fields: F,
  optional?: O,
): Check<{ readonly [K in keyof F]: Checked<F[K]> } & { readonly [K in keyof O]?: Checked<O[K]> }> {
  const all: Record<string, Check<unknown>> = { ...fields, ...optional };
  return (value, path) => {
    if (!isRecord(value)) throw new ScenarioError(path, 'an object', shown(value));
    for (const key of Object.keys(value)) {
      if (Object.hasOwn(all, key)) continue;
      throw new ScenarioError(
        at(path, key),
        `no such field (known: ${Object.keys(all).join(', ')})`,
        shown(value[key]),
      );
    }
    const result: Record<string, unknown> = {};
    for (const [key, check] of Object.entries(all)) {
      if (optional && Object.hasOwn(optional, key) && value[key] === undefined) continue;
      result[key] = check(value[key], at(path, key));
    }
    return result as never;
  };
}

export function list<T>(check: Check<T>, min: number, max: number): Check<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      const found = Array.isArray(value) ? `${value.length} elements` : shown(value);
      throw new ScenarioError(path, `a list of ${min === max ? min : `${min} to ${max}`} elements`, found);
    }
    return value.map((element, i) => check(element, `${path}[${i}]`));
  };
}

export function number(min: number, max: number, unit = ''): Check<number> {
  return (value, path) => {
    if (typeof value === 'number' && value >= min && value <= max) return value;
    throw new ScenarioError(path, `a number from ${min} to ${max}${unit && ` ${unit}`}`, shown(value));
  };
}

export function integer(min: number, max: number, unit = ''): Check<number> {
  return (value, path) => {
    if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
    throw new ScenarioError(path, `an integer from ${min} to ${max}${unit && ` ${unit}`}`, shown(value));
  };
}

export function text(max: number): Check<string> {
  return (value, path) => {
    if (typeof value === 'string' && value.trim() !== '' && value.length <= max) return value;
    throw new ScenarioError(path, `a text of 1 to ${max} characters`, shown(value));
  };
}

export function matching(pattern: RegExp, meaning: string): Check<string> {
  return (value, path) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new ScenarioError(path, meaning, shown(value));
  };
}

export function oneOf<const V extends readonly string[]>(values: V): Check<V[number]> {
  return (value, path) => {
    if (typeof value === 'string' && values.includes(value)) return value;
    throw new ScenarioError(path, `one of ${values.join(', ')}`, shown(value));
  };
}

/** An object from names of the caller's choosing to numbers. */
export function numbersByName(min: number, max: number): Check<Readonly<Record<string, number>>> {
  const check = number(min, max);
  return (value, path) => {
    if (!isRecord(value)) throw new ScenarioError(path, 'an object from names to numbers', shown(value));
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, check(entry, at(path, name))]));
  };
}

/** A figure and where it comes from. */
export interface Figure {
  readonly value: number;
  readonly source: string;
}

export function figure(min: number, max: number, unit = ''): Check<Figure> {
  return object({ value: number(min, max, unit), source: text(600) });
}

export function wholeFigure(min: number, max: number, unit = ''): Check<Figure> {
  return object({ value: integer(min, max, unit), source: text(600) });
}
