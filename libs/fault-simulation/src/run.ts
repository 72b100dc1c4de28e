// One run: the opening, the steps of a plan (or some of them), and the end, at which everything is healed, settled and checked
// once more.

import { SECOND_US, type Command } from '@tokenbourse/domain';

import { Chance } from './chance';
import { compareStates, compareTold, isAtRest, isSettled } from './checks';
import { commandOf, otherThan } from './commands';
import type { Exchange, Planted } from './exchange';
import { planFault } from './faults';
import { openingCommands } from './opening';
import type { Plan, Step } from './steps';
import type { Tally } from './tally';
import { World, type Found } from './world';

export interface RunResult {
  /** Undefined when nothing is wrong. */
  readonly found: Found | undefined;
  readonly tally: Tally;
  /** Id of the log's last frame and hash of the state: the same seed and steps give the same. */
  readonly digest: string;
}

const PATIENCE_US = 20 * 60 * SECOND_US;
/** No planned crash lies farther ahead, and no start after it. */
const LAST_CRASHES_US = 4 * SECOND_US;
const CLIENT_PATIENCE_US = 60 * SECOND_US;
const FLOOD = 300;

/** @param indexes which of the plan's steps; all without it */
export async function runPlan(plan: Plan, planted: Planted = {}, indexes?: readonly number[]): Promise<RunResult> {
  const world = new World(plan, planted);
  const run = new Run(world);
  const chosen = indexes === undefined ? plan.steps : indexes.map((index) => plan.steps[index]!);
  try {
    await run.play(chosen);
  } catch (error) {
    world.find('exception', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  const { tally, witness } = world;
  tally.seeds = 1;
  tally.steps = chosen.length;
  tally.records = witness.sequence;
  tally.events = witness.events;
  tally.trades = witness.trades;
  tally.windowsSettled = witness.windowsEnded;
  for (let i = 0; i < witness.clocksConfirmed; i++) tally.met('clocks confirmed');
  const digest = `${witness.tipId} ${witness.stateHash()}`;
  return { found: world.found, tally, digest };
}

class Run {
  /** Commands with an id that were made up so far. */
  private readonly made: Command[] = [];

  constructor(private readonly world: World) {}

  async play(steps: readonly Step[]): Promise<void> {
    const { world } = this;
    await this.open();
    for (const step of steps) {
      if (world.found !== undefined) return;
      await this.perform(step);
    }
    world.step = world.plan.steps.length;
    world.chance = new Chance(world.plan.seed ^ 0x7f4a_7c15);
    if (world.found === undefined) await this.finish();
  }

  private async open(): Promise<void> {
    const { world } = this;
    const { clients } = world;
    world.startAfter(0);
    await this.until('the first start', () => world.isUp());
    for (const command of openingCommands(world.plan.seed)) {
      world.send(command);
      await this.until('the opening', () => clients.waitingCount === 0 && clients.attempts.at(-1)?.command === command);
    }
    await world.pass(SECOND_US);
  }

  private async perform(step: Step): Promise<void> {
    const { world } = this;
    const { draws, kind } = step;
    const [a = 0, b = 0, , , , , , h = 0] = draws;
    world.step = step.index;
    // Its chance depends on the step alone: leaving others out changes little of it.
    world.chance = new Chance((world.plan.seed ^ Math.imul(step.index + 1, 0x9e37_79b1)) | 0);
    if (kind === 'pass') await world.pass(a % 20_000);
    else if (kind === 'wait') await world.pass((a % 5_000) * 1_000);
    else if (kind === 'idle') await world.pass((a % 900) * SECOND_US);
    else if (kind === 'restart') {
      if (a % 3 === 0) await this.failWhileStopping(`c${step.index}`);
      await this.restart();
    } else if (kind === 'again' || kind === 'reuse') this.repeat(kind === 'reuse', a, b);
    else if (kind === 'flood') this.flood(step);
    else if (!planFault(world, step)) {
      // Most clients wait until somebody listens.
      if (!world.isUp() && h % 4 !== 0) await world.pass(CLIENT_PATIENCE_US, () => world.isUp());
      this.submit(step, `c${step.index}`);
    }
    if (world.checkDue) await this.check();
  }

  private async finish(): Promise<void> {
    const { world } = this;
    await this.heal();
    // What nobody knows the outcome of is asked again, under its id.
    const doubtful = world.clients.attempts.filter(
      ({ told, command }) => (told === 'unknown' || told === 'unanswered') && command.command_id !== '',
    );
    for (const { command } of doubtful) {
      world.send(command);
      await this.until('an answer to a command asked again', () => world.clients.waitingCount === 0);
    }
    await this.check();
    await this.restart();
    await this.heal();
    await this.check();
  }

  /** All faults end, somebody confirms the clock, and every command is answered in the end. */
  private async heal(): Promise<void> {
    const { world } = this;
    world.faults.clear();
    world.medium.capacity = Infinity;
    // A crash that was planned for an instant still comes.
    await world.pass(LAST_CRASHES_US);
    await this.until('a start', () => world.isUp());
    const stateNow = (): string => world.exchange?.sequencer.status().state ?? '';
    await this.until('writing, or a doubt', () => ['WRITING', 'CLOCK_IN_DOUBT'].includes(stateNow()));
    if (stateNow() === 'CLOCK_IN_DOUBT') world.confirmClock(0);
    await this.until('writing', () => stateNow() === 'WRITING');
    await this.until('an answer to every command', () => world.clients.waitingCount === 0);
  }

  private async until(what: string, done: () => boolean): Promise<void> {
    const { world } = this;
    if (world.found !== undefined) return;
    await world.pass(PATIENCE_US, done);
    if (done() || world.found !== undefined) return;
    const status = world.exchange?.sequencer.status();
    world.find('patience', `waited in vain for ${what}: ${status?.state ?? 'no exchange'} ${status?.reason ?? ''}`);
  }

  private submit(step: Step, id: string): void {
    const command = this.make(step, id);
    if (command === undefined) return;
    const [, , , , , , , h = 0] = step.draws;
    this.world.send(command, h % 3 === 0 ? h % 3_000 : h % 50 === 1 ? h * 10 : 0);
  }

  private make(step: Step, id: string): Command | undefined {
    const { world } = this;
    const { auditor } = world.witness;
    const command = commandOf(step, id, auditor.books, world.time.wallUs());
    if (command?.command_id) this.made.push(command);
    return command;
  }

  /** Sends a command once more, or another one under its id. */
  private repeat(asOther: boolean, a: number, b: number): void {
    const { world, made } = this;
    // Mostly one of the last: the old ones have been forgotten by the market too.
    const recent = b % 4 === 0 ? made.length : Math.min(made.length, 12);
    const command = made[made.length - 1 - (a % Math.max(1, recent))];
    if (command === undefined) return;
    world.tally.met(asOther ? 'ids used for another command' : 'commands repeated');
    world.send(asOther ? otherThan(command, a) : command, b % 2_000);
  }

  /** Many orders at once, in half of the cases from one sender: more than an inbox holds, and more than a record may cancel. */
  private flood(step: Step): void {
    const [a = 0, b = 0, c = 0] = step.draws;
    const together: Command[] = [];
    for (let i = 0; i < FLOOD; i++) {
      const draws = step.draws.map((draw, place) =>
        place === 0 ? draw : place === 1 ? b : (draw + i * (c + place)) % 999_983,
      );
      const kind = i % 16 === 15 ? 'cancel' : 'place';
      const one: Step = { ...step, kind, draws: [...draws.slice(0, 7), i * 3] };
      const id = `c${step.index}-${i}`;
      if (a % 2 === 0) this.submit(one, id);
      else {
        const command = this.make(one, id);
        if (command !== undefined) together.push(command);
      }
    }
    if (together.length > 0) this.world.sendTogether(together);
  }

  /** The log refuses while a command is on its way and the exchange is about to stop. */
  private async failWhileStopping(command_id: string): Promise<void> {
    const { world } = this;
    for (let i = 0; i < 6; i++) world.faults.refuse({ area: 'log', operation: 'flush', how: 'nothing', after: 0 });
    world.send({ type: 'Ping', command_id, token: 1 });
    await world.pass(1);
  }

  /** A clean stop and a new start. */
  private async restart(): Promise<void> {
    const { world } = this;
    const { exchange } = world;
    if (exchange === undefined) return;
    let stopped: Awaited<ReturnType<Exchange['stop']>> | undefined;
    exchange.stop().then(
      (result) => (stopped = result),
      (error: unknown) => world.find('stop', `it does not stop cleanly: ${String(error)}`),
    );
    await this.until('a clean stop', () => stopped !== undefined || !exchange.life.alive);
    if (stopped === undefined || !exchange.life.alive) return;
    world.tally.met('clean stops');
    this.judgeStop(stopped);
    world.hangUp(exchange.life);
    world.startAfter(SECOND_US);
    await this.until('a start', () => world.isUp());
  }

  private judgeStop({ writer, follower }: Awaited<ReturnType<Exchange['stop']>>): void {
    const { world } = this;
    const { witness, clients } = world;
    if (clients.waitingCount > 0) world.find('stop', `${clients.waitingCount} callers were left without an answer`);
    if (writer === '') return; // the log refused to the end: there was no state left
    const replayed = witness.stateHash();
    if (writer !== replayed) world.find('state hash', `at a clean stop ${writer}, replayed ${replayed}`);
    if (follower !== undefined && follower !== replayed)
      world.find('follower', `its state is ${follower}, replayed ${replayed}`);
  }

  /** Once all has come to rest for a moment; a process that ends before that is not waited for. */
  private async check(): Promise<void> {
    const { world } = this;
    const { exchange } = world;
    const mayNot = (): boolean =>
      world.exchange !== exchange || exchange?.sequencer.status().state === 'CLOCK_IN_DOUBT';
    await world.pass(10 * SECOND_US, () => isSettled(world) || mayNot());
    compareTold(world);
    if (world.found !== undefined || !isAtRest(world)) return;
    world.checkDue = false;
    await compareStates(world);
  }
}
