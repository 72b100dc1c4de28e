/** One writer per folder, threads, kills, a full disk, backups, and the time that opening takes. */
import { ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { Frame, LogUnavailable, encodeFrame, lastSequence, originPosition, positionToJson } from '@tokenbourse/log';
import { appendAll, collect } from '../../log/src/event-log.contract';
import { sampleChain } from '../../log/src/sample-chain';
import { LmdbEventLog } from './lmdb-log';
import { LmdbLogReader } from './lmdb-reader';
import { temporaryFolders } from './temporary-folder';

const temporaryFolder = temporaryFolders();
/** A process has no TypeScript compiler, so it is started from `dist`, which is built before the tests. */
const APPENDING_PROCESS = join(__dirname, '../../../dist/libs/log-lmdb/src', 'appending-process.js');
const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

interface Child {
  readonly child: ChildProcess;
  /** Lines as they come. */
  readonly lines: string[];
  line(start: string): Promise<string>;
  /** When the process is gone and all that it printed has come. */
  ended(): Promise<void>;
}

function start(mode: string, folder: string, command: string[] = []): Child {
  const [program, ...parts] = [...command, process.execPath, APPENDING_PROCESS, mode, folder];
  const child = spawn(program, parts, { stdio: ['ignore', 'pipe', 'ignore'] });
  running.add(child);
  const lines: string[] = [];
  const heard = new Set<() => void>();
  const reader = createInterface({ input: child.stdout! });
  reader.on('line', (line) => {
    lines.push(line);
    for (const look of [...heard]) look();
  });
  const printed = new Promise<void>((resolve) => reader.on('close', resolve));
  const exited = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const line = (prefix: string): Promise<string> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = lines.find((text) => text.startsWith(prefix));
        if (found === undefined) return;
        heard.delete(look);
        resolve(found);
      };
      heard.add(look);
      look();
    });
  return { child, lines, line, ended: async () => void (await Promise.all([printed, exited])) };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('one writer per folder', () => {
  it('refuses a second one in the same process, and lets it in after close', async () => {
    const path = join(temporaryFolder(), 'data');
    const first = await LmdbEventLog.open(path);
    const refused = LmdbEventLog.open(path);
    await expect(refused).rejects.toMatchObject({ code: 'FOLDER_IN_USE', pid: process.pid, path });
    await expect(refused).rejects.toThrow(/in use by process \d+ on .* since \d{4}-/);
    await appendAll(first, sampleChain({ frames: 2 }));
    await first.close();
    const second = await LmdbEventLog.open(path);
    expect(await collect(second)).toHaveLength(2);
    await second.close();
  });

  it('refuses one in another process, names the owner, and lets it in when the owner was killed', async () => {
    const path = join(temporaryFolder(), 'data');
    const owner = start('hold', path);
    await owner.line('open');
    await expect(LmdbEventLog.open(path)).rejects.toMatchObject({ code: 'FOLDER_IN_USE', pid: owner.child.pid });
    expect(await start('open', path).line('ended')).toContain(
      `FOLDER_IN_USE  ${path} is in use by process ${owner.child.pid}`,
    );
    owner.child.kill('SIGKILL');
    await owner.ended();
    const log = await LmdbEventLog.open(path);
    expect(await start('open', path).line('ended')).toContain(`in use by process ${process.pid}`);
    await log.close();
    const next = start('open', path);
    await next.ended();
    expect(next.lines).toEqual(['open 0']);
  });

  it('is not kept waiting by an owner that was stopped in the middle of writing', async () => {
    const path = join(temporaryFolder(), 'data');
    for (let round = 0; round < 3; round++) {
      const owner = start('append', path);
      await owner.line('acknowledged');
      owner.child.kill('SIGSTOP');
      const before = performance.now();
      await expect(LmdbEventLog.open(path)).rejects.toMatchObject({ code: 'FOLDER_IN_USE', pid: owner.child.pid });
      expect(performance.now() - before).toBeLessThan(2000);
      owner.child.kill('SIGKILL');
      await owner.ended();
    }
  });

  it('starts on a copy of a folder that is in use', async () => {
    const [path, copy] = [join(temporaryFolder(), 'data'), join(temporaryFolder(), 'copy')];
    const log = await LmdbEventLog.open(path);
    cpSync(path, copy, { recursive: true });
    const other = await LmdbEventLog.open(copy);
    await other.close();
    await log.close();
  });

  it('opens beside a reader of the same process that was there first', async () => {
    const path = join(temporaryFolder(), 'data');
    const chain = sampleChain({ frames: 4 });
    await (await LmdbEventLog.open(path)).close();
    const reader = await LmdbLogReader.open(path);
    const log = await LmdbEventLog.open(path);
    await appendAll(log, chain.slice(0, 2));
    expect(await collect(reader)).toHaveLength(2);
    await reader.close();
    await appendAll(log, chain.slice(2));
    expect(await collect(log)).toHaveLength(4);
    await log.close();
  });

  it('lets readers of other processes in, before it and beside it', async () => {
    const path = join(temporaryFolder(), 'data');
    const owner = start('append', path);
    await owner.line('acknowledged');
    const reader = await LmdbLogReader.open(path);
    const abort = new AbortController();
    let seen = 0;
    for await (const { position } of reader.follow(originPosition(), abort.signal)) {
      seen = position.place;
      if (seen === 100) abort.abort();
    }
    expect(seen).toBe(100);
    owner.child.kill('SIGSTOP');
    const beside = await LmdbLogReader.open(path);
    expect((await beside.tip()).place).toBeGreaterThanOrEqual(100);
    await beside.close();
    owner.child.kill('SIGKILL');
    await owner.ended();
    await expect(LmdbEventLog.open(path)).rejects.toMatchObject({
      code: 'LOG_UNAVAILABLE',
      reason: 'not opened for writing',
      message: expect.stringMatching(/close its readers/),
    });
    await reader.close();
  });
});

describe('kill -9', () => {
  it('loses nothing that was acknowledged, twelve times in a row on one log', async () => {
    const path = join(temporaryFolder(), 'data');
    let acknowledged = 0;
    for (let round = 0; round < 12; round++) {
      const child = start('append', path);
      const opened = Number((await child.line('open')).split(' ')[1]);
      expect(opened).toBeGreaterThanOrEqual(acknowledged);
      await child.line('acknowledged');
      await pause((round * 37) % 120);
      child.child.kill('SIGKILL');
      await child.ended();
      acknowledged = Math.max(
        ...child.lines.filter((line) => line.startsWith('ack')).map((line) => Number(line.split(' ')[1])),
      );
      expect(acknowledged).toBeGreaterThan(opened);
    }
    const log = await LmdbEventLog.open(path);
    const tip = await log.tip();
    expect(tip.sequence).toBeGreaterThanOrEqual(acknowledged);
    const placed = await collect(log);
    expect(placed[placed.length - 1].position.sequence).toBe(tip.sequence);
    await log.close();
  });
});

describe('another thread', () => {
  it('follows what is durable, woken by messages, and the writer outlives its end', async () => {
    const path = join(temporaryFolder(), 'data');
    const chain = sampleChain({ frames: 60, payloadBytes: (index) => index * 200 });
    const log = await LmdbEventLog.open(path);
    await appendAll(log, chain.slice(0, 10));
    const threads = [0, 1].map(() => {
      const worker = new Worker(join(__dirname, 'following-thread.js'), { workerData: { folder: path } });
      const seen: number[] = [];
      worker.on('message', (message) => message !== 'open' && seen.push(message));
      return { worker, seen, opened: new Promise((resolve) => worker.once('message', resolve)) };
    });
    await Promise.all(threads.map(({ opened }) => opened));
    for (const frame of chain.slice(10)) {
      await log.append(frame);
      for (const { worker } of threads) worker.postMessage('wake');
    }
    const sequences = chain.map(lastSequence);
    const before = performance.now();
    while (threads.some(({ seen }) => seen.length < chain.length) && performance.now() - before < 5000) await pause(5);
    for (const { seen } of threads) expect(seen).toEqual(sequences);
    threads[0].worker.postMessage('end');
    await Promise.all([
      new Promise((resolve) => threads[0].worker.once('exit', resolve)),
      threads[1].worker.terminate(),
    ]);
    await appendAll(log, sampleChain({ frames: 3, after: chain[59] }));
    expect(await collect(log)).toHaveLength(63);
    await log.close();
    const again = await LmdbEventLog.open(path);
    expect(await collect(again)).toHaveLength(63);
    await again.close();
  });
});

describe('a disk that is full', () => {
  /** A real small disk, where this user may mount one. */
  function smallDisk(path: string, megabytes: number): boolean {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  }

  const mayMount = process.platform === 'linux' && process.getuid?.() === 0;
  (mayMount ? it : it.skip)(
    'acknowledges nothing false, says so, and goes on when there is room (needs root to mount)',
    async () => {
      const disk = temporaryFolder();
      if (!smallDisk(disk, 20)) return; // root without the right to mount: the next test fills a file instead
      try {
        const path = join(disk, 'data');
        let log = await LmdbEventLog.open(path);
        const chain = sampleChain({ frames: 250, payloadBytes: () => 60_000 });
        let acknowledged = 0;
        let failure: unknown;
        for (const frame of chain) {
          try {
            await log.append(frame);
            acknowledged += 1;
          } catch (error) {
            failure = error;
            break;
          }
        }
        expect(failure).toBeInstanceOf(LogUnavailable);
        expect(failure).toMatchObject({ code: 'LOG_UNAVAILABLE', reason: 'disk full' });
        expect(acknowledged).toBeGreaterThan(10);
        await expect(log.append(chain[acknowledged])).rejects.toMatchObject({
          reason: 'failed before',
          cause: failure,
        });
        expect(await collect(log)).toHaveLength(acknowledged);
        await log.close();

        await expect(LmdbEventLog.open(path)).rejects.toMatchObject({ reason: 'disk full' });

        execFileSync('mount', ['-o', 'remount,size=60m', disk]);
        log = await LmdbEventLog.open(path);
        const { place } = await log.tip();
        expect(place).toBeGreaterThanOrEqual(acknowledged);
        await appendAll(log, chain.slice(place));
        expect(await collect(log)).toHaveLength(250);
        await log.close();
      } finally {
        execFileSync('umount', ['-l', disk]);
      }
    },
  );

  it('or a write that the system cuts short otherwise ends the log by name, with what was acknowledged', async () => {
    const path = join(temporaryFolder(), 'data');
    const child = start('append', path, ['/bin/bash', '-c', 'ulimit -f 3000; exec "$0" "$@"']);
    expect(await child.line('ended')).toContain('LOG_UNAVAILABLE');
    await child.ended();
    const acknowledged = child.lines.filter((line) => line.startsWith('ack'));
    expect(acknowledged.length).toBeGreaterThan(10);
    const log = await LmdbEventLog.open(path);
    expect(`acknowledged ${(await log.tip()).sequence}`).toBe(acknowledged.pop());
    await log.close();
  });

  it('fails all that is on its way, in order, and writes none of it', async () => {
    const path = join(temporaryFolder(), 'data');
    const log = await LmdbEventLog.open(path);
    const chain = sampleChain({ frames: 6 });
    await appendAll(log, chain.slice(0, 2));
    const { env } = log as unknown as { env: { batch: () => Promise<never> } };
    const cause = Object.assign(new Error('No space left on device'), { code: 28 });
    env.batch = () => Promise.reject(cause);
    const outcomes = await Promise.allSettled(chain.slice(2).map((frame) => log.append(frame)));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'LOG_UNAVAILABLE', reason: 'disk full', cause },
      });
    }
    await log.close();
    const again = await LmdbEventLog.open(path);
    expect(await collect(again)).toHaveLength(2);
    await again.close();
  });
});

describe('backup', () => {
  it('is a folder that starts, taken while appends go on, and goes on by itself', async () => {
    const [path, to] = [join(temporaryFolder(), 'data'), join(temporaryFolder(), 'backups/today')];
    const chain = sampleChain({ frames: 150, payloadBytes: (index) => (index * 97) % 9000 });
    const log = await LmdbEventLog.open(path, { market: 'west' });
    await appendAll(log, chain.slice(0, 60));
    const appending = appendAll(log, chain.slice(60));
    const tip = await log.backup(to);
    await appending;
    expect(tip.place).toBeGreaterThanOrEqual(60);
    await expect(log.backup(to)).rejects.toMatchObject({ code: 'NOT_OUR_FOLDER' });

    const copy = await LmdbEventLog.open(to, { market: 'west' });
    expect(positionToJson(await copy.tip())).toEqual(positionToJson(tip));
    const bytes = (frames: Frame[]): string[] =>
      frames.map((frame) => Buffer.from(encodeFrame(frame)).toString('base64'));
    expect(bytes((await collect(copy)).map(({ frame }) => frame))).toEqual(bytes(chain.slice(0, tip.place)));
    await appendAll(copy, chain.slice(tip.place));
    expect(await collect(copy)).toHaveLength(150);
    await copy.close();
    expect(await collect(log)).toHaveLength(150);
    await log.close();
  });

  it('is refused into a folder that has something in it', async () => {
    const path = join(temporaryFolder(), 'data');
    const log = await LmdbEventLog.open(path);
    const to = temporaryFolder();
    mkdirSync(join(to, 'photos'));
    await expect(log.backup(to)).rejects.toMatchObject({
      code: 'NOT_OUR_FOLDER',
      message: expect.stringContaining('photos'),
    });
    await log.close();
  });
});

describe('a long log', () => {
  it('opens in milliseconds: ten million records in twenty thousand frames', async () => {
    const path = join(temporaryFolder(), 'data');
    const chain = sampleChain({ frames: 20_000, payloadBytes: () => 16, records: () => 500 });
    let log = await LmdbEventLog.open(path);
    for (let at = 0; at < chain.length; at += 2000) {
      await Promise.all(chain.slice(at, at + 2000).map((frame) => log.append(frame)));
    }
    await log.close();
    const times: number[] = [];
    for (let round = 0; round < 5; round++) {
      const before = performance.now();
      log = await LmdbEventLog.open(path);
      expect((await log.tip()).sequence).toBe(10_000_000);
      times.push(performance.now() - before);
      await log.close();
    }
    expect(Math.min(...times)).toBeLessThan(150);

    const reader = await LmdbLogReader.open(path);
    const from = await reader.locate(9_999_000);
    expect((await collect(reader, from)).map(({ position }) => position.sequence)).toEqual([
      9_999_000, 9_999_500, 10_000_000,
    ]);
    const before = process.memoryUsage();
    let records = 0;
    for await (const { frame } of reader.read(originPosition())) records += frame.recordCount;
    expect(records).toBe(10_000_000);
    expect(process.memoryUsage().heapUsed - before.heapUsed).toBeLessThan(100e6);
    await reader.close();
    expect(statSync(join(path, 'log/data.mdb')).size).toBeLessThan(20e6);
  });
});
