// Compiles the binary codec of the events from their descriptions, once at start: straight-line reads and writes on a
// DataView, several times faster than any generic serializer. Layout: little-endian, fields in the order described;
// count 4 bytes, integer 8 (an exact double), wide 8, flag and choice 1, text 2 + UTF-8, list 2 + elements.

import { EVENTS, type MarketEvent } from '../events/catalogue';
import type { Field, Fields } from '../fields';
import type { Bytes } from './bytes';

export interface EventCodec {
  /** Writes `event` with its leading code byte. */
  write(event: MarketEvent, bytes: Bytes): void;
  /** Reads one event with its leading code byte. Throws UnknownEventCode. */
  read(bytes: Bytes): MarketEvent;
}

export class UnknownEventCode extends Error {
  readonly code = 'UNKNOWN_EVENT_CODE';
  constructor(eventCode: number) {
    super(`event code ${eventCode} is in no catalogue of this version; a newer version wrote this log`);
  }
}

/**
 * A value is put into a constant before it is stored: V8 inlines a DataView's method only where nothing branches
 * between looking the method up and calling it.
 */
function writeField(name: string, field: Field<unknown>, holder: string, depth: number): string {
  const value = `${holder}_${name}`;
  const load = `const ${value}=${holder}.${name};`;
  switch (field.kind) {
    case 'count':
      return `${load}v.setUint32(o,${value},true);o+=4;`;
    case 'integer':
      return `${load}v.setFloat64(o,${value},true);o+=8;`;
    case 'wide':
      return `${load}v.setBigInt64(o,${value},true);o+=8;`;
    case 'flag':
      return `const ${value}=${holder}.${name}?1:0;v.setUint8(o,${value});o+=1;`;
    case 'choice':
      return `${load}const ${value}_code=${choiceCode(value, field.values ?? [])};v.setUint8(o,${value}_code);o+=1;`;
    case 'text':
      return `b.at=o;b.writeText(${holder}.${name});o=b.at;`;
    case 'list': {
      const item = `i${depth}`;
      const body = writeFields(field.of ?? {}, item, depth + 1);
      return `${load}v.setUint16(o,${value}.length,true);o+=2;for(const ${item} of ${value}){${body}}`;
    }
  }
}

/** Comparing interned strings beats a table for short lists; a long list is looked up. */
function choiceCode(value: string, values: readonly string[]): string {
  if (values.length > 12) return `${JSON.stringify(values)}.indexOf(${value})`;
  return values.map((name, code) => `${value}===${JSON.stringify(name)}?${code}:`).join('') + '255';
}

function writeFields(fields: Fields, holder: string, depth: number): string {
  return Object.entries(fields)
    .map(([name, field]) => writeField(name, field, holder, depth))
    .join('');
}

function readField(field: Field<unknown>, variable: string, constants: string[], depth: number): string {
  switch (field.kind) {
    case 'count':
      return `const ${variable}=v.getUint32(o,true);o+=4;`;
    case 'integer':
      return `const ${variable}=v.getFloat64(o,true);o+=8;`;
    case 'wide':
      return `const ${variable}=v.getBigInt64(o,true);o+=8;`;
    case 'flag':
      return `const ${variable}=v.getUint8(o)!==0;o+=1;`;
    case 'choice': {
      const index = constants.push(`const c${constants.length}=${JSON.stringify(field.values)};`) - 1;
      return `const ${variable}=c${index}[v.getUint8(o)];o+=1;`;
    }
    case 'text':
      return `b.at=o;const ${variable}=b.readText();o=b.at;`;
    case 'list': {
      const size = `n${depth}`;
      const { body, literal } = readFields(field.of ?? {}, variable, constants, depth + 1);
      return (
        `const ${variable}=[];const ${size}=v.getUint16(o,true);o+=2;` +
        `for(let k${depth}=0;k${depth}<${size};k${depth}++){${body}${variable}.push({${literal}});}`
      );
    }
  }
}

function readFields(
  fields: Fields,
  prefix: string,
  constants: string[],
  depth: number,
): { body: string; literal: string } {
  const names = Object.keys(fields);
  const body = names.map((name, i) => readField(fields[name]!, `${prefix}_${i}`, constants, depth)).join('');
  return { body, literal: names.map((name, i) => `${name}:${prefix}_${i}`).join(',') };
}

/** Builds the codec; pure, and deterministic in the catalogue. Each event has functions of its own: V8 optimizes small ones. */
export function compileEventCodec(): EventCodec {
  const constants: string[] = [];
  const functions: string[] = [];
  const writers: string[] = [];
  const readers: string[] = [];
  for (const [type, definition] of Object.entries(EVENTS)) {
    const { code } = definition;
    const fields: Fields = definition.fields;
    const { body, literal } = readFields(fields, 'x', constants, 0);
    const tail = literal === '' ? '' : `,${literal}`;
    functions.push(
      `function write${type}(e,b){const v=b.view;let o=b.at;v.setUint8(o,${code});o+=1;${writeFields(fields, 'e', 0)}b.at=o;}`,
      `function read${type}(b){const v=b.view;let o=b.at+1;${body}b.at=o;return {type:${JSON.stringify(type)}${tail}};}`,
    );
    writers.push(`case ${JSON.stringify(type)}:return write${type}(e,b);`);
    readers.push(`case ${code}:return read${type}(b);`);
  }
  const source =
    `"use strict";${constants.join('')}${functions.join('')}` +
    `function write(e,b){switch(e.type){${writers.join('')}default:throw new Error('no event: '+e.type);}}` +
    `function read(b){const code=b.view.getUint8(b.at);switch(code){${readers.join('')}` +
    `default:throw new UnknownEventCode(code);}}return {write,read};`;
  // The source is made of the catalogue alone, which is part of this program: nothing from outside is evaluated.
  return new Function('UnknownEventCode', source)(UnknownEventCode) as EventCodec;
}
