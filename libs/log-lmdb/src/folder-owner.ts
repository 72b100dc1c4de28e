/** Who writes to a data folder, and whether that process still lives: a lock that survives nothing. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { threadId } from 'node:worker_threads';

/** The record kept in the log's file while a process writes to it. */
export interface FolderOwner {
  readonly pid: number;
  readonly thread: number;
  /** When the process started, in the system's own measure: a number is given to another process only later. Empty where unknown. */
  readonly started: string;
  /** The running of the machine, and the space in which `pid` counts. Empty where unknown. */
  readonly boot: string;
  readonly namespace: string;
  readonly host: string;
  /** The file that is owned: a copy of it has no owner. */
  readonly file: string;
  /** RFC 3339. */
  readonly since: string;
}

/** Files that this thread holds; tells what it holds from what an earlier try of its own has left. */
const held = new Set<string>();

export function thisOwner(file: string): FolderOwner {
  return {
    pid: process.pid,
    thread: threadId,
    started: startOf(process.pid) ?? '',
    boot: bootOf(),
    namespace: namespaceOf(),
    host: hostname(),
    file,
    since: new Date().toISOString(),
  };
}

export function holdFile(file: string): void {
  held.add(file);
}

export function letGoOfFile(file: string): void {
  held.delete(file);
}

/**
 * Whether the owner lives. `unsure` when its process can't be seen from here (another container on this machine, or a system
 * without /proc): then only the file's own table of openers can tell.
 * @param file the file that was opened, as `FolderOwner.file`
 */
export function judgeOwner(owner: FolderOwner, file: string): 'alive' | 'dead' | 'unsure' {
  if (owner.file !== file) return 'dead'; // the record was copied along with the file
  if (owner.boot !== bootOf()) return 'dead'; // LMDB's file is never shared between machines, so that one was restarted
  if (owner.namespace !== namespaceOf()) return 'unsure';
  if (owner.pid === process.pid && owner.started === (startOf(process.pid) ?? '')) {
    return owner.thread !== threadId || held.has(file) ? 'alive' : 'dead';
  }
  if (owner.started !== '') return startOf(owner.pid) === owner.started ? 'alive' : 'dead';
  return processExists(owner.pid) ? 'unsure' : 'dead';
}

/** The record in its stored form; undefined for bytes that are none. */
export function parseOwner(bytes: Uint8Array): FolderOwner | undefined {
  try {
    const owner = JSON.parse(Buffer.from(bytes).toString('utf8')) as FolderOwner | null;
    return owner && Number.isInteger(owner.pid) ? owner : undefined;
  } catch {
    return undefined;
  }
}

/** Ticks from the machine's start to the process's; undefined when there is none by that number, or only its remains. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before may hold anything
    return state === 'Z' || state === 'X' ? undefined : rest[18];
  } catch {
    return undefined;
  }
}

function bootOf(): string {
  return readOr('', () => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim());
}

function namespaceOf(): string {
  return readOr('', () => readlinkSync('/proc/self/ns/pid'));
}

function readOr(otherwise: string, read: () => string): string {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
