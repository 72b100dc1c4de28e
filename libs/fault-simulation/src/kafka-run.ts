// One run against the simulated Kafka: the opening, the steps of a plan (or some of them), and the end, at which all faults are
// over, every command is answered, and everything is compared.

import { SECOND_US, type Command } from '@tokenbourse/domain';

import { Chance } from './chance';
import { commandOf, otherThan } from './commands';
import { compareCluster, compareToldByRelays, isLevel } from './kafka-checks';
import { doFault } from './kafka-faults';
import type { KafkaPlanted } from './kafka-nodes';
import { commandStep, type KafkaPlan, type KafkaStep } from './kafka-steps';
import type { KafkaTally } from './kafka-tally';
import { KafkaWorld } from './kafka-world';
import { openingCommands } from './opening';
import { shrinkSteps, type Patience, type Shrunk } from './shrink';
import type { Found } from './world';

export interface KafkaRunResult {
  readonly found: Found | undefined;
  readonly tally: KafkaTally;
  /** Id of the last frame that counts and hash of the state. */
  readonly digest: string;
}

const PATIENCE_US = 10 * 60 * SECOND_US;
/** No planned fault lasts longer. */
const FAULTS_END_US = 45 * SECOND_US;

/** @param indexes which of the plan's steps; all without it */
export async function runKafkaPlan(
  plan: KafkaPlan,
  planted: KafkaPlanted = {},
  indexes?: readonly number[],
): Promise<KafkaRunResult> {
  const world = new KafkaWorld(plan, planted);
  const steps = indexes === undefined ? plan.steps : indexes.map((index) => plan.steps[index]!);
  try {
    await new KafkaRun(world).play(steps);
  } catch (error) {
    world.find('exception', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  const { tally, witness } = world;
  Object.assign(tally, { seeds: 1, steps: steps.length, records: witness.sequence, trades: witness.trades });
  return { found: world.found, tally, digest: `${witness.tipId} ${witness.stateHash()}` };
}

export function shrinkKafka(plan: KafkaPlan, planted: KafkaPlanted, first: Found, patience: Patience): Promise<Shrunk> {
  const runOf = async (steps: readonly number[]): Promise<Found | undefined> =>
    (await runKafkaPlan(plan, planted, steps)).found;
  return shrinkSteps(plan.steps.length, runOf, first, patience);
}

class KafkaRun {
  private readonly made: Command[] = [];

  constructor(private readonly world: KafkaWorld) {}

  async play(steps: readonly KafkaStep[]): Promise<void> {
    const { world } = this;
    for (const node of world.nodes) node.start();
    for (const command of openingCommands(world.plan.seed)) await this.sendSurely(command);
    for (const step of steps) {
      if (world.found !== undefined) return;
      await this.perform(step);
    }
    world.step = world.plan.steps.length;
    world.chance = new Chance(world.plan.seed ^ 0x7f4a_7c15);
    await this.finish();
  }

  private async perform(step: KafkaStep): Promise<void> {
    const { world } = this;
    const { kind, draws, index } = step;
    const [a = 0, b = 0, c = 0, , , , , h = 0] = draws;
    world.step = index;
    // Its chance depends on the step alone: leaving others out changes little of it.
    world.chance = new Chance((world.plan.seed ^ Math.imul(index + 1, 0x9e37_79b1)) | 0);
    if (kind === 'pass') return world.pass(a % 50_000);
    if (kind === 'wait') return world.pass((a % 6_000) * 1_000);
    if (kind === 'idle') return world.pass((a % 300) * SECOND_US);
    if (doFault(world, step)) return;
    const delayUs = h % 3 === 0 ? h % 5_000 : 0;
    if (kind === 'confirm') world.send(this.confirmation(`c${index}`), a);
    else if (kind === 'again' || kind === 'reuse') {
      const recent = this.made[this.made.length - 1 - (a % Math.max(1, Math.min(this.made.length, 12)))];
      if (recent !== undefined) world.send(kind === 'reuse' ? otherThan(recent, a) : recent, c, delayUs);
    } else {
      const command = commandOf(commandStep(step), `c${index}`, world.witness.auditor.books, world.time.wallUs());
      if (command === undefined) return;
      if (command.command_id !== '') this.made.push(command);
      world.send(command, b + c, delayUs);
    }
  }

  private confirmation(command_id: string): Command {
    return { type: 'ConfirmClock', command_id, wall_us: this.world.time.wallUs() };
  }

  private async finish(): Promise<void> {
    const { world } = this;
    await this.heal();
    // What nobody was told the outcome of is asked again, under its id.
    const open = world.clients.attempts.filter(({ told }) => ['unknown', 'unanswered', 'pending'].includes(told));
    const asked = new Set(open.map(({ command }) => command).filter(({ command_id }) => command_id !== ''));
    for (const command of asked) await this.sendSurely(command);
    await this.until('all processes level', () => isLevel(world));
    if (world.found !== undefined) return;
    compareToldByRelays(world);
    await compareCluster(world);
  }

  /** All faults end, the clocks are right, and somebody confirms them. */
  private async heal(): Promise<void> {
    const { world } = this;
    const { broker, nodes } = world;
    broker.troubled = 0;
    for (const { disk } of world.engines) disk.clear();
    await world.pass(FAULTS_END_US);
    for (const node of nodes) node.setClock(0);
    await this.sendSurely(this.confirmation('the end'));
    await this.until('an answer to every command', () => world.clients.waitingCount === 0);
  }

  /** Sends it, again and again if need be, until it is acknowledged. */
  private async sendSurely(command: Command): Promise<void> {
    const { world } = this;
    const { attempts } = world.clients;
    for (let tries = 0; tries < 20 && world.found === undefined; tries++) {
      const from = attempts.length;
      const given = command.type === 'ConfirmClock' ? this.confirmation(`${command.command_id} ${tries}`) : command;
      world.send(given, tries);
      const mine = () => attempts.slice(from).find((attempt) => attempt.command === given);
      await world.pass(70 * SECOND_US, () => ![undefined, 'waiting'].includes(mine()?.told));
      if (mine()?.told === 'acknowledged') return;
      await world.pass(2 * SECOND_US);
    }
    if (world.found === undefined) this.inVain(`an outcome of ${command.type} ${command.command_id}`);
  }

  private async until(what: string, done: () => boolean): Promise<void> {
    const { world } = this;
    for (let us = 0; us < PATIENCE_US && world.found === undefined; us += SECOND_US / 4) {
      if (done()) return;
      await world.pass(SECOND_US / 4);
    }
    if (world.found === undefined) this.inVain(what);
  }

  private inVain(what: string): void {
    const { engines, relays, witness } = this.world;
    const roles = [...engines.map(({ engine }) => engine?.status()), ...relays.map(({ relay }) => relay?.status())];
    this.world.find('patience', `waited in vain for ${what} at record ${witness.sequence}: ${JSON.stringify(roles)}`);
  }
}
