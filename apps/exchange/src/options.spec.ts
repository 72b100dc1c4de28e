// Options of the command line and the environment, right and wrong.

import { helpText, OptionsWrong, parseOptions, wantsHelp } from './options';

test('without any, the defaults hold', () => {
  expect(parseOptions([], {})).toEqual({
    role: 'standalone',
    host: '127.0.0.1',
    port: 3_000,
    data: './data',
    market: 'main',
    demo: true,
    adminKey: '',
    tradeKey: '',
    rateLimit: 2_000,
    logRequests: '',
    snapshotRecords: 1_000_000,
  });
});

test('the command line comes before the environment', () => {
  const env = { TOKENBOURSE_PORT: '4000', TOKENBOURSE_DATA: '/srv/a', TOKENBOURSE_ADMIN_KEY: 'a-long-key' };
  const options = parseOptions(['--port=0', '--no-demo', '--role', 'standalone'], env);
  expect(options).toMatchObject({ port: 0, data: '/srv/a', demo: false, adminKey: 'a-long-key' });
  expect(parseOptions([], { TOKENBOURSE_NO_DEMO: '1' }).demo).toBe(false);
});

test.each([
  [['--port', '65536'], {}, '--port is "65536"; it must be a whole number from 0 to 65535.'],
  [['--port', '-1'], {}, /port/],
  [[], { TOKENBOURSE_PORT: 'http' }, 'TOKENBOURSE_PORT is "http"'],
  [['--role', 'engine'], {}, '--role is "engine"; it must be standalone.'],
  [['--data', ''], {}, '--data is ""'],
  [['--rate-limit', '0'], {}, '--rate-limit is "0"'],
  [['extra'], {}, 'extra'],
  [['--nonsense'], {}, '--nonsense'],
  [[], { TOKENBOURSE_ADMIN_KEY: 'a b c d e f g' }, 'TOKENBOURSE_ADMIN_KEY must have'],
] as const)('%j with %j is refused', (args, env, sentence) => {
  expect(() => parseOptions(args, env)).toThrow(OptionsWrong);
  expect(() => parseOptions(args, env)).toThrow(sentence);
});

test('help names every option', () => {
  expect(wantsHelp(['--port', '1', '--help'])).toBe(true);
  for (const name of ['role', 'host', 'port', 'data', 'market', 'rate-limit', 'no-demo'])
    expect(helpText()).toContain(`--${name}`);
});
