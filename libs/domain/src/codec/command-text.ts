// Commands as JSON text and back: how they travel to an engine in another process. What is read is checked against the
// catalogue, field by field: a text that is no command is named as such, never half understood.

import { COMMANDS, type Command } from '../commands/catalogue';
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

/** A field to be checked, with the fields of a list's items. */
interface Checked {
  readonly name: string;
  readonly field: Field<unknown>;
  readonly items: readonly Checked[];
}

function checkedOf(fields: Fields): Checked[] {
  return Object.entries(fields).map(([name, field]) => ({ name, field, items: checkedOf(field.of ?? {}) }));
}

/** Made once: each command is checked twice on its way. */
const CHECKED: ReadonlyMap<unknown, readonly Checked[]> = new Map(
  Object.entries(COMMANDS).map(([type, fields]) => [type, checkedOf(fields)]),
);

/** What is wrong with a value that should be a command; undefined if nothing is. */
export function commandFault(value: unknown): string | undefined {
  if (!isObject(value)) return 'a command is an object';
  const fields = CHECKED.get(value.type);
  if (fields === undefined) return `type ${JSON.stringify(value.type)} is no command of this version`;
  return fieldsFault(fields, value, value.type as string, 1);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param others how many keys it may have beside these fields */
function fieldsFault(
  fields: readonly Checked[],
  value: Record<string, unknown>,
  where: string,
  others: number,
): string | undefined {
  let keys = 0;
  for (const _ in value) keys += 1;
  if (keys > fields.length + others) {
    const isKnown = (key: string): boolean => (others > 0 && key === 'type') || fields.some(({ name }) => name === key);
    return `${where} has no field ${JSON.stringify(Object.keys(value).find((key) => !isKnown(key)))}`;
  }
  for (const checked of fields) {
    const fault = fieldFault(checked, value[checked.name], where);
    if (fault === undefined) continue;
    return Object.hasOwn(value, checked.name) ? fault : `${where}.${checked.name} is missing`;
  }
  return undefined;
}

function fieldFault({ name, field, items }: Checked, value: unknown, where: string): string | undefined {
  const max = field.max ?? 0;
  switch (field.kind) {
    case 'count':
      return isCount(value) ? undefined : `${where}.${name} is an integer from 0 to 4294967295`;
    case 'integer':
      return Number.isSafeInteger(value) ? undefined : `${where}.${name} is an integer below 2^53`;
    case 'text':
      return isShort(value, max) ? undefined : `${where}.${name} is a text of at most ${max} characters`;
    case 'flag':
      return typeof value === 'boolean' ? undefined : `${where}.${name} is true or false`;
    case 'choice':
      return field.values!.includes(value as string)
        ? undefined
        : `${where}.${name} is one of ${field.values!.join(', ')}`;
    case 'list':
      return listFault(items, max, value, `${where}.${name}`);
    case 'wide':
      return `${where}.${name} is of a kind that no command has`;
  }
}

/** Characters are Unicode's, as in the schemas. */
function isShort(value: unknown, max: number): boolean {
  return typeof value === 'string' && (value.length <= max || [...value].length <= max);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 0xffff_ffff;
}

function listFault(items: readonly Checked[], max: number, value: unknown, where: string): string | undefined {
  if (!Array.isArray(value) || value.length > max) return `${where} is a list of at most ${max}`;
  for (const [index, item] of (value as unknown[]).entries()) {
    const fault = isObject(item)
      ? fieldsFault(items, item, `${where}[${index}]`, 0)
      : `${where}[${index}] is an object`;
    if (fault !== undefined) return fault;
  }
  return undefined;
}
