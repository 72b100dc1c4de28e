/** What every commands topic must do; each implementation runs these. */
import { surelyNotPublished, type CommandsMessage, type CommandsTopic } from './commands-topic';

/** @param open gives a topic on a medium of its own, and further ones on the same medium */
export function describeCommandsTopic(name: string, open: () => Promise<() => CommandsTopic>): void {
  describe(`${name}: a commands topic`, () => {
    const opened: CommandsTopic[] = [];
    const fresh = async (): Promise<() => CommandsTopic> => {
      const another = await open();
      return () => {
        const topic = another();
        opened.push(topic);
        return topic;
      };
    };
    afterEach(async () => {
      for (const topic of opened.splice(0)) await topic.close();
    });

    it('gives batches in the order in which they were published, each as one message, to every reader', async () => {
      const another = await fresh();
      const topic = another();
      const first = await topic.publish(['{"a":1}', '{"a":2}']);
      await another().publish(['{"a":3}']);
      for (const reader of [topic, another()]) {
        const messages = await take(reader, first, 2);
        expect(messages.map(({ commands }) => commands)).toEqual([['{"a":1}', '{"a":2}'], ['{"a":3}']]);
        expect(messages.map(({ offset }) => offset)).toEqual([first, first + 1]);
      }
    });

    it('keeps texts as they are, whatever they hold', async () => {
      const topic = (await fresh())();
      const texts = [
        '{"a":"\\u0000 \\ud800 ,\\n"}',
        '{ "spaced" : [ 1 , 2 ] }',
        JSON.stringify({ text: 'é 漢 🜚 \u2028' }),
      ];
      const [message] = await take(topic, await topic.publish(texts), 1);
      expect(message!.commands).toEqual(texts);
      expect(message!.fault).toBeUndefined();
    });

    it('takes no text with a line break', async () => {
      const topic = (await fresh())();
      await expect(topic.publish(['{"a":\n1}'])).rejects.toThrow('line break');
      expect(await topic.end()).toBe(await topic.start());
    });

    it('lets a reader wait for what is not there yet, and ends when it is aborted', async () => {
      const another = await fresh();
      const reader = another();
      const at = await reader.end();
      const waiting = take(reader, at, 1);
      expect(await another().publish(['{}'])).toBe(at);
      expect((await waiting)[0]!.offset).toBe(at);
      const abort = new AbortController();
      const next = reader.read(at + 1, abort.signal).next();
      abort.abort();
      expect((await next).done).toBe(true);
    });

    it('refuses a reader that stands past its end', async () => {
      const topic = (await fresh())();
      const reading = topic.read((await topic.end()) + 5, new AbortController().signal).next();
      await expect(reading).rejects.toThrow();
    });

    it('ends its readers when it is closed, and surely takes nothing more', async () => {
      const another = await fresh();
      const topic = another();
      await topic.publish(['{}']);
      const { signal } = new AbortController();
      const reading = [topic.read(0, signal), topic.read(1, signal)];
      expect((await reading[0]!.next()).value).toMatchObject({ offset: 0 });
      const waiting = Promise.all(reading.map((reader) => reader.next()));
      await topic.close();
      expect((await waiting).map(({ done }) => done)).toEqual([true, true]);
      const error: unknown = await topic.publish(['{}']).catch((thrown: unknown) => thrown);
      expect(surelyNotPublished(error)).toBe(true);
      expect(await another().end()).toBe(1);
    });

    it('says where it starts and ends', async () => {
      const topic = (await fresh())();
      const start = await topic.start();
      expect(await topic.end()).toBe(start);
      await topic.publish(['{}']);
      expect([await topic.start(), await topic.end()]).toEqual([start, start + 1]);
    });
  });
}

async function take(topic: CommandsTopic, offset: number, count: number): Promise<CommandsMessage[]> {
  const abort = new AbortController();
  const taken: CommandsMessage[] = [];
  for await (const message of topic.read(offset, abort.signal)) {
    taken.push(message);
    if (taken.length === count) break;
  }
  abort.abort();
  return taken;
}
