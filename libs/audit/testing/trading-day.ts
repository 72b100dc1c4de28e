// For tests: some hours of a small market in which everything happens, from a seed. Same seed, same commands.

import type { Command, LogRecord } from '@tokenbourse/domain';

import { MarketFixture } from '../../engine/testing/market-fixture';

export interface Step {
  readonly atUs: number;
  readonly command: Command;
}

export interface TradingDay {
  /** The commands, each with its time. */
  readonly steps: readonly Step[];
  /** The records that they, and what fell due, made. */
  readonly records: readonly LogRecord[];
}

const MODES = ['CANCEL_NEWEST', 'CANCEL_OLDEST', 'CANCEL_BOTH', 'DECREMENT'] as const;
const HOUR_US = 3_600_000_000;

/** Marsaglia's xorshift32. */
function randomIntegers(seed: number): (below: number) => number {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

class Day extends MarketFixture {
  declare steps: Step[];
  private readonly random: (below: number) => number;
  private readonly sent: Command[] = [];

  constructor(
    seed: number,
    private readonly changesLimits: boolean,
  ) {
    super();
    this.random = randomIntegers(seed);
  }

  override run(command: Command) {
    (this.steps ??= []).push({ atUs: this.nowUs, command });
    return super.run(command);
  }

  /** Two factories, one of them with little energy; a participant with two accounts, and two others. */
  populate(): void {
    this.factory(1);
    this.factory(2_000);
    const owner = this.state.accounts.participant(this.account(900_000));
    this.account(400_000, owner);
    this.account(900_000);
    this.account(50_000);
    const { random } = this;
    for (const account of [1, 2]) {
      this.run({
        type: 'Deposit',
        account,
        command_id: `first-${account}`,
        amount_micro_usd: 40_000,
        reference: '',
        expires_at_us: 0,
      });
    }
    this.nowUs += random(1_000_000);
  }

  happen(number: number): void {
    const { random } = this;
    this.nowUs += random(2_000_000);
    this.engine.runDue(this.nowUs);
    const kind = random(100);
    const id = random(3) === 0 ? '' : `id-${number}`;
    if (kind < 50) this.placeOrder(id);
    else if (kind < 62) this.amendOrder(id);
    else if (kind < 69) this.run({ type: 'CancelOrder', ...this.someOrder(), command_id: id });
    else if (kind < 76) this.postOffer(id);
    else if (kind < 86 && this.sent.length > 0) this.run(this.sent[random(this.sent.length)]!);
    else this.rarer(kind, id);
    const { command } = this.steps[this.steps.length - 1]!;
    if (command.command_id !== '') this.sent.push(command);
    if (this.sent.length > 40) this.sent.shift();
  }

  private rarer(kind: number, id: string): void {
    const { random } = this;
    const account = this.someAccount();
    const reference = 'a transfer';
    if (kind < 89) {
      const side = (['ANY', 'BUY', 'SELL'] as const)[random(3)]!;
      this.run({ type: 'CancelAllOrders', account, contract: 0, command_id: id, tier: random(3), side });
    } else if (kind < 92) {
      const offer = 1 + random(Math.max(1, this.state.lastOffer));
      this.run({ type: 'WithdrawOffer', account: 1 + random(2), command_id: id, offer });
    } else if (kind < 96) {
      const type = random(2) === 0 ? 'Deposit' : 'Withdraw';
      this.run({ type, account, command_id: id, amount_micro_usd: 1 + random(90_000), reference, expires_at_us: 0 });
    } else if (kind < 98) {
      this.run({ type: 'SetFees', command_id: '', maker_ppm: random(50_000), taker_ppm: random(90_000) });
    } else if (kind < 99 || !this.changesLimits) this.advance(random(HOUR_US));
    else {
      this.run({
        type: 'SetLimits',
        command_id: '',
        open_orders_per_account: 10 + random(60),
        matches_per_command: 1 + random(12),
        quotes_per_offer: 2 + random(9),
        idempotency_window_us: random(2) * random(HOUR_US),
      });
    }
  }

  private someAccount(): number {
    return 1 + this.random(this.state.accounts.last);
  }

  private someContract(): number {
    return this.contract(1 + this.random(3), this.random(2));
  }

  private someOrder(): { account: number; contract: number; order: number } {
    const contract = this.someContract();
    const { book, holdings, lastOrder } = this.state.contracts.get(contract)!;
    const order = Math.max(1, lastOrder - this.random(20));
    const slot = book.slotOf(order);
    const account = slot < 0 ? this.someAccount() : holdings.account(book.holder(slot));
    return { account, contract, order };
  }

  private placeOrder(command_id: string): void {
    const { random } = this;
    const market = random(9) === 0;
    const resting = (['GTC', 'GTC', 'GTC', 'GTD', 'IOC', 'FOK'] as const)[random(6)]!;
    const time_in_force = market ? (random(2) === 0 ? 'IOC' : 'FOK') : resting;
    const side = random(2) === 0 ? 'BUY' : 'SELL';
    this.run({
      type: 'PlaceOrder',
      account: this.someAccount(),
      contract: this.someContract(),
      command_id,
      side,
      order_type: market ? 'MARKET' : 'LIMIT',
      time_in_force,
      price_ticks: market ? 0 : random(8) * 101,
      lots: 1 + random(60),
      max_amount_micro_usd: market && side === 'BUY' ? random(40_000) : 0,
      post_only: time_in_force === 'GTC' && random(5) === 0,
      self_trade: MODES[random(4)]!,
      good_till_us: time_in_force === 'GTD' ? this.nowUs + 1 + random(900_000_000) : 0,
      expires_at_us: random(60) === 0 ? this.nowUs - 1 : 0,
    });
  }

  private amendOrder(command_id: string): void {
    const { random } = this;
    const price_ticks = random(3) === 0 ? -1 : random(8) * 101;
    this.run({
      type: 'AmendOrder',
      ...this.someOrder(),
      command_id,
      price_ticks,
      lots: random(70) - 1,
      expires_at_us: 0,
    });
  }

  private postOffer(command_id: string): void {
    const { random } = this;
    const quote = (tier: number) => ({ tier, price_ticks: random(8) * 101, lots: 1 + random(300) });
    this.run({
      type: 'PostOffer',
      account: 1 + random(2),
      command_id,
      window_start_at_us: this.state.windows[random(2)]!.times.startUs,
      quotes: [quote(1 + random(3)), quote(1 + random(5))],
      energy_policy: 'SEPARATE',
      expires_at_us: 0,
    });
  }
}

/**
 * `commands` random commands, then time until all that was traded is settled.
 * @param changesLimits whether the market's limits, and how long command ids are known, change now and then
 */
export function tradingDay(seed: number, commands: number, changesLimits = true): TradingDay {
  const day = new Day(seed, changesLimits);
  day.populate();
  for (let number = 1; number <= commands; number++) day.happen(number);
  day.advance(5 * HOUR_US);
  day.run({ type: 'Ping', command_id: '', token: seed });
  return { steps: day.steps, records: day.log.records };
}
