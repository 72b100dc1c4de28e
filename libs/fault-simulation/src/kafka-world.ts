// The world of runs against a simulated Kafka: a broker, several engines, two relays, a projector, their clients and a witness.

import { HOUR_US, type Command } from '@tokenbourse/domain';
import { hex, type Position } from '@tokenbourse/log';
import { DEFAULT_RETENTION, type Retention } from '@tokenbourse/projections';

import { Chance } from './chance';
import { Clients } from './clients';
import { Broker } from './kafka-broker';
import { EngineNode, ProjectorNode, RelayNode, type KafkaPlanted, type Surroundings } from './kafka-nodes';
import type { Process } from './kafka-process';
import type { KafkaPlan } from './kafka-steps';
import { KafkaTally } from './kafka-tally';
import { KafkaWitness } from './kafka-witness';
import { WORLD_BEGINS_US } from './opening';
import { VirtualTime } from './virtual-time';
import type { Found } from './world';

const RETENTION: Retention = { ...DEFAULT_RETENTION, settled_contract_us: HOUR_US / 2, settled_contracts: 40 };

export class KafkaWorld {
  readonly time = new VirtualTime(WORLD_BEGINS_US);
  readonly tally = new KafkaTally();
  readonly broker: Broker;
  readonly clients: Clients;
  readonly witness: KafkaWitness;
  readonly engines: EngineNode[];
  readonly relays: RelayNode[];
  readonly projector: ProjectorNode;
  chance: Chance;
  step = -1;
  found: Found | undefined;
  /** Retention has cut what nobody had answered. */
  hasCut = false;
  /** Of each life of a relay: the records of commands that it was told of. */
  readonly relayed = new Map<Process, number[]>();
  /** By place: the frame that some reader counted there. */
  private readonly countedAt = new Map<number, string>();

  constructor(
    readonly plan: KafkaPlan,
    planted: KafkaPlanted,
  ) {
    const { tally } = this;
    this.chance = new Chance(plan.seed);
    this.broker = new Broker(
      this.time,
      () => this.chance,
      (fault) => tally.met(fault),
    );
    this.clients = new Clients({
      inboxFull: () => undefined,
      turnedAway: () => tally.met('commands turned away'),
      unanswered: () => undefined,
      unexpected: (error) => this.find('answers', `a client was told ${String(error)}`),
    });
    const passedOver = (): void => tally.met('frames that did not count');
    this.witness = new KafkaWitness(this.broker, RETENTION, this.find, passedOver);
    const around: Surroundings = {
      plan,
      planted,
      broker: this.broker,
      retention: RETENTION,
      chance: () => this.chance,
      counted: (position) => this.counted(position),
      onEvent: (process, message) => this.heard(process, message),
      onLetter: () => tally.met('dead letters'),
      onRefusal: () => tally.met('snapshots refused'),
      onRecord: (process, sequence) => this.hear(process, sequence),
    };
    this.engines = Array.from({ length: plan.engines }, () => new EngineNode(around));
    this.relays = ['a', 'b'].map((name) => new RelayNode(around, name));
    this.projector = new ProjectorNode(around);
  }

  get nodes(): (EngineNode | RelayNode | ProjectorNode)[] {
    return [...this.engines, ...this.relays, this.projector];
  }

  /** The first thing found ends the run. */
  find = (check: string, what: string): void => {
    this.found ??= { check, what, step: this.step };
  };

  async pass(us: number, done: () => boolean = () => false): Promise<void> {
    await this.time.run(this.time.nowUs + us, () => this.found !== undefined || done());
    await this.witness.catchUp();
  }

  /** Sends a command through one of the relays, after the time that it takes on its way. */
  send(command: Command, by: number, delayUs = 0): void {
    const node = this.relays[by % this.relays.length]!;
    this.time.after(delayUs, () => {
      const { process } = node;
      this.tally.commands += 1;
      if (!process.alive) this.clients.send([command], undefined, process);
      else process.enter(() => this.clients.send([command], node.gateway, process));
    });
  }

  /** A machine's process ends, and begins anew. */
  kill(node: EngineNode | RelayNode | ProjectorNode, downUs: number): void {
    if (!node.process.alive) return;
    node.kill();
    this.clients.hangUp(node.process);
    this.time.after(downUs, () => {
      if (!node.process.alive) node.start();
    });
  }

  private counted({ place, id }: Position): void {
    const found = hex(id);
    const known = this.countedAt.get(place);
    if (known === undefined) this.countedAt.set(place, found);
    else if (known !== found) this.find('chains', `at place ${place} one reader counts ${known}, another ${found}`);
  }

  private hear(process: Process, sequence: number): void {
    const heard = this.relayed.get(process);
    if (heard === undefined) this.relayed.set(process, [sequence]);
    else heard.push(sequence);
  }

  /** Only a snapshot that was damaged may be of no use. */
  private passedOver(process: Process, message: string): void {
    const node = this.engines.find((engine) => engine.process === process);
    if (node?.damage.hasStruck === true) this.tally.met('snapshots passed over');
    else this.find('snapshot', message);
  }

  /** What the processes tell their operators in words; a few of them are counted. */
  private heard(process: Process, message: string): void {
    if (!process.alive) return;
    const { tally } = this;
    if (message.startsWith('takes over')) tally.met('takeovers');
    else if (message.includes('were dropped before')) tally.met('commands cut by retention');
    else if (message.includes('the engine failed')) this.find('engine', message);
    else if (message.includes('set it right, or confirm it')) tally.met('clocks in doubt');
    else if (message.includes('is passed over')) this.passedOver(process, message);
    else if (message.startsWith('snapshot of record')) tally.met('snapshots taken');
    else if (message.startsWith('the follower ended')) this.find('follower', message);
    else if (message.startsWith('the read models stopped')) this.find('read models', message);
    if (message.includes("the writer's was")) this.find('digest', message);
  }
}
