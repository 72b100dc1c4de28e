// All attacks of one run: first every field of every route with every wrong value, then by chance several at once, as long as
// wanted. One seed gives one list.

import { gzipSync } from 'node:zlib';
import { Chance } from './chance';
import { allows, placesIn, type Operation } from './description';
import { putFragment, render, rightDraft, setAt, valueAt, type Draft, type Rendered } from './draft';
import type { Key, Scene } from './scene';
import { ADDRESS_PARTS, extremesOf, FRAGMENTS, HEADER_VALUES } from './values';

export interface Attack extends Omit<Rendered, 'inert'> {
  /** What it tries, for the report. */
  readonly family: string;
  /** Undefined: the address or the method is none of the API's. */
  readonly operation: Operation | undefined;
  readonly method: string;
  readonly key: Key;
  /** The parser may end the connection without an answer. */
  readonly mayEndConnection: boolean;
  /** Where it is known: the code with which it must be refused. */
  readonly wanted?: string;
}

type Change = (draft: Draft) => void;

/** Shapes of bodies that are no request, made of a right one. */
const BODIES: readonly ((right: string) => string | Buffer)[] = [
  () => '',
  () => '{',
  () => ' ',
  () => 'null',
  () => '[]',
  () => '"text"',
  () => '12',
  () => '{"a":1}{"b":2}',
  (right) => `[${right}]`,
  (right) => `${right}x`,
  (right) => right.slice(0, -1),
  (right) => right.slice(0, Math.floor(right.length / 2)),
  (right) => `\ufeff${right}`,
  (right) => right.replaceAll('"', "'"),
  (right) => right.replace(/\}$/, ',}'),
  (right) => `/* */${right}`,
  (right) => `)]}',\n${right}`,
  (right) => Buffer.from(right, 'utf16le'),
  (right) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(right)]),
  (right) => Buffer.concat([Buffer.from(right.slice(0, -2)), Buffer.from([0xc3, 0x28, 0x22, 0x7d])]),
  (right) => gzipSync(right),
  () => `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
  () => '{"a":'.repeat(17) + '1' + '}'.repeat(17),
  () => '['.repeat(60_000),
  (right) => `${right.slice(0, -1)},"unknown_field":1}`,
  (right) => `${right.slice(0, -1)},"":1}`,
  (right) => `${right.slice(0, -1)},"__proto__":{"admin":true}}`,
  (right) => `${right.slice(0, -1)},"constructor":{"prototype":{}}}`,
  (right) => `${right.slice(0, -1)},"caller":{"allAccounts":true},"scopes":["admin"]}`,
  (right) => `${right.slice(0, -1)},${Array.from({ length: 3_000 }, (_, i) => `"f${i}":0`).join(',')}}`,
];
const LARGE: readonly ((right: string) => string)[] = [
  (right) => `${right.slice(0, -1)},"filler":"${'x'.repeat(70_000)}"}`,
  (right) => right + ' '.repeat(70_000),
];
const CONTENT_TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/xml',
  'application/json5',
  'application/vnd.api+json',
  'application/problem+json',
  'application/jsonp',
  'application/*',
  '*/*',
  'json',
  '',
  ';',
  'application/json/x',
  'application/json, text/plain',
];
const HEADERS: readonly [string, string][] = [
  ['X-HTTP-Method-Override', 'DELETE'],
  ['X-Forwarded-For', '10.0.0.1'],
  ['X-Original-URL', '/v1/participants'],
  ['X-Account-Id', 'acc_1'],
  ['Cookie', 'admin=1'],
  ['Origin', 'https://elsewhere.example'],
  ['Accept', 'text/html'],
  ['Accept-Encoding', 'gzip, br'],
  ['Range', 'bytes=0-1'],
  ['If-None-Match', '*'],
  ['Expect', '100-continue'],
  ['Content-Encoding', 'identity'],
  ['X-Odd', '\u00ff\u00fe'],
  ['__proto__', 'x'],
  ['constructor', 'x'],
];
const METHODS = ['HEAD', 'OPTIONS', 'TRACE', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'SEARCH', 'PROPFIND'];
const NOWHERE = [
  ...['/', '/v1', '/v1/', '/v2/orders', '/v1/nothing', '/v1/orders/', '//v1/orders', '/V1/ORDERS', '/v1/orders;x=1'],
  ...[
    '/docs/../package.json',
    '/docs/..%2f..%2fpackage.json',
    '/docs/%2e%2e/%2e%2e/etc/passwd',
    '/.env',
    '/data/admin.key',
  ],
  ...[
    '/admin',
    '/metrics',
    '/debug/pprof',
    '/%00',
    '/%ff',
    '/%',
    `/${'x'.repeat(3_000)}`,
    '/openapi.json/',
    '/*',
    '/v1/*',
  ],
];

export class Attacks {
  private made = 0;

  constructor(
    private readonly operations: readonly Operation[],
    private readonly scene: Scene,
    private readonly seed: number,
  ) {}

  /** Requests that can't change anything: refused ones, and reads. Never ends. */
  *inert(): Generator<Attack> {
    for (const attack of this.everyOne()) if (attack.inert) yield attack;
    const chance = new Chance(this.seed);
    for (;;) {
      const attack = this.mixed(chance, this.operations);
      if (attack.inert) yield attack;
    }
  }

  /** Attackers' keys with the victims' ids in every place that takes such an id. */
  *foreign(): Generator<Attack> {
    // Of wrong keys one: the next ones are only counted.
    const wrong = this.scene.keys.find((key) => key.wrong);
    for (const key of this.scene.keys.filter((other) => other.bound && (!other.wrong || other === wrong))) {
      for (const operation of this.operations) {
        for (const id of this.scene.foreignIds) {
          const fields = operation.fields.filter(({ schema }) => allows(schema, id));
          for (const { name, place, schema } of fields) {
            const change: Change = (draft) => {
              if (place === 'path') draft.params.set(name, encodeURIComponent(id));
              else if (place === 'query') draft.query.push([name, encodeURIComponent(id)]);
              else draft.headers.push([name, id]);
              if (schema.pattern !== undefined && place !== 'header') draft.broken = true;
            };
            yield this.attack("others' ids", operation, key, [change]);
          }
          const places = operation.body === undefined ? [] : placesIn(operation.body.schema);
          for (const { place, schema } of places.filter((at) => allows(at.schema, id))) {
            if (schema.pattern === undefined) continue;
            const change: Change = (draft) => {
              setAt(draft.body, place, id);
              draft.broken = true;
            };
            yield this.attack("others' ids", operation, key, [change]);
          }
        }
      }
    }
  }

  /** Requests that the document allows, with values at the edges. Never ends. */
  *legal(): Generator<Attack> {
    // What takes away comes after what makes; settings bind all that follows, so they are last.
    const [made, amended, ended, set] = ['POST', 'PATCH', 'DELETE', 'PUT'].map((method) =>
      this.operations.filter((operation) => operation.method === method),
    );
    // One order is cancelled before all are.
    ended!.sort((a, b) => b.path.length - a.path.length);
    const keys = this.scene.keys.filter(({ wrong }) => !wrong);
    for (const operation of [...made!, ...amended!, ...ended!, ...set!]) {
      for (const key of keys) {
        if (!key.scopes.has(operation.scope)) continue;
        for (const change of edgesOf(operation)) {
          const attack = this.attack('edges', operation, key, [change]);
          if (!attack.mustBeRefused) yield attack;
        }
      }
    }
    const chance = new Chance(this.seed + 1);
    for (;;) {
      const attack = this.mixed(chance, [...made!, ...amended!], true);
      if (!attack.inert) yield attack;
    }
  }

  /** Every route's answer for right requests, as the state is now, in pages as large as may be. */
  *reads(): Generator<Attack> {
    for (const key of this.scene.keys.filter(({ wrong }) => !wrong)) {
      for (const operation of this.operations.filter(({ method }) => method === 'GET')) {
        const fields = operation.fields.filter(({ place }) => place === 'query');
        const whole: Change = (draft) => {
          if (fields.some(({ name }) => name === 'limit') && draft.query.length === 0)
            draft.query = [['limit', '1000']];
        };
        yield this.attack('reads', operation, key, [whole]);
      }
    }
  }

  private *everyOne(): Generator<Attack & { inert: boolean }> {
    const [admin] = this.scene.keys;
    for (const operation of this.operations) {
      for (const key of this.scene.keys) yield this.attack('keys', operation, key, []);
      for (const [family, changes] of this.changesOf(operation)) {
        for (const change of changes) yield this.attack(family, operation, admin!, [change]);
      }
      for (const method of METHODS) {
        if (this.operations.some((other) => other.path === operation.path && other.method === method)) continue;
        yield this.attack('methods', operation, admin!, [(draft) => (draft.method = method)]);
      }
    }
    for (const path of NOWHERE) {
      for (const method of METHODS) yield this.elsewhere(method, path, admin!);
    }
  }

  private *changesOf(operation: Operation): Generator<[family: string, changes: Change[]]> {
    for (const { name, place } of operation.fields) {
      if (place === 'header')
        yield ['headers', HEADER_VALUES.map((value) => (d) => void d.headers.push([name, value]))];
      if (place === 'path') yield ['path', ADDRESS_PARTS.map((value) => (d) => void d.params.set(name, value))];
      if (place !== 'query') continue;
      yield ['query', ADDRESS_PARTS.map((value) => (d) => void (d.query = [...without(d, name), [name, value]]))];
      yield [
        'query',
        [(d) => void d.query.push([name, '1'], [name, '2']), (d) => void d.query.push([`${name}[]`, '1'])],
      ];
    }
    yield ['query', ['unknown', '__proto__', 'constructor', ''].map((name) => (d) => void d.query.push([name, '1']))];
    yield ['headers', HEADERS.map((header) => (d) => void d.headers.push(header))];
    if (operation.body === undefined) {
      yield ['bodies', ['{}', '{', ''].map((text) => (d) => void ((d.body = {}), (d.finish = () => text)))];
      return;
    }
    for (const { place } of placesIn(operation.body.schema)) {
      yield ['body fields', FRAGMENTS.map((fragment) => (d) => putFragment(d, place, fragment))];
      yield ['body fields', [(d) => setAt(d.body, place, undefined), (d) => twice(d, place)]];
    }
    yield ['bodies', BODIES.map((finish) => (d) => void (d.finish = finish))];
    yield [
      'content types',
      CONTENT_TYPES.map((type) => (d) => void ((d.contentType = type), (d.wanted = 'UNSUPPORTED_MEDIA_TYPE'))),
    ];
    yield ['bodies', LARGE.map((finish) => (d) => void ((d.finish = finish), (d.wanted = 'BODY_TOO_LARGE')))];
    yield ['bodies', [(d) => void (d.body = undefined)]];
  }

  /** Several changes at once, by chance. */
  private mixed(chance: Chance, operations: readonly Operation[], edges = false): Attack & { inert: boolean } {
    const operation = chance.of(operations);
    const strong = this.scene.keys.slice(0, 4);
    const key = chance.of(chance.percent(75) ? strong : this.scene.keys);
    const groups = [...this.changesOf(operation)].map(([, changes]) => changes);
    const legal = edgesOf(operation);
    const changes = Array.from({ length: 1 + chance.below(3) }, (): Change => {
      if (legal.length > 0 && (edges || chance.percent(20))) return chance.of(legal);
      return chance.of(chance.of(groups));
    });
    return this.attack('mixed', operation, key, changes);
  }

  private attack(family: string, operation: Operation, key: Key, changes: readonly Change[]) {
    const draft = rightDraft(operation, this.scene, (this.made += 1));
    for (const change of changes) change(draft);
    const isElsewhere = draft.method !== operation.method || [...draft.params.values()].includes('');
    if (isElsewhere) draft.broken = true;
    return {
      ...render(draft, key),
      family,
      operation: isElsewhere ? undefined : operation,
      method: draft.method,
      key,
      wanted: draft.wanted,
      mayEndConnection: false,
    };
  }

  private elsewhere(method: string, path: string, key: Key): Attack & { inert: boolean } {
    const text = `${method} ${path} HTTP/1.1\r\nHost: exchange\r\nAuthorization: ${key.authorization}\r\n\r\n`;
    return {
      ...{ family: 'nowhere', operation: undefined, method, key, mayEndConnection: false },
      ...{ bytes: Buffer.from(text), text: `${method} ${path}`, mustBeRefused: true, inert: true },
    };
  }
}

const without = (draft: Draft, name: string) => draft.query.filter(([other]) => other !== name);

/** The field twice, first with what it must not be. */
function twice(draft: Draft, place: readonly string[]): void {
  const value = JSON.stringify(valueAt(draft.body, place) ?? null);
  putFragment(draft, place, `[],${JSON.stringify(place.at(-1))}:${value}`);
}

function edgesOf(operation: Operation): Change[] {
  const changes: Change[] = [];
  for (const { name, place, schema } of operation.fields) {
    if (place === 'header')
      changes.push(...['k', 'k'.repeat(64)].map((k) => (d: Draft) => void d.headers.push([name, k])));
    if (place !== 'query') continue;
    for (const value of extremesOf(schema).filter((edge) => allows(schema, edge))) {
      const text = encodeURIComponent(String(value));
      changes.push((draft) => void (draft.query = [...without(draft, name), [name, text]]));
    }
  }
  for (const { place, schema } of operation.body === undefined ? [] : placesIn(operation.body.schema)) {
    for (const value of extremesOf(schema)) {
      if (allows(schema, value)) changes.push((draft) => setAt(draft.body, place, value as never));
    }
  }
  return changes.length === 0 ? [() => undefined] : changes;
}
