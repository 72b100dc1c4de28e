// The API as its own OpenAPI document describes it: nothing of the attack is written by hand per route, so a new route is
// attacked without anybody adding it.

import Ajv, { type ValidateFunction } from 'ajv/dist/2020';

export interface Field {
  readonly name: string;
  readonly place: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
}

export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
}

/** What a route may answer with one status. */
export interface Documented {
  /** Shape by content type. */
  readonly shapes: ReadonlyMap<string, ValidateFunction>;
  /** Codes of problem documents. */
  readonly codes: ReadonlySet<string>;
}

export interface Operation {
  readonly name: string;
  readonly method: string;
  /** With {parameters} in braces. */
  readonly path: string;
  /** The scope that a key must have; empty: no key is needed. */
  readonly scope: string;
  readonly fields: readonly Field[];
  readonly body: { readonly schema: Schema; readonly example: unknown; readonly accepts: ValidateFunction } | undefined;
  readonly answers: ReadonlyMap<number, Documented>;
}

interface Media {
  readonly schema: Schema & { readonly $ref?: string };
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, unknown>>;
}

interface OperationObject {
  readonly operationId: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly { name: string; in: Field['place']; required: boolean; schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, Media>> }>>;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: { readonly schemas: { readonly Problem: Schema } };
}

const PROBLEM = 'application/problem+json';

/** All operations of the document. */
export function operationsOf(document: OpenApi): Operation[] {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const problem = ajv.compile(document.components.schemas.Problem);
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Operation => {
      const media = operation.requestBody?.content['application/json'];
      return {
        name: operation.operationId,
        method: method.toUpperCase(),
        path,
        scope: operation.security[0]?.apiKey?.[0] ?? '',
        fields: (operation.parameters ?? []).map((field) => ({ ...field, place: field.in })),
        body: media && { schema: media.schema, example: media.example, accepts: ajv.compile(media.schema) },
        answers: new Map(
          Object.entries(operation.responses).map(([status, { content }]) => [
            Number(status),
            {
              shapes: new Map(
                Object.entries(content).map(([type, { schema }]) => [
                  type,
                  type === PROBLEM ? problem : ajv.compile(schema),
                ]),
              ),
              codes: new Set(Object.keys(content[PROBLEM]?.examples ?? {})),
            },
          ]),
        ),
      };
    }),
  );
}

const fieldChecks = new WeakMap<Schema, ValidateFunction>();
const fieldAjv = new Ajv({ strict: false, validateFormats: false });

/** Whether the document allows this value for a field. */
export function allows(schema: Schema, value: unknown): boolean {
  let check = fieldChecks.get(schema);
  if (check === undefined) fieldChecks.set(schema, (check = fieldAjv.compile(schema)));
  return check(value);
}

/** The places of all fields in a body, as lists of names; a list's entries are named 0. */
export function placesIn(schema: Schema, at: readonly string[] = []): { place: readonly string[]; schema: Schema }[] {
  const own = at.length === 0 ? [] : [{ place: at, schema }];
  const inside = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => placesIn(field, [...at, name]));
  const entries = schema.items === undefined ? [] : placesIn(schema.items, [...at, '0']);
  return [...own, ...inside, ...entries];
}
