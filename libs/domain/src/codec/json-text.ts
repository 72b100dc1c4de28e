// Records as text and back: a frame's payload as one JSON array of records, each as `recordToJson` writes it, and the very bytes
// again from that text. Compiled from the event catalogue once at start, like the binary codec.

import { EVENTS, type MarketEvent } from '../events/catalogue';
import type { Field, Fields } from '../fields';
import type { CommandIdentity, LogRecord } from '../record';
import { RecordWriter, visitRecords, type RecordVisitor } from './records';

/** The text has an event that this version's catalogue doesn't know: a newer version wrote it. */
export class UnknownEventType extends Error {
  readonly code = 'UNKNOWN_EVENT_TYPE';
  constructor(type: unknown) {
    super(`event type ${JSON.stringify(type)} is in no catalogue of this version; a newer version wrote this log`);
  }
}

/** JSON knows -0, JavaScript's conversion to text doesn't; neither has a number that is none. */
function numberText(value: number): string {
  if (value === 0) return 1 / value < 0 ? '-0' : '0';
  if (value - value !== 0) throw new RangeError(`${value} has no form in JSON`);
  return `${value}`;
}

interface EventText {
  write(event: MarketEvent): string;
  /** Makes 64-bit fields of what was read, which are decimal strings in JSON, numbers again. Throws UnknownEventType. */
  revive(event: MarketEvent): void;
}

function fieldText(name: string, field: Field<unknown>, holder: string, depth: number): string {
  const value = `${holder}.${name}`;
  switch (field.kind) {
    case 'count':
    case 'integer':
      return `number(${value})`;
    case 'wide':
    case 'choice':
      return `'"'+${value}+'"'`;
    case 'flag':
      return `(${value}?'true':'false')`;
    case 'text':
      return `JSON.stringify(${value})`;
    case 'list':
      return `'['+${value}.map(i${depth}=>'{'+${fieldsText(field.of ?? {}, `i${depth}`, depth + 1)}+'}').join(',')+']'`;
  }
}

function fieldsText(fields: Fields, holder: string, depth: number): string {
  const parts = Object.entries(fields).map(
    ([name, field], i) => `'${i === 0 ? '' : ','}${JSON.stringify(name)}:'+${fieldText(name, field, holder, depth)}`,
  );
  return parts.length === 0 ? `''` : parts.join('+');
}

function revival(fields: Fields, holder: string, depth: number): string {
  return Object.entries(fields)
    .map(([name, field]) => {
      if (field.kind === 'wide') return `${holder}.${name}=BigInt(${holder}.${name});`;
      if (field.kind !== 'list') return '';
      const body = revival(field.of ?? {}, `i${depth}`, depth + 1);
      return body === '' ? '' : `for(const i${depth} of ${holder}.${name}){${body}}`;
    })
    .join('');
}

function compileEventText(): EventText {
  const functions: string[] = [];
  const writers: string[] = [];
  const revivers: string[] = [];
  for (const [type, { fields }] of Object.entries(EVENTS)) {
    const comma = Object.keys(fields).length === 0 ? '' : ',';
    functions.push(`function write${type}(e){return '{"type":"${type}"${comma}'+${fieldsText(fields, 'e', 0)}+'}';}`);
    writers.push(`case ${JSON.stringify(type)}:return write${type}(e);`);
    const body = revival(fields, 'e', 0);
    revivers.push(`case ${JSON.stringify(type)}:${body}return;`);
  }
  const unknown = 'default:throw new UnknownEventType(e.type);';
  const source =
    `"use strict";${functions.join('')}function write(e){switch(e.type){${writers.join('')}${unknown}}}` +
    `function revive(e){switch(e.type){${revivers.join('')}${unknown}}}return {write,revive};`;
  // The source is made of the catalogue alone, which is part of this program: nothing from outside is evaluated.
  return new Function('UnknownEventType', 'number', source)(UnknownEventType, numberText) as EventText;
}

const eventText = compileEventText();
/** Empty between calls. */
const writer = new RecordWriter();

function identityText(identity: CommandIdentity | null): string {
  if (identity === null) return 'null';
  const { command, account, contract, fingerprint, command_id } = identity;
  return `{"command":"${command}","account":${account},"contract":${contract},"fingerprint":${fingerprint},"command_id":${JSON.stringify(command_id)}}`;
}

class TextWriter implements RecordVisitor {
  text = '';
  private events = 0;

  begin(sequence: number, atUs: number, cause: string, causeSequence: number, identity: CommandIdentity | null): void {
    const head = `{"sequence":${sequence},"at_us":${numberText(atUs)},"cause":"${cause}","cause_sequence":${numberText(causeSequence)}`;
    this.text += `${this.text === '' ? '[' : ',\n'}${head},"identity":${identityText(identity)},"events":[`;
    this.events = 0;
  }

  event(event: MarketEvent): void {
    this.text += this.events === 0 ? eventText.write(event) : `,${eventText.write(event)}`;
    this.events += 1;
  }

  end(): void {
    this.text += ']}';
  }
}

/**
 * A frame's payload as JSON: an array with a record per line.
 * @throws RangeError, UnknownEventCode when it is no payload of ours
 */
export function recordsToJson(payload: Uint8Array, firstSequence: number): string {
  const visitor = new TextWriter();
  visitRecords(payload, firstSequence, visitor);
  return visitor.text === '' ? '[]' : `${visitor.text}]`;
}

/**
 * The payload whose text this is.
 * @throws UnknownEventType when a newer version wrote it; SyntaxError, TypeError or RangeError when it is no text of ours
 */
export function recordsFromJson(text: string, firstSequence: number): Uint8Array {
  const records = JSON.parse(text) as LogRecord[];
  if (!Array.isArray(records)) throw new TypeError('records are an array');
  writer.clear();
  for (const [index, { sequence, at_us, cause, cause_sequence, identity, events }] of records.entries()) {
    if (sequence !== firstSequence + index) {
      throw new RangeError(`record ${index + 1} has sequence ${sequence}, not ${firstSequence + index}`);
    }
    writer.begin(at_us, cause, cause_sequence, identity);
    for (const event of events) {
      eventText.revive(event);
      writer.write(event);
    }
    writer.end();
  }
  return writer.take();
}
