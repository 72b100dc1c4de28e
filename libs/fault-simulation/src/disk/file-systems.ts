// The simulated disk under the names of node's own functions: what snapshots and saved read models ask of a file system.

import type { ModelFileHandle, ModelFileSystem } from '@tokenbourse/projections';
import type { SnapshotFileSystem } from '@tokenbourse/sequencer';

import type { DiskPort } from './disk-port';
import type { StoredFile } from './medium';

/** A file, or a folder by its name. */
type Opened = StoredFile | string;

/** Snapshots are written without waiting: an operation takes no time, but may be the last. */
export function snapshotFileSystem(port: DiskPort): SnapshotFileSystem {
  const { medium } = port;
  const opened: Opened[] = [];
  const at = new Map<StoredFile, number>();
  const fileOf = (handle: number): StoredFile => opened[handle] as StoredFile;
  return {
    mkdirSync: () => undefined,
    readdirSync: (folder) => medium.names(folder),
    readFileSync: (file) => Buffer.from(medium.file(file).seen.view()),
    openSync(file, flags) {
      if (flags === 'r') return opened.push(file) - 1;
      port.nameNow('snapshots', () => void medium.create(file));
      return opened.push(medium.file(file)) - 1;
    },
    writeSync(handle, bytes, from) {
      const file = fileOf(handle);
      const place = at.get(file) ?? 0;
      port.writeNow('snapshots', file, place, bytes.subarray(from));
      at.set(file, place + bytes.length - from);
      return bytes.length - from;
    },
    fsyncSync(handle) {
      const file = opened[handle]!;
      if (typeof file === 'string') port.nameNow('snapshots', () => medium.flushNames(file));
      else port.flushNow('snapshots', file);
    },
    closeSync: () => undefined,
    renameSync: (from, to) => port.nameNow('snapshots', () => medium.rename(from, to)),
    rmSync: (file) => port.nameNow('snapshots', () => medium.remove(file)),
  };
}

export function modelFileSystem(port: DiskPort): ModelFileSystem {
  const { medium } = port;
  return {
    mkdir: () => Promise.resolve(),
    readdir: (folder) => port.answer(() => medium.names(folder)),
    async open(file, flags) {
      if (flags === 'w') await port.name('models', () => void medium.create(file));
      const isFolder = flags === 'r' && !medium.has(file);
      return isFolder ? folderHandle(port, file) : fileHandle(port, medium.file(file));
    },
    rename: (from, to) => port.name('models', () => medium.rename(from, to)),
    rm: (file) => port.name('models', () => medium.remove(file)),
  };
}

function fileHandle(port: DiskPort, file: StoredFile): ModelFileHandle {
  let readTo = 0;
  return {
    appendFile: (bytes) => port.write('models', file, file.seen.length, bytes),
    read: (into, at, length) =>
      port.answer(() => {
        const bytes = file.seen.view().subarray(readTo, readTo + length);
        into.set(bytes, at);
        readTo += bytes.length;
        return { bytesRead: bytes.length };
      }),
    sync: () => port.flush('models', file),
    close: () => Promise.resolve(),
  };
}

function folderHandle(port: DiskPort, folder: string): ModelFileHandle {
  const refuse = (): never => {
    throw new Error(`${folder} is a folder`);
  };
  return {
    appendFile: refuse,
    read: refuse,
    sync: () => port.name('models', () => port.medium.flushNames(folder)),
    close: () => Promise.resolve(),
  };
}
