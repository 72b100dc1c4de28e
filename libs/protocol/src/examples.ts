// Examples of requests and responses, put together from the examples of their fields.

import type { TSchema } from 'typebox';

interface Described {
  readonly type?: string | readonly string[];
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly properties?: { readonly [name: string]: TSchema };
  readonly required?: readonly string[];
  readonly items?: TSchema;
  readonly minimum?: number;
}

/** A value that the schema accepts, with all fields that it requires. */
export function exampleOf(schema: TSchema): unknown {
  const described = schema as Described;
  if (described.examples !== undefined) return described.examples[0];
  if (described.enum !== undefined) return described.enum[0];
  const type = [described.type].flat()[0];
  switch (type) {
    case 'object': {
      const { properties = {}, required = [] } = described;
      return Object.fromEntries(required.map((name) => [name, exampleOf(properties[name]!)]));
    }
    case 'array':
      return described.items === undefined ? [] : [exampleOf(described.items)];
    case 'integer':
      return described.minimum ?? 0;
    case 'boolean':
      return false;
    case 'string':
      return 'text';
    default:
      return null;
  }
}
