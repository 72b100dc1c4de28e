// Commands as JSON text and back: how they travel to an engine in another process. What is read is checked against the
// catalogue, field by field: a text that is no command is named as such, never half understood.

import { COMMANDS, type Command } from '../commands/catalogue';
import type { CommandType } from '../commands/types';
import type { Field, Fields } from '../fields';

/** The text is no command of this version; the message says which field is wrong, and what would be right. */
export class CommandUnreadable extends Error {
  readonly code = 'COMMAND_UNREADABLE';
}

/** One line; the fields in the catalogue's order, behind the type. @throws CommandUnreadable */
export function commandToJson(command: Command): string {
  const fault = commandFault(command);
  if (fault !== undefined) throw new CommandUnreadable(fault);
  return JSON.stringify(command);
}

/** @throws CommandUnreadable */
export function commandFromJson(text: string): Command {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CommandUnreadable(`it is no JSON: ${(error as Error).message}`);
  }
  const fault = commandFault(value);
  if (fault !== undefined) throw new CommandUnreadable(fault);
  return value as Command;
}

/** What is wrong with a value that should be a command; undefined if nothing is. */
export function commandFault(value: unknown): string | undefined {
  if (!isObject(value)) return 'a command is an object';
  const { type, ...fields } = value;
  if (typeof type !== 'string' || !Object.hasOwn(COMMANDS, type)) {
    return `type ${JSON.stringify(type)} is no command of this version`;
  }
  return fieldsFault(COMMANDS[type as CommandType], fields, type);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldsFault(fields: Fields, value: Record<string, unknown>, where: string): string | undefined {
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(fields, name)) return `${where} has no field ${JSON.stringify(name)}`;
  }
  for (const [name, field] of Object.entries(fields)) {
    const fault = Object.hasOwn(value, name)
      ? fieldFault(field, value[name], `${where}.${name}`)
      : `${where}.${name} is missing`;
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function fieldFault(field: Field<unknown>, value: unknown, where: string): string | undefined {
  const max = field.max ?? 0;
  switch (field.kind) {
    case 'count':
      return isCount(value) ? undefined : `${where} is an integer from 0 to 4294967295`;
    case 'integer':
      return Number.isSafeInteger(value) ? undefined : `${where} is an integer below 2^53`;
    case 'text':
      return isShort(value, max) ? undefined : `${where} is a text of at most ${max} characters`;
    case 'flag':
      return typeof value === 'boolean' ? undefined : `${where} is true or false`;
    case 'choice':
      return field.values!.includes(value as string) ? undefined : `${where} is one of ${field.values!.join(', ')}`;
    case 'list':
      return listFault(field, value, where);
    case 'wide':
      return `${where} is of a kind that no command has`;
  }
}

/** Characters are Unicode's, as in the schemas. */
function isShort(value: unknown, max: number): boolean {
  return typeof value === 'string' && (value.length <= max || [...value].length <= max);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 0xffff_ffff;
}

function listFault(field: Field<unknown>, value: unknown, where: string): string | undefined {
  const max = field.max ?? 0;
  if (!Array.isArray(value) || value.length > max) return `${where} is a list of at most ${max}`;
  for (const [index, item] of (value as unknown[]).entries()) {
    const fault = isObject(item)
      ? fieldsFault(field.of ?? {}, item, `${where}[${index}]`)
      : `${where}[${index}] is an object`;
    if (fault !== undefined) return fault;
  }
  return undefined;
}
