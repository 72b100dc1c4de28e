/** Plain reads of a file that may end too early; says where it does. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { LogDamaged, namePermission } from './folder-errors';

export class FileBytes {
  private constructor(
    readonly path: string,
    private readonly fd: number,
  ) {}

  /** @returns undefined when there is no such file, or nothing in it */
  static open(path: string): FileBytes | undefined {
    let fd: number;
    try {
      fd = openSync(path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw namePermission(error, path, 'read');
    }
    const file = new FileBytes(path, fd);
    if (file.size > 0) return file;
    file.close();
    return undefined;
  }

  get size(): number {
    return fstatSync(this.fd).size;
  }

  /** Names the file whatever its path; a copy has another name. */
  get identity(): string {
    return String(fstatSync(this.fd, { bigint: true }).ino);
  }

  /** @throws LogDamaged when the file ends before that */
  read(at: number, length: number, where: string): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    const got = readSync(this.fd, bytes, 0, length, at);
    if (got < length) throw this.damaged(where, `the file ends at byte ${at + got}: truncated`);
    return bytes;
  }

  damaged(where: string, what: string): LogDamaged {
    return new LogDamaged(this.path, where, what);
  }

  close(): void {
    closeSync(this.fd);
  }
}
