// One exchange under load while its disk refuses and comes back: what its clients see, and whether its log holds to it.

import { setTimeout as pause } from 'node:timers/promises';
import { decodeRecords } from '@tokenbourse/domain';
import { originPosition } from '@tokenbourse/log';
import { LmdbLogReader } from '@tokenbourse/log-lmdb';
import { TokenbourseClient, type Ready } from '@tokenbourse/protocol';
import { verifyFolder } from '../../apps/operator/src/verification/verification';
import { Comparison } from '../kill/comparison';
import { Load, oneServer } from '../kill/load';
import { prepareTraders } from '../kill/market';
import { Told } from '../kill/told';
import type { Trader } from '../kill/trader';
import { ExchangeProcess, type StartOptions } from '../support/exchange-process';

const CLIENTS = 6;
const PATIENCE_MS = 40_000;
const LAST_WORDS = 1_500;

export class DiskTrial {
  readonly told = new Told();
  readonly load: Load;

  private constructor(
    public exchange: ExchangeProcess,
    readonly traders: readonly Trader[],
    private readonly options: StartOptions,
  ) {
    this.load = new Load(traders, this.told);
  }

  static async start(data: string, options: StartOptions, seed: number): Promise<DiskTrial> {
    const exchange = await ExchangeProcess.start(data, options);
    try {
      return new DiskTrial(exchange, await prepareTraders(exchange, CLIENTS, seed), options);
    } catch (error) {
      await exchange.kill();
      throw error;
    }
  }

  /** Load until `isEnough` holds. */
  async loadUntil(what: string, isEnough: () => boolean | Promise<boolean>): Promise<void> {
    const ended = new AbortController();
    const loading = this.load.run(oneServer(this.exchange), ended.signal);
    try {
      await this.until(what, isEnough);
    } finally {
      ended.abort();
      await loading;
    }
  }

  async until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await this.orSayHowItEnded(async () => holds()))) {
      if (Date.now() > deadline) throw new Error(`never came: ${what}\n${this.lastWords()}`);
      await pause(20);
    }
  }

  private async orSayHowItEnded<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      await pause(300);
      const { end } = this.exchange;
      if (end === undefined) throw error;
      throw new Error(`the exchange ended with ${end}:\n${this.lastWords()}`, { cause: error });
    }
  }

  private lastWords(): string {
    return this.exchange.output().slice(-LAST_WORDS);
  }

  ready(): Promise<Ready> {
    return this.exchange.client('none').call('getReady', {});
  }

  /** Ends it, unless it has ended, and starts it anew on its folder. */
  async killAndRestart(): Promise<void> {
    await this.exchange.kill();
    this.exchange = await ExchangeProcess.start(this.exchange.data, this.options);
  }

  /** Load until so many more commands were acknowledged. */
  loadMore(commands: number): Promise<void> {
    const enough = this.told.count('ACKNOWLEDGED') + commands;
    return this.loadUntil(`${commands} acknowledged commands`, () => this.told.count('ACKNOWLEDGED') >= enough);
  }

  /** Load until the server refuses for a reason like this. */
  loadUntilRefused(reason: RegExp): Promise<void> {
    return this.loadUntil(`a refusal for ${reason}`, () => reason.test(this.load.lastRefusal?.problem.detail ?? ''));
  }

  /** Reads of every kind of part that answers; throws where one doesn't. */
  read(): Promise<void> {
    return this.orSayHowItEnded(async () => {
      const [{ terms }] = this.traders as [Trader];
      const anyone = this.exchange.client('none');
      const trader = new TokenbourseClient(this.exchange.url, terms.key);
      const contract_id = terms.contracts[0]!;
      await anyone.call('getDepth', { params: { contract_id } });
      await anyone.call('listTrades', { params: { contract_id } });
      await trader.call('getBalances', { params: { account_id: terms.account } });
      await trader.call('listOrders', {});
    });
  }

  /** Settles what is in doubt, stops cleanly, holds the log against what was told, and verifies the folder. */
  async finish(): Promise<{ readonly accepted: number; readonly faults: readonly string[]; readonly sound: boolean }> {
    const { exchange, told } = this;
    await this.load.settle(oneServer(exchange));
    const { code, signal, output } = await exchange.stop();
    if (code !== 0) throw new Error(`the clean stop ended with ${code ?? signal}:\n${output.slice(-LAST_WORDS)}`);
    const comparison = new Comparison(told);
    const log = await LmdbLogReader.open(exchange.data);
    for await (const { frame } of log.read(originPosition())) {
      for (const record of decodeRecords(frame.payload, frame.firstSequence)) comparison.take(record);
    }
    await log.close();
    comparison.finish();
    const { sound } = await verifyFolder(exchange.data);
    return { accepted: told.count('ACKNOWLEDGED') - told.refusals(), faults: comparison.faults, sound };
  }
}
