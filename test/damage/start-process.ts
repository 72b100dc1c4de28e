// A process that starts folders on demand, so that a start which ends its process is an outcome like any other.

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { compiled } from '../support/compiled';
import { startOn, type StartOutcome } from './start';

/** The process was ended by a signal in the midst of a start. */
export interface StartCrash {
  readonly crashed: string;
}

export class StartProcess {
  private child: ChildProcess | undefined;

  async startOn(folder: string): Promise<StartOutcome | StartCrash> {
    this.child ??= fork(compiled('test/damage/start-process'), { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const { child } = this;
    const answered = once(child, 'message').then(([outcome]) => outcome as StartOutcome);
    const ended = once(child, 'exit').then(([code, signal]) => ({ crashed: String(signal ?? code) }));
    child.send(folder);
    const outcome = await Promise.race([answered, ended]);
    if ('crashed' in outcome) this.child = undefined;
    else child.removeAllListeners();
    return outcome;
  }

  end(): void {
    this.child?.kill();
  }
}

if (require.main === module) {
  process.on('message', (folder: string) => {
    void startOn(folder).then((outcome) => process.send!(outcome));
  });
}
