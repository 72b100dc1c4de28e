/** The commands topic in memory: the contract, and what retention takes away. */
import { CommandsUnavailable, MemoryCommandsMedium, MemoryCommandsTopic, surelyNotPublished } from './commands-topic';
import { describeCommandsTopic } from './commands-topic.contract';

describeCommandsTopic('in memory', async () => {
  const medium = new MemoryCommandsMedium();
  return () => new MemoryCommandsTopic(medium);
});

it('has lost what retention has cut, and says so to who asks for it', async () => {
  const medium = new MemoryCommandsMedium();
  const topic = new MemoryCommandsTopic(medium);
  for (let i = 0; i < 3; i++) await topic.publish(['{}']);
  medium.cut(2);
  expect([await topic.start(), await topic.end()]).toEqual([2, 3]);
  await expect(topic.read(1, new AbortController().signal).next()).rejects.toThrow(CommandsUnavailable);
});

it('takes nothing once closed, and says that it surely did not', async () => {
  const topic = new MemoryCommandsTopic();
  await topic.close();
  const error: unknown = await topic.publish(['{}']).catch((thrown: unknown) => thrown);
  expect(surelyNotPublished(error)).toBe(true);
  expect(surelyNotPublished(new Error('who knows'))).toBe(false);
});
