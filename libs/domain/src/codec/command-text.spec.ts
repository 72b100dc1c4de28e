// Commands as text: what goes in comes out, and what is no command is named.

import fc from 'fast-check';

import { COMMANDS, type Command } from '../commands/catalogue';
import { commandFromJson, commandToJson, CommandUnreadable } from './command-text';
import { shapeOf } from './any-record.fixture';
import { fingerprintOf } from './fingerprint';

const anyCommand = fc.oneof(
  ...Object.entries(COMMANDS).map(([type, fields]) =>
    shapeOf(fields).map((shape) => ({ type, ...shape }) as unknown as Command),
  ),
);

const ping = { type: 'Ping', command_id: 'a', token: 1 };

it('gives every command back, in one line', () => {
  fc.assert(
    fc.property(anyCommand, (command) => {
      const text = commandToJson(command);
      expect(text).not.toContain('\n');
      expect(commandFromJson(text)).toEqual(command);
      expect(fingerprintOf(commandFromJson(text))).toBe(fingerprintOf(command));
    }),
  );
});

it.each([
  ['{', 'no JSON'],
  ['[]', 'an object'],
  ['{"type":"Pong"}', '"Pong" is no command'],
  ['{"type":"toString"}', '"toString" is no command'],
  [JSON.stringify({ ...ping, token: -1 }), 'Ping.token is an integer from 0'],
  [JSON.stringify({ ...ping, token: '1' }), 'Ping.token is an integer from 0'],
  [JSON.stringify({ ...ping, more: 1 }), 'Ping has no field "more"'],
  ['{"type":"Ping","command_id":"a"}', 'Ping.token is missing'],
  [JSON.stringify({ ...ping, command_id: 'a'.repeat(65) }), 'at most 64 characters'],
  ['{"type":"Ping","command_id":"a","token":1,"__proto__":1}', 'Ping has no field "__proto__"'],
])('names what is wrong with %s', (text, fault) => {
  expect(() => commandFromJson(text)).toThrow(CommandUnreadable);
  expect(() => commandFromJson(text)).toThrow(fault);
});

it('names a field that is left out, or one too many, of any command and of the items of its lists', () => {
  fc.assert(
    fc.property(anyCommand, fc.nat(), (command, drawn) => {
      const { type, ...fields } = command as unknown as Record<string, unknown>;
      const names = Object.keys(fields);
      const name = names[drawn % names.length]!;
      const fault =
        (value: unknown): (() => unknown) =>
        () =>
          commandFromJson(JSON.stringify(value));
      expect(fault({ ...command, [name]: undefined })).toThrow(`${String(type)}.${name} is missing`);
      expect(fault({ ...command, colour: 1 })).toThrow(`${String(type)} has no field "colour"`);
      const [first] = Array.isArray(fields[name]) ? (fields[name] as object[]) : [];
      if (first === undefined) return;
      const withItem = (item: object): unknown => ({ ...command, [name]: [item] });
      expect(fault(withItem({ ...first, type: 1 }))).toThrow(`${String(type)}.${name}[0] has no field "type"`);
      const [inner] = Object.keys(first);
      const missing = `${String(type)}.${name}[0].${inner!} is missing`;
      expect(fault(withItem({ ...first, [inner!]: undefined }))).toThrow(missing);
    }),
  );
});
