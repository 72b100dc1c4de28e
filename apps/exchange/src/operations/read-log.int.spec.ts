// The log route under slow readers: frames are read as the reader takes them, never ahead of it.

import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { encodeRecords, type LogRecord } from '@tokenbourse/domain';
import { MemoryEventLog, originPosition, sealFrame, ORIGIN, type LogReader, type PlacedFrame } from '@tokenbourse/log';
import { ProblemError } from '@tokenbourse/protocol';
import { fastify } from 'fastify';
import { ReadLog, ReadLogHandler } from './read-log';

const RECORDS_PER_FRAME = 2_000;
const FRAMES = 400;

const record = (sequence: number): LogRecord => ({
  sequence,
  at_us: sequence,
  cause: 'DUE',
  cause_sequence: 0,
  identity: null,
  events: [{ type: 'Pinged', token: sequence }],
});

/** A log of about 80 MB of JSON that is made as it is read. */
class EndlessLog implements Pick<LogReader, 'read' | 'locate'> {
  given = 0;

  locate() {
    return Promise.resolve(originPosition());
  }

  async *read(): AsyncGenerator<PlacedFrame> {
    for (let i = 0; i < FRAMES; i++) {
      this.given += 1;
      const first = i * RECORDS_PER_FRAME + 1;
      const payload = encodeRecords(Array.from({ length: RECORDS_PER_FRAME }, (_, k) => record(first + k)));
      const answers = { fromOffset: 0, fromIndex: 0, toOffset: 0, toIndex: 0 };
      const header = { predecessor: ORIGIN, firstSequence: first, recordCount: RECORDS_PER_FRAME, digest: 0, answers };
      yield { frame: sealFrame(header, payload), position: originPosition() };
      await pause(0);
    }
  }
}

test('a reader that stops reading stops the reading of the log; gone, it gives its place free', async () => {
  const log = new EndlessLog();
  const handler = new ReadLogHandler(() => log as unknown as LogReader);
  const server = fastify();
  server.get('/log', async (_, reply) => reply.send(await handler.execute(new ReadLog(1, Infinity))));
  await server.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /log HTTP/1.1\r\nHost: x\r\n\r\n');
  socket.pause();
  try {
    let before = -1;
    for (let looks = 0; looks < 40 && log.given !== before; looks++) {
      before = log.given;
      await pause(400);
    }
    // What the kernel's buffers and one chunk hold has been read, and then no more.
    expect(log.given).toBe(before);
    expect(log.given).toBeGreaterThan(0);
    expect(log.given).toBeLessThan(FRAMES / 2);
  } finally {
    socket.destroy();
    await server.close();
  }
});

test('lines come whole, from the record asked for, and as many as asked for', async () => {
  const handler = new ReadLogHandler(() => new EndlessLog() as unknown as LogReader);
  let text = '';
  for await (const part of await handler.execute(new ReadLog(1_500, 2_000))) text += String(part);
  const sequences = text
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as LogRecord).sequence);
  expect(sequences).toEqual(Array.from({ length: 2_000 }, (_, i) => 1_500 + i));
});

test('a record that is not there yet gives no lines; record 0 is refused', async () => {
  const handler = new ReadLogHandler(() => new MemoryEventLog());
  let lines = 0;
  for await (const _ of await handler.execute(new ReadLog(10, 5))) lines += 1;
  expect(lines).toBe(0);
  await expect(handler.execute(new ReadLog(0, 5))).rejects.toThrow(ProblemError);
});
