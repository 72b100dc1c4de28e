/** Why a data folder is refused: one class per case, each with a stable `code` and a message that says what was found and what would be right. */
import { LogError } from '@tokenbourse/log';

export class NotAFolder extends LogError {
  readonly code = 'NOT_A_FOLDER';

  constructor(readonly path: string) {
    super(`${path} is not a folder; name a folder, which is made if it is missing`);
  }
}

export class NotOurFolder extends LogError {
  readonly code = 'NOT_OUR_FOLDER';

  constructor(
    readonly path: string,
    readonly found: string,
  ) {
    super(
      `${path} is not a Tokenbourse data folder: ${found}; name an empty or a missing folder, or one that Tokenbourse made`,
    );
  }
}

export class NoDataFolder extends LogError {
  readonly code = 'NO_DATA_FOLDER';

  constructor(
    readonly path: string,
    what: string,
  ) {
    super(`${path} ${what}; name a data folder that a started exchange has made`);
  }
}

export class NewerVersion extends LogError {
  readonly code = 'NEWER_VERSION';

  constructor(
    readonly path: string,
    readonly found: number,
    readonly supported: number,
  ) {
    super(`${path} has format version ${found}, this build knows versions up to ${supported}; use the newer build`);
  }
}

export class MarketMismatch extends LogError {
  readonly code = 'MARKET_MISMATCH';

  constructor(
    readonly path: string,
    readonly found: string,
    readonly wanted: string,
  ) {
    super(`${path} holds market "${found}", not "${wanted}"; name that market or another folder`);
  }
}

export class NoPermission extends LogError {
  readonly code = 'NO_PERMISSION';

  constructor(
    readonly path: string,
    readonly action: 'read' | 'write' | 'create',
    cause?: unknown,
  ) {
    super(`no permission to ${action} ${path}; give user ${process.getuid?.() ?? process.env.USERNAME} that right`, {
      cause,
    });
  }
}

export class FolderInUse extends LogError {
  readonly code = 'FOLDER_IN_USE';

  constructor(
    readonly path: string,
    readonly pid: number,
    readonly since: string,
    readonly host: string,
  ) {
    super(
      `${path} is in use by process ${pid} on ${host} since ${since}; a market has one writer: stop that process, or name another folder`,
    );
  }
}

/** The log's file itself is damaged: what its pages say can't be true. Frames that are damaged inside are `FrameDamaged`. */
export class LogDamaged extends LogError {
  readonly code = 'LOG_DAMAGED';

  /** @param where the page or byte range, in words */
  constructor(
    readonly file: string,
    readonly where: string,
    readonly what: string,
    cause?: unknown,
  ) {
    super(
      `${file} is damaged, ${where}: ${what}; restore it from a backup`,
      cause === undefined ? undefined : { cause },
    );
  }
}

/** The error as `NoPermission` when it is one of the system's refusals, else as it is. */
export function namePermission(error: unknown, path: string, action: 'read' | 'write' | 'create'): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? new NoPermission(path, action, error) : error;
}
