// Virtual time: what is due first comes first.

import { EventQueue } from './event-queue';
import { Kernel } from './kernel';

describe('the event queue', () => {
  it('gives events by time, and at the same time in the order in which they were put', () => {
    const queue = new EventQueue<string>();
    const put: [number, string][] = [];
    // A fixed shuffle: 7 × i mod 50 visits every time ten times.
    for (let i = 0; i < 500; i++) put.push([(7 * i) % 50, `event ${i}`]);
    for (const [atUs, item] of put) queue.put(atUs, item);
    const taken: [number, string][] = [];
    while (queue.size > 0) {
      expect(queue.nextUs()).toBeLessThan(Infinity);
      const { atUs, item } = queue.take();
      taken.push([atUs, item]);
    }
    // Array.sort is stable: equal times stay in the order put.
    expect(taken).toEqual([...put].sort(([a], [b]) => a - b));
    expect(queue.nextUs()).toBe(Infinity);
    expect(() => queue.take()).toThrow('empty');
  });
});

describe('the kernel', () => {
  it('lets time stand still during actions and jump between them', async () => {
    const kernel = new Kernel(1_000);
    const told: string[] = [];
    const tell = (what: string) => () => void told.push(`${what} at ${kernel.wallUs()} / ${kernel.monotonicUs()}`);
    kernel.wakeAfter(1e9, tell('never'));
    kernel.at(1_500, tell('second'));
    kernel.at(1_200, async () => {
      await Promise.resolve();
      tell('first')();
      kernel.at(900, tell('past becomes now'));
    });
    kernel.at(1_501, tell('too late'));
    await kernel.run(1_500);
    expect(told).toEqual(['first at 1200 / 200', 'past becomes now at 1200 / 200', 'second at 1500 / 500']);
    expect(kernel.wallUs()).toBe(1_500);
    await kernel.run(1_700);
    expect(told[3]).toBe('too late at 1501 / 501');
    expect(kernel.wallUs()).toBe(1_700);
  });

  it('wakes who asked, once, unless cancelled; and waits for who was woken to ask again', async () => {
    const kernel = new Kernel(0);
    const woken: number[] = [];
    const sleep = (): void => {
      kernel.wakeAfter(10, () => {
        woken.push(kernel.wallUs());
        // Comes to rest only some turns of the event loop later.
        setImmediate(() => setImmediate(sleep));
      });
    };
    sleep();
    const cancel = kernel.wakeAfter(5, () => woken.push(-1));
    cancel();
    cancel();
    await kernel.run(35);
    expect(woken).toEqual([10, 20, 30]);
  });
});
