// An idle market gets a record now and then, a busy one none.

import type { Command } from '@tokenbourse/domain';
import { MarketTime } from './market-time';

const WINDOW_US = 800_000;

/** Looks until `until` resolves; gives what was asked for. */
async function asked(stampedUs: () => number, until: (commands: Command[]) => boolean): Promise<Command[]> {
  const commands: Command[] = [];
  let looks = 0;
  const memory = () => {
    looks += 1;
    return { decided: undefined, last_stamp_us: stampedUs(), window_us: WINDOW_US, forgotten_until_us: 0 };
  };
  const submit = (command: Command) => {
    commands.push(command);
    return Promise.reject(new Error('nobody decides'));
  };
  const time = new MarketTime({ submit }, { idMemory: memory }, () => 10_000_000);
  time.start();
  while (!until(commands) && looks < 4) await new Promise((waited) => setTimeout(waited, 10));
  time.stop();
  return commands;
}

test('a market without a record for an eighth of the window is asked for one, again until there is one', async () => {
  const commands = await asked(
    () => 10_000_000 - WINDOW_US / 8,
    ({ length }) => length === 2,
  );
  expect(commands).toEqual([1, 2].map(() => ({ type: 'Ping', command_id: '', token: 0 })));
});

test('one that has had a record since is left alone', async () => {
  expect(
    await asked(
      () => 10_000_001 - WINDOW_US / 8,
      () => false,
    ),
  ).toEqual([]);
});
