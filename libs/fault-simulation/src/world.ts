// The world around the exchange: disk, clocks, clients and witness, which outlive every process; and the operator, who starts
// the next process when one has ended.

import { HOUR_US, SECOND_US, type Command } from '@tokenbourse/domain';
import { FrameDamaged } from '@tokenbourse/log';
import { DEFAULT_RETENTION, type Retention } from '@tokenbourse/projections';

import { Chance } from './chance';
import { Clients } from './clients';
import { Damage } from './damage';
import { DiskFaults, type Area, type PlannedCut, type Refusal } from './disk/disk-faults';
import { DiskPort } from './disk/disk-port';
import { Medium } from './disk/medium';
import { Exchange, isPassing, type Planted } from './exchange';
import { WORLD_BEGINS_US } from './opening';
import type { Plan } from './steps';
import { Tally, type FaultName } from './tally';
import { Trust } from './trust';
import { Life, VirtualTime } from './virtual-time';
import { Witness } from './witness';

/** What must not be, and was found. */
export interface Found {
  readonly check: string;
  readonly what: string;
  /** Step in which it came up; −1 in the opening, the number of steps at the end. */
  readonly step: number;
}

/** Short, so that a run of a few hours forgets too. */
const RETENTION: Retention = { ...DEFAULT_RETENTION, settled_contract_us: HOUR_US / 2, settled_contracts: 40 };
const RETRY_US = SECOND_US;
/** How long nobody listens after a crash. */
const DOWN_US = [50_000, 50_000, SECOND_US, SECOND_US, 20 * SECOND_US, 9 * 60 * SECOND_US];

export class World {
  readonly medium = new Medium();
  readonly faults = new DiskFaults();
  readonly time = new VirtualTime(WORLD_BEGINS_US);
  readonly tally = new Tally();
  readonly trust = new Trust(this.time);
  readonly damage = new Damage(this.medium);
  readonly clients: Clients;
  readonly witness: Witness;
  chance: Chance;
  step = -1;
  found: Found | undefined;
  /** The process that listens; undefined while none does. */
  exchange: Exchange | undefined;
  /** A process has begun, or its writer has: what it came to is to be compared. */
  checkDue = false;
  private life: Life | undefined;
  private wasInDoubt = false;
  private sentLast = -1;
  private created = 0;

  constructor(
    readonly plan: Plan,
    private readonly planted: Planted,
  ) {
    this.chance = new Chance(plan.seed);
    const { tally } = this;
    this.clients = new Clients({
      inboxFull: () => tally.met('inboxes full'),
      turnedAway: () => tally.met('commands turned away'),
      unanswered: () => tally.met('commands unanswered'),
      unexpected: (error) => this.find('answers', `a client was told ${String(error)}`),
    });
    this.witness = new Witness(this.medium, RETENTION, this.find, (lastStampUs) => this.trust.latestUs(lastStampUs));
  }

  /** The first thing found ends the run. */
  find = (check: string, what: string): void => {
    this.found ??= { check, what, step: this.step };
  };

  isUp(): boolean {
    return this.exchange !== undefined;
  }

  private noteClock(): void {
    const isInDoubt = this.exchange?.sequencer.status().state === 'CLOCK_IN_DOUBT';
    if (isInDoubt && !this.wasInDoubt) this.tally.met('clocks in doubt');
    this.wasInDoubt = isInDoubt;
  }

  /** Lets time pass, to the end or until `done`; the witness then knows what is in the log. */
  async pass(us: number, done: () => boolean = () => false): Promise<void> {
    await this.time.run(this.time.nowUs + us, () => this.found !== undefined || done());
    await this.witness.catchUp();
    this.noteClock();
  }

  /** Sends a command after the time that it takes on its way. */
  send(command: Command, delayUs = 0): void {
    this.sendTogether([command], delayUs);
  }

  sendTogether(commands: readonly Command[], delayUs = 0): void {
    const number = this.created++;
    this.time.after(delayUs, () => {
      if (number < this.sentLast) this.tally.met('commands overtaken');
      this.sentLast = Math.max(this.sentLast, number);
      this.tally.commands += commands.length;
      if (commands[0]!.type === 'ConfirmClock' && this.exchange !== undefined) this.trust.confirm();
      this.clients.send(commands, this.exchange?.gateway, this.life!);
    });
  }

  confirmClock(delayUs: number, command_id = ''): void {
    this.time.after(delayUs, () => this.send({ type: 'ConfirmClock', command_id, wall_us: this.time.wallUs() }));
  }

  /** Ends the process at once, if one lives, and has the next one started. */
  end(power: boolean, how: FaultName): void {
    const { life, tally } = this;
    if (life?.alive !== true) return;
    if (this.exchange === undefined) tally.met('crashes during a start');
    this.hangUp(life);
    tally.met(how);
    tally.met(power ? 'power cuts' : 'processes killed');
    tally.crashes += 1;
    if (power) this.medium.cutPower(this.chance);
    this.startAfter(this.chance.pick(DOWN_US));
  }

  /** The disk as somebody outside has it, who only looks. */
  outsidePort(): DiskPort {
    return this.portOf(new Life());
  }

  /** One process at a time. */
  startAfter(us: number): void {
    if (this.life?.alive === true) throw new Error('the process before has not ended');
    this.time.after(us, () => void this.start());
  }

  /** After a clean stop. */
  hangUp(life: Life): void {
    life.alive = false;
    this.exchange = undefined;
    this.clients.hangUp(life);
  }

  private async start(): Promise<void> {
    const life = new Life();
    this.life = life;
    this.trust.restart();
    const exchange = new Exchange({
      life,
      port: this.portOf(life),
      time: this.time,
      setting: this.plan.setting,
      retention: RETENTION,
      planted: this.planted,
      onEvent: (message) => this.heard(life, message),
    });
    const failure = await exchange.start().then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    if (!life.alive) return; // it has been ended meanwhile, and the next start is under way
    if (failure !== undefined) return this.startFailed(life, failure.error);
    if (this.damage.inFrames) this.find('damage', 'the exchange started on a log with a damaged frame');
    this.exchange = exchange;
    this.checkDue = true;
    if (exchange.sequencer.status().state === 'CLOCK_IN_DOUBT' && this.chance.happens(3, 4)) {
      this.confirmClock(this.chance.between(1, 20) * SECOND_US);
    }
    for (const warning of exchange.recovery!.warnings) this.heard(life, warning);
  }

  private startFailed(life: Life, error: unknown): void {
    life.alive = false;
    if (error instanceof FrameDamaged && this.damage.inFrames) {
      this.tally.met('starts refused');
      this.damage.mendFrames();
    } else if (!isPassing(error)) this.find('start', `the exchange does not start: ${String(error)}`);
    this.startAfter(RETRY_US);
  }

  private portOf(life: Life): DiskPort {
    const { medium, time, faults } = this;
    return new DiskPort({
      medium,
      time,
      life,
      faults,
      chance: () => this.chance,
      onCut: ({ power }: PlannedCut, area, where) => this.end(power, crashName(area, where)),
      onRefusal: (area, how) => this.tally.met(refusalName(area, how)),
      onFrameFound: () => this.tally.met('frames found that nobody was told of'),
    });
  }

  /** The exchange tells its operator in words; a few of them are counted. */
  private heard(life: Life, message: string): void {
    if (!life.alive) return;
    if (message.startsWith('the writer began again')) {
      this.tally.met('writers begun again');
      this.checkDue = true;
    } else if (message.includes('is passed over')) this.tally.met('snapshots passed over');
    else if (message.includes('it is not used')) this.tally.met('read models passed over');
    else if (message.includes('the engine failed')) this.tally.met('commands that the engine fails on');
    else if (message.startsWith('the follower ended')) this.find('follower', message);
    else if (message.startsWith('the read models stopped')) this.find('read models', message);
  }
}

function crashName(area: Area, where: string): FaultName {
  if (area === 'snapshots') return 'crashes while a snapshot is written';
  if (area === 'models') return 'crashes while read models are saved';
  if (where === 'frames write before') return 'crashes before an append';
  if (where === 'frames write during') return 'crashes in the middle of a write';
  if (['frames write after', 'frames flush before', 'frames flush during'].includes(where)) {
    return 'crashes between write and flush';
  }
  return where === 'name before' ? 'crashes before an append' : 'crashes after the flush, before the answer';
}

function refusalName(area: Area, how: Refusal | 'full'): FaultName {
  if (area === 'snapshots') return 'snapshots refused';
  if (area === 'models') return 'read models not saved';
  const names = {
    nothing: 'appends refused, nothing written',
    part: 'appends refused, partly written',
    all: 'appends refused, yet written',
    full: 'appends refused, disk full',
  } as const;
  return names[how];
}
