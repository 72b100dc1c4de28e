// Reading ahead on the commands topic: what cannot be a command is one entry, what was read before a failure is given before it.

import { commandToJson } from '@tokenbourse/domain';
import { FIRST_PLACE, MemoryCommandsMedium, MemoryCommandsTopic } from '@tokenbourse/log';

import { CommandsQueue, commandsOf, MESSAGE_COMMANDS_MAX } from './commands-queue';

const PING = commandToJson({ type: 'Ping', command_id: 'a', token: 0 });
const message = (commands: readonly string[]) => ({ commands, fault: undefined, value: 'as it stands there' });
const turn = (): Promise<void> => new Promise((turned) => setImmediate(turned));

it('takes a message of more commands than any of ours as one that is none', () => {
  const most = Array<string>(MESSAGE_COMMANDS_MAX).fill(PING);
  expect(commandsOf({ offset: 3, ...message(most) })).toHaveLength(MESSAGE_COMMANDS_MAX);
  const [one, ...rest] = commandsOf({ offset: 3, ...message([...most, PING]) });
  expect(rest).toEqual([]);
  expect(one).toMatchObject({
    place: { offset: 3, index: 0 },
    after: { offset: 4, index: 0 },
    command: undefined,
    fault: 'it holds 4097 commands, more than 4096',
    text: 'as it stands there',
  });
});

it('gives what it has read before it tells that reading failed', async () => {
  const medium = new MemoryCommandsMedium();
  medium.put(message([PING, PING]));
  const queue = new CommandsQueue(new MemoryCommandsTopic(medium), FIRST_PLACE);
  await turn();
  // While it waits for the next one, retention takes what is there.
  medium.put(message([PING]));
  medium.put(message([PING]));
  medium.cut(3);
  await turn();
  expect([queue.hasFailed, queue.depth]).toEqual([true, 2]);
  expect(queue.take(10)).toHaveLength(2);
  expect(() => queue.take(10)).toThrow('not 1');
  queue.close();
});
