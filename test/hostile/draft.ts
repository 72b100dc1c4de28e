// A request in the making: right in every field at first, then wrong where an attack wants it, and finally bytes.

import { allows, placesIn, type Operation, type Schema } from './description';
import type { Key, Scene } from './scene';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export interface Draft {
  readonly operation: Operation;
  method: string;
  /** Parameters of the path, encoded. */
  readonly params: Map<string, string>;
  /** Encoded. */
  query: [name: string, value: string][];
  headers: [name: string, value: string][];
  body: Json | undefined;
  /** Written into the body in place of a text `@@N@@`, as they stand. */
  readonly fragments: string[];
  /** Changes the body's text, last. */
  finish: (body: string) => string | Buffer;
  contentType: string;
  /** Surely no request of this route, whatever its fields say. */
  broken: boolean;
  /** Where it is known: the code with which it must be refused. */
  wanted: string | undefined;
}

/** A request that the document allows, with ids that exist. */
export function rightDraft(operation: Operation, scene: Scene, number = 0): Draft {
  const idFor = (schema: Schema): string | undefined => {
    if (schema.pattern === undefined) return undefined;
    const spare = scene.spareIds.filter((id) => allows(schema, id));
    return spare[number % spare.length] ?? scene.ownIds.find((id) => allows(schema, id));
  };
  const params = new Map<string, string>();
  for (const { name, place, schema } of operation.fields) {
    if (place === 'path') params.set(name, encodeURIComponent(idFor(schema) ?? String(schema.examples?.[0] ?? 'x')));
  }
  // A stream of lines has no end of its own worth waiting for.
  const streams = [...(operation.answers.get(200)?.shapes.keys() ?? [])].includes('application/x-ndjson');
  const asked = operation.fields.filter(
    ({ name, place, required }) => place === 'query' && (required || (streams && name === 'limit')),
  );
  const body = operation.body === undefined ? undefined : (structuredClone(operation.body.example) as Json);
  for (const { place, schema } of operation.body === undefined ? [] : placesIn(operation.body.schema)) {
    const now = body === undefined ? undefined : valueAt(body, place);
    if (typeof now !== 'string') continue;
    const id = idFor(schema);
    if (id !== undefined) setAt(body!, place, id);
    else if (schema.pattern !== undefined && allows(schema, scene.windowStart)) setAt(body!, place, scene.windowStart);
    // An id that the client makes itself.
    else if (schema.pattern === undefined && place.at(-1)!.endsWith('_id')) setAt(body!, place, `attack-${number}`);
  }
  return {
    operation,
    method: operation.method,
    params,
    query: asked.map(({ name, schema }) => [name, encodeURIComponent(String(schema.examples?.[0] ?? '1'))]),
    headers: [],
    body,
    fragments: [],
    finish: (text) => text,
    contentType: 'application/json',
    broken: false,
    wanted: undefined,
  };
}

export function valueAt(tree: Json | undefined, place: readonly string[]): Json | undefined {
  let at = tree;
  for (const name of place)
    at = typeof at === 'object' && at !== null ? (at as { [name: string]: Json })[name] : undefined;
  return at;
}

/** Sets a field, making what leads to it; undefined takes it away. */
export function setAt(tree: Json | undefined, place: readonly string[], value: Json | undefined): void {
  if (tree === undefined) return;
  let at = tree as { [name: string]: Json };
  for (const [i, name] of place.slice(0, -1).entries()) {
    const next = at[name];
    if (typeof next !== 'object' || next === null) at[name] = place[i + 1] === '0' ? [] : {};
    at = at[name] as { [name: string]: Json };
  }
  const last = place.at(-1)!;
  if (value !== undefined) at[last] = value;
  else if (Array.isArray(at)) at.splice(Number(last), 1);
  else delete at[last];
}

/** Puts a fragment of JSON, right or not, into a field of the body. */
export function putFragment(draft: Draft, place: readonly string[], fragment: string): void {
  draft.fragments.push(fragment);
  setAt(draft.body, place, `@@${draft.fragments.length - 1}@@`);
}

export interface Rendered {
  readonly bytes: Buffer;
  /** For people, and to see what the request itself names; the key is left out. */
  readonly text: string;
  readonly mustBeRefused: boolean;
  /** Whether it can't change anything. */
  readonly inert: boolean;
}

/** The request's bytes, and whether the document and the key allow it. */
export function render(draft: Draft, key: Key): Rendered {
  const { operation, method } = draft;
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => draft.params.get(name) ?? '');
  const search = draft.query.map(([name, value]) => `${name}=${value}`).join('&');
  const target = search === '' ? path : `${path}?${search}`;
  const body = bodyOf(draft);
  const lines = [`${method} ${target} HTTP/1.1`, 'Host: exchange'];
  if (body !== undefined)
    lines.push(`Content-Type: ${draft.contentType}`, `Content-Length: ${Buffer.byteLength(body)}`);
  for (const [name, value] of draft.headers) lines.push(`${name}: ${value}`);
  const keyLine = key.authorization === '' ? [] : [`Authorization: ${key.authorization}`];
  const head = Buffer.from([...lines, ...keyLine, '', ''].join('\r\n'), 'latin1');
  const allowed = conforms(draft, body);
  const entitled = operation.scope === '' ? !key.wrong : key.scopes.has(operation.scope);
  return {
    bytes: body === undefined ? head : Buffer.concat([head, Buffer.from(body)]),
    text: [...lines, `(key: ${key.kind})`, '', body === undefined ? '' : String(body)].join('\n'),
    mustBeRefused: !entitled || !allowed,
    inert: operation.method === 'GET' || !entitled || !allowed,
  };
}

function bodyOf({ body, fragments, finish }: Draft): string | Buffer | undefined {
  if (body === undefined) return undefined;
  let text = JSON.stringify(body);
  for (const [i, fragment] of fragments.entries()) text = text.replace(`"@@${i}@@"`, () => fragment);
  return finish(text);
}

/** Whether the document allows the request; a body where none is described may be passed over. */
function conforms(draft: Draft, body: string | Buffer | undefined): boolean {
  const { operation, broken, params, query } = draft;
  if (broken) return false;
  const inPlace = (place: string) => operation.fields.filter((field) => field.place === place);
  const pathRight = inPlace('path').every(({ name, schema }) => allows(schema, decoded(params.get(name)!)));
  const fields = inPlace('query');
  const known = new Map(fields.map(({ name, schema }) => [name, schema]));
  const names = query.map(([name]) => name);
  const strict = fields.length > 0 || operation.method !== 'GET';
  const queryRight =
    !strict ||
    (new Set(names).size === names.length &&
      query.every(([name, value]) => known.has(name) && allows(known.get(name)!, decoded(value))) &&
      fields.every(({ name, required }) => !required || names.includes(name)));
  const headersRight = inPlace('header').every(({ name, schema }) => {
    const given = draft.headers.filter(([header]) => header.toLowerCase() === name.toLowerCase());
    return given.length === 0 || allows(schema, given.map(([, value]) => value.trim()).join(', '));
  });
  return pathRight && queryRight && headersRight && bodyConforms(draft, body);
}

function bodyConforms({ operation, contentType }: Draft, body: string | Buffer | undefined): boolean {
  if (operation.body === undefined) return true;
  if (body === undefined || contentType.split(';')[0]!.trim().toLowerCase() !== 'application/json') return false;
  if (Buffer.byteLength(body) > 65_536) return false;
  try {
    return operation.body.accepts(JSON.parse(String(body)));
  } catch {
    return false;
  }
}

/** What can't be decoded stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
