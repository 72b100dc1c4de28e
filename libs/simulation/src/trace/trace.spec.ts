// Traces in their formats, and where exactly a malformed one is wrong.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { TraceRequest } from './formats';
import { readTrace, surveyTrace } from './trace';
import { TraceError } from './trace-error';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'trace-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function written(content: string): string {
  const file = join(folder, 'trace');
  writeFileSync(file, content);
  return file;
}

async function all(content: string, limit?: number): Promise<TraceRequest[]> {
  const requests: TraceRequest[] = [];
  for await (const batch of readTrace(written(content), limit)) requests.push(...batch);
  return requests;
}

const AZURE = 'TIMESTAMP,ContextTokens,GeneratedTokens';
const MOONCAKE = 'timestamp_ms,input_length,output_length';

describe('a trace', () => {
  it('of Azure is read to the microsecond, from its first request on, CRLF and no last line end', async () => {
    const content = `${AZURE}\r\n2023-11-16 18:15:46.6805900,374,44\r\n2023-11-16 18:15:50.9951690,396,109`;
    expect(await all(content)).toEqual([
      { atUs: 0, inputTokens: 374, outputTokens: 44 },
      { atUs: 4_314_579, inputTokens: 396, outputTokens: 109 },
    ]);
  });

  it('of Azure in its later form with an offset is read', async () => {
    const content = `${AZURE}\n2024-05-10 00:00:00.009930+00:00,2162,5\n2024-05-10 00:00:01+00:00,1,2\n`;
    expect((await all(content)).map(({ atUs }) => atUs)).toEqual([0, 990_070]);
  });

  it('of Mooncake as CSV is read with and without further columns', async () => {
    expect(await all(`${MOONCAKE}\n500,6758,500\n2500,7322,490\n`)).toEqual([
      { atUs: 0, inputTokens: 6_758, outputTokens: 500 },
      { atUs: 2_000_000, inputTokens: 7_322, outputTokens: 490 },
    ]);
    expect(await all(`${MOONCAKE},n_hash_blocks\n0,6758,500,14\n`)).toHaveLength(1);
  });

  it('of Mooncake as JSON lines is read', async () => {
    const content = '{"timestamp": 0, "input_length": 6758, "output_length": 500, "hash_ids": [0, 1]}\n'.repeat(3);
    expect(await all(content)).toHaveLength(3);
    expect((await surveyTrace(written(content))).format).toBe('Mooncake trace (JSON lines)');
  });

  it('with a step back in time goes on at the same instant', async () => {
    const content = `${MOONCAKE}\n1000,1,1\n3000,1,1\n2000,1,1\n4000,1,1\n`;
    expect((await all(content)).map(({ atUs }) => atUs)).toEqual([0, 2_000_000, 2_000_000, 3_000_000]);
  });

  it('may start with a byte order mark and end with empty lines; a limit ends it earlier', async () => {
    expect(await all(`\ufeff${MOONCAKE}\n0,1,2\n0,3,4\n\n\n`)).toHaveLength(2);
    expect(await all(`${MOONCAKE}\n0,1,2\n0,3,4\nbroken`, 2)).toHaveLength(2);
  });

  it('larger than one piece of reading is whole, and its survey adds up', async () => {
    const rows = Array.from({ length: 40_000 }, (_, i) => `${i * 10},${i},7`);
    const survey = await surveyTrace(written([MOONCAKE, ...rows].join('\n')));
    expect(survey).toEqual({
      format: 'Mooncake trace (CSV)',
      requests: 40_000,
      spanUs: 399_990_000,
      inputTokens: (40_000 * 39_999) / 2,
      outputTokens: 280_000,
    });
  });
});

describe('a malformed trace is refused with line, column and what was expected', () => {
  const good = '2023-11-16 18:15:46.6805900,374,44';
  const cases: [string, string, number, number, string, string][] = [
    ['empty file', '', 1, 1, 'a header', 'an empty file'],
    ['unknown header', 'time,in,out\n1,2,3', 1, 1, 'a header (TIMESTAMP', '"time,in,out"'],
    ['header alone', `${AZURE}\n`, 2, 1, 'a request', 'the end of the file'],
    ['no timestamp', `${AZURE}\n${good}\nyesterday,1,2`, 3, 1, 'a timestamp like', '"yesterday"'],
    ['no such day', `${AZURE}\n2023-02-30 00:00:00,1,2`, 2, 1, 'a timestamp like', '"2023-02-30 00:00:00"'],
    ['text for tokens', `${AZURE}\n${good}\n2023-11-16 18:15:46,many,2`, 3, 21, 'ContextTokens, an integer', '"many"'],
    ['negative tokens', `${AZURE}\n2023-11-16 18:15:46,1,-2`, 2, 23, 'GeneratedTokens, an integer', '"-2"'],
    ['missing tokens', `${AZURE}\n2023-11-16 18:15:46,1,`, 2, 23, 'GeneratedTokens, an integer', 'nothing'],
    ['fraction', `${MOONCAKE}\n0,1.5,2`, 2, 3, 'input_length, an integer', '"1.5"'],
    [
      'too many tokens',
      `${MOONCAKE}\n0,1,9999999999`,
      2,
      5,
      'output_length, an integer from 0 to 1000000000',
      '"9999999999"',
    ],
    ['a column short', `${AZURE}\n2023-11-16 18:15:46,1`, 2, 22, '3 columns', '2'],
    ['a column more', `${AZURE}\n2023-11-16 18:15:46,1,2,3`, 2, 25, '3 columns', '4'],
    ['a column short in Mooncake', `${MOONCAKE},n\n0,1,2`, 2, 6, '4 columns', '3'],
    ['a gap', `${MOONCAKE}\n0,1,2\n\n0,1,2`, 3, 1, 'a request', 'an empty line'],
    ['control characters', `${MOONCAKE}\n0,\u0000,2`, 2, 3, 'input_length', '"\\u0000"'],
    [
      'broken JSON',
      '{"timestamp": 0, "input_length": 1, "output_length": 2}\n{"timestamp": 0,,}',
      2,
      17,
      'JSON',
      '",}"',
    ],
    ['cut JSON', '{"timestamp": 0, "input_length"', 1, 32, 'JSON', 'the end of the line'],
    ['JSON without a member', '{"timestamp": 0, "input_length": 1}', 1, 1, 'output_length, an integer', 'nothing'],
    [
      'JSON with text',
      '{"timestamp": 0, "input_length": "1", "output_length": 2}',
      1,
      34,
      'input_length, an integer',
      '"\\"1\\""',
    ],
    [
      'JSON of another kind',
      '{"timestamp": 0, "input_length": 1, "output_length": 2}\n[1]',
      2,
      1,
      'a JSON object',
      '"[1]"',
    ],
  ];

  it.each(cases)('%s', async (_name, content, line, column, expected, found) => {
    const error = await all(content).then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(TraceError);
    const { line: atLine, column: atColumn, expected: asked, found: had, message } = error as TraceError;
    expect([atLine, atColumn]).toEqual([line, column]);
    expect(asked).toContain(expected);
    expect(had).toBe(found);
    expect(message).toBe(`${join(folder, 'trace')}:${line}:${column}: expected ${asked}, found ${had}`);
    await expect(surveyTrace(written(content))).rejects.toThrow(TraceError);
  });

  it('a file that is not there', async () => {
    await expect(surveyTrace('/no/such/trace.csv')).rejects.toThrow(
      /^\/no\/such\/trace\.csv:1:1: expected a readable file/,
    );
  });

  it('a line without end', async () => {
    await expect(all('x'.repeat(3_000_000))).rejects.toThrow(
      ':1:1048577: expected a line of at most 1048576 characters',
    );
  });
});
