// Kills the real server again and again, under load and at other awkward instants, and holds its log against what the
// clients were told. The test and the soak are both this.

import { streamFor } from '@tokenbourse/agents';
import { decodeRecords } from '@tokenbourse/domain';
import { originPosition } from '@tokenbourse/log';
import { LmdbLogReader } from '@tokenbourse/log-lmdb';
import { verifyFolder } from '../../apps/operator/src/verification/verification';
import { ExchangeProcess, killStarting } from '../support/exchange-process';
import { Comparison } from './comparison';
import { Load, oneServer } from './load';
import { prepareTraders } from './market';
import { killAt, MomentDeck, type Moment } from './moments';
import { Told } from './told';

export interface KillTermsOfRun {
  readonly data: string;
  readonly times: number;
  readonly seed: number;
  readonly clients: number;
  /** Told after each kill. */
  readonly onProgress?: (count: KillCount) => void;
}

export interface KillCount {
  readonly kills: number;
  /** Kills by the moment for which they were meant. */
  readonly byMoment: Readonly<Partial<Record<Moment | 'first start', number>>>;
  /** Commands, and how often one was sent. */
  readonly commands: number;
  readonly sendings: number;
  /** Told an outcome, and those of them that the market refused. */
  readonly acknowledged: number;
  readonly refusedByMarket: number;
  /** Sendings that were refused for certain: not taken. */
  readonly notTaken: number;
  /** Commands that a kill left in doubt, and those of them that the log had. */
  readonly inDoubt: number;
  readonly inDoubtInLog: number;
  readonly records: number;
  /** Whole verifications of the folder. */
  readonly verified: number;
}

/** What the run found; the message names the seed. */
export class KillRunFailed extends Error {}

/** Snapshots and read models are saved so often that kills meet them. */
const OPTIONS = {
  args: ['--no-demo', '--snapshot-records', '150'],
  env: { TOKENBOURSE_RATE_LIMIT: '10000000' },
  startMs: 180_000, // a soak goes on for long, beside whatever else the machine does
};
/** A folder is verified whole after so many kills, and at the end. */
const VERIFY_EVERY = 50;
const FAULTS_SHOWN = 10;
/** Before a kill there are at least so many. */
const SENDINGS_PER_ROUND = 40;

/** Throws KillRunFailed with the first faults. */
export async function killRun(terms: KillTermsOfRun): Promise<KillCount> {
  return new KillRun(terms).run();
}

class KillRun {
  private readonly told = new Told();
  private readonly comparison = new Comparison(this.told);
  private readonly stream;
  private position = originPosition();
  private exchange!: ExchangeProcess;
  private load!: Load;
  private startMs = 1_000;
  private kills = 0;
  private verified = 0;
  private verifiedAt = 0;
  private readonly byMoment: Partial<Record<Moment | 'first start', number>> = {};

  constructor(private readonly terms: KillTermsOfRun) {
    this.stream = streamFor(terms.seed, 'kills');
  }

  async run(): Promise<KillCount> {
    const { terms, stream } = this;
    const deck = new MomentDeck(stream);
    try {
      await this.firstStart();
      while (this.kills < terms.times) {
        await this.round(deck.draw());
        terms.onProgress?.(this.count());
      }
      await this.end();
      return this.count();
    } finally {
      await this.exchange?.kill();
    }
  }

  /** The very first start is killed, too: a folder that is half made must become a whole one. */
  private async firstStart(): Promise<void> {
    const { data, clients, seed } = this.terms;
    const { signal } = await killStarting(data, this.stream.between(0.3, 1) * this.startMs, OPTIONS);
    this.noteKills('first start', signal === 'SIGKILL' ? 1 : 0);
    await this.start();
    this.load = new Load(await prepareTraders(this.exchange, clients, seed), this.told);
    await this.compare();
  }

  private async start(): Promise<void> {
    const before = performance.now();
    this.exchange = await ExchangeProcess.start(this.terms.data, OPTIONS);
    this.startMs = performance.now() - before;
  }

  private async round(moment: Moment): Promise<void> {
    const { exchange, stream, startMs } = this;
    const ended = new AbortController();
    const loading = this.load.run(oneServer(exchange), ended.signal);
    const enough = this.told.sendings + SENDINGS_PER_ROUND;
    const isUnderWay = (): boolean => this.told.sendings >= enough;
    const kills = await killAt(moment, { exchange, options: OPTIONS, stream, startMs, isUnderWay });
    ended.abort();
    await loading;
    this.noteKills(moment, kills);
    await this.start();
    await this.compare();
    if (this.kills - this.verifiedAt >= VERIFY_EVERY) await this.verify();
  }

  /** The frames after the position to which the log was read last; that it still is the same log up to there, the reader sees to. */
  private async compare(): Promise<void> {
    const log = await LmdbLogReader.open(this.terms.data);
    try {
      for await (const { frame, position } of log.read(this.position)) {
        for (const record of decodeRecords(frame.payload, frame.firstSequence)) this.comparison.take(record);
        this.position = position;
      }
    } finally {
      await log.close();
    }
    this.comparison.finish();
    this.assertNoFaults(this.comparison.faults);
  }

  /** Settles every doubt by asking again, stops cleanly, and looks at all once more. */
  private async end(): Promise<void> {
    await this.load.settle(oneServer(this.exchange));
    await this.compare();
    const { code, output } = await this.exchange.stop();
    if (code !== 0) this.assertNoFaults([`the clean stop ended with ${code}:\n${output}`]);
    await this.verify();
  }

  private async verify(): Promise<void> {
    const report = await verifyFolder(this.terms.data);
    const findings = report.checks.flatMap(({ name, findings }) =>
      findings.map(({ what }) => `verify, ${name}: ${what}`),
    );
    this.assertNoFaults(findings);
    if (!report.sound) this.assertNoFaults([`verify: not sound, ${report.stopped}`]);
    this.verified += 1;
    this.verifiedAt = this.kills;
  }

  private assertNoFaults(faults: readonly string[]): void {
    if (faults.length === 0) return;
    const more = faults.length > FAULTS_SHOWN ? [`and ${faults.length - FAULTS_SHOWN} more`] : [];
    const where = `after ${this.kills} kills, seed ${this.terms.seed}, folder ${this.terms.data}`;
    throw new KillRunFailed(
      [`${faults.length} faults ${where}:`, ...faults.slice(0, FAULTS_SHOWN), ...more].join('\n'),
    );
  }

  private noteKills(moment: Moment | 'first start', kills: number): void {
    this.kills += kills;
    this.byMoment[moment] = (this.byMoment[moment] ?? 0) + kills;
  }

  private count(): KillCount {
    const { told, comparison } = this;
    return {
      kills: this.kills,
      byMoment: this.byMoment,
      commands: told.count(),
      sendings: told.sendings,
      acknowledged: told.count('ACKNOWLEDGED'),
      refusedByMarket: told.refusals(),
      notTaken: this.load.refusals,
      inDoubt: comparison.doubted,
      inDoubtInLog: comparison.doubtedInLog,
      records: comparison.sequence,
      verified: this.verified,
    };
  }
}
