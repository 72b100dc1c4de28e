// Read model: candles of each contract, and of all trades of each tier, in six intervals.
//
// A candle is one row; intervals without a trade have none. The newest rows of each series are kept.

import { HOUR_US, MINUTE_US, SECOND_US, type EventOf } from '@tokenbourse/domain';
import { averageTicks, toWide } from '../exact';
import type { Handlers, ReadModel, RecordContext } from '../model';
import { CANDLE_INTERVALS, type CandleInterval, type CandleView } from '../queries';
import type { Retention } from '../retention';
import { RingTable, type RowRing } from '../row-ring';
import { Table, plainByNumber } from '../table';

export const INTERVAL_US: { readonly [I in CandleInterval]: number } = {
  '1s': SECOND_US,
  '1m': MINUTE_US,
  '5m': 5 * MINUTE_US,
  '15m': 15 * MINUTE_US,
  '1h': HOUR_US,
  '1d': 24 * HOUR_US,
};

const COLUMNS = [
  'start_us',
  'open_ticks',
  'high_ticks',
  'low_ticks',
  'close_ticks',
  'volume_lots_high',
  'volume_lots_low',
  'amount_micro_usd_high',
  'amount_micro_usd_low',
  'trades',
] as const;
const START = 0;
const OPEN = 1;
const HIGH = 2;
const LOW = 3;
const CLOSE = 4;
const VOLUME = 5;
const AMOUNT = 7;
const TRADES = 9;

const LENGTHS = CANDLE_INTERVALS.map((interval) => INTERVAL_US[interval]);
const SERIES = LENGTHS.length;

/** Owner of a series: six per contract or tier. */
export function seriesOf(contractOrTier: number, interval: CandleInterval): number {
  return contractOrTier * SERIES + CANDLE_INTERVALS.indexOf(interval);
}

export function candleStart(ring: RowRing, number: number): number {
  return ring.get(ring.offset(number), START);
}

export function candleClose(ring: RowRing, number: number): number {
  return ring.get(ring.offset(number), CLOSE);
}

export function candleSums(
  ring: RowRing,
  number: number,
): { volume: number | bigint; amount: number | bigint; trades: number } {
  const at = ring.offset(number);
  return { volume: ring.wide(at, VOLUME), amount: ring.wide(at, AMOUNT), trades: ring.get(at, TRADES) };
}

export function candleOf(ring: RowRing, number: number): CandleView {
  const at = ring.offset(number);
  const { volume, amount, trades } = candleSums(ring, number);
  return {
    start_us: ring.get(at, START),
    open_ticks: ring.get(at, OPEN),
    high_ticks: ring.get(at, HIGH),
    low_ticks: ring.get(at, LOW),
    close_ticks: ring.get(at, CLOSE),
    vwap_ticks: averageTicks(amount, volume) ?? '0',
    volume_lots: toWide(volume),
    amount_micro_usd: toWide(amount),
    trades,
  };
}

export class CandlesModel implements ReadModel {
  readonly name = 'candles';
  readonly version = 1;
  readonly ofContracts: RingTable;
  readonly ofTiers: RingTable;
  /** Tier of each contract. */
  private readonly tiers = new Table<number, number>('candle_tiers', plainByNumber());
  readonly collections;

  constructor(retention: Retention) {
    const limitOf = (series: number): number => retention.candles[CANDLE_INTERVALS[series % SERIES]];
    this.ofContracts = new RingTable('contract_candles', COLUMNS, limitOf);
    this.ofTiers = new RingTable('tier_candles', COLUMNS, limitOf);
    this.collections = [this.ofContracts, this.ofTiers, this.tiers];
  }

  readonly handlers: Handlers = {
    TradeExecuted: (event, record) => {
      fold(this.ofContracts, event.contract * SERIES, event, record);
      const tier = this.tiers.get(event.contract);
      if (tier !== undefined) fold(this.ofTiers, tier * SERIES, event, record);
    },
    ContractListed: ({ contract, tier }) => this.tiers.set(contract, tier),
  };

  seriesOfMinutes(tier: number): number {
    return seriesOf(tier, '1m');
  }

  minutesOfTier(tier: number): RowRing | undefined {
    return this.ofTiers.get(this.seriesOfMinutes(tier));
  }

  forget(contract: number): void {
    for (const interval of CANDLE_INTERVALS) this.ofContracts.drop(seriesOf(contract, interval));
    this.tiers.delete(contract);
  }
}

function fold(table: RingTable, firstSeries: number, event: EventOf<'TradeExecuted'>, record: RecordContext): void {
  const { price_ticks: price, lots, amount_micro_usd: amount } = event;
  for (let i = 0; i < SERIES; i++) {
    const start = record.at_us - (record.at_us % LENGTHS[i]);
    const ring = table.of(firstSeries + i);
    let at: number;
    if (ring.size > 0 && ring.get((at = ring.offset(ring.next - 1)), START) === start) {
      if (price > ring.get(at, HIGH)) ring.set(at, HIGH, price);
      if (price < ring.get(at, LOW)) ring.set(at, LOW, price);
      ring.set(at, TRADES, ring.get(at, TRADES) + 1);
      table.touchNewest(firstSeries + i, ring);
    } else {
      at = table.append(firstSeries + i, ring);
      ring.set(at, START, start);
      ring.set(at, OPEN, price);
      ring.set(at, HIGH, price);
      ring.set(at, LOW, price);
      ring.setWide(at, VOLUME, 0);
      ring.setWide(at, AMOUNT, 0);
      ring.set(at, TRADES, 1);
    }
    ring.set(at, CLOSE, price);
    ring.add(at, VOLUME, lots);
    ring.add(at, AMOUNT, amount);
  }
}
