// For tests and benchmarks: writes records as an engine would, from a script of what happens in a small market.
//
// It keeps just enough (open orders, positions, sequence numbers) for its events to agree with each other; it checks nothing.

import {
  DEFAULT_TIERS,
  HOUR_US,
  SPLIT_RULE_VERSION,
  VALUE_SPLIT_RULE_V1,
  contractId,
  energyBudget,
  type CommandIdentity,
  type CommandType,
  type LogRecord,
  type MarketEvent,
  type Side,
} from '@tokenbourse/domain';

export interface ScriptOrder {
  readonly contract: number;
  readonly order: number;
  readonly account: number;
  readonly side: Side;
  price: number;
  lots: number;
  open: number;
  hold: number;
}

export interface PlaceOptions {
  readonly id?: string;
  readonly offer?: number;
  /** Default: it rests. */
  readonly rests?: boolean;
}

export interface FactoryOptions {
  readonly joules_per_mtok?: number;
  readonly licence_ppm?: number;
  readonly power?: number;
  readonly equipment?: number;
  readonly facility?: number;
  readonly watts?: number;
}

export const START_US = Date.UTC(2026, 10, 21, 12) * 1_000;

export class MarketScript {
  readonly records: LogRecord[] = [];
  atUs = START_US;
  readonly orders: ScriptOrder[] = [];
  readonly positions = new Map<string, number>();
  private readonly sequences = new Map<number, number>();
  private readonly orderNumbers = new Map<number, number>();
  private readonly tradeNumbers = new Map<number, number>();
  private readonly contractTiers = new Map<number, number>();
  private readonly factories = new Map<number, { watts: number; joules: number }>();
  private contracts = 0;
  private windows = 0;

  get sequence(): number {
    return this.records.length;
  }

  /** Writes one record; the event objects are its events. */
  write(events: MarketEvent[], command?: CommandType, account = 0, contract = 0, id = ''): LogRecord {
    const identity: CommandIdentity | null =
      command === undefined ? null : { command, account, contract, command_id: id, fingerprint: id.length * 7 + 1 };
    const record: LogRecord = {
      sequence: this.records.length + 1,
      at_us: this.atUs,
      cause: command === undefined ? 'DUE' : 'COMMAND',
      cause_sequence: 0,
      identity,
      events,
    };
    this.records.push(record);
    return record;
  }

  wait(us: number): this {
    this.atUs += us;
    return this;
  }

  open(zones: readonly string[] = ['USE']): this {
    this.write(
      [
        {
          type: 'MarketOpened',
          market: 'main',
          currency: 'USD',
          id_seed: 7,
          window_us: HOUR_US,
          horizon_us: 24 * HOUR_US,
          open_lead_us: 24 * HOUR_US,
          gate_lead_us: HOUR_US / 4,
          settlement_lag_us: HOUR_US / 4,
        },
        ...DEFAULT_TIERS.map((tier, i) => ({ type: 'TierAdded' as const, tier: i + 1, ...tier })),
        ...zones.map((name, i) => ({ type: 'ZoneAdded' as const, zone: i + 1, name })),
        { type: 'FeesSet', schedule: 1, maker_ppm: 0, taker_ppm: 0 },
        {
          type: 'LimitsSet',
          open_orders_per_account: 1_000,
          matches_per_command: 500,
          quotes_per_offer: 100,
          idempotency_window_us: HOUR_US,
        },
        { type: 'SplitRuleSet', version: SPLIT_RULE_VERSION, rule: JSON.stringify(VALUE_SPLIT_RULE_V1) },
      ],
      'OpenMarket',
    );
    return this;
  }

  /** Participant and account of the same number. */
  account(account: number): this {
    this.write(
      [{ type: 'ParticipantRegistered', participant: account, name: `P${account}`, role: 'TRADER' }],
      'RegisterParticipant',
    );
    this.write([{ type: 'AccountOpened', account, participant: account, name: `A${account}` }], 'OpenAccount');
    return this;
  }

  factory(account: number, options: FactoryOptions = {}, zone = 1): this {
    const { watts = 1_000_000, joules_per_mtok = 400_000, licence_ppm = 100_000 } = options;
    const { power = 60_000_000, equipment = 200_000_000, facility = 40_000_000 } = options;
    this.factories.set(account, { watts, joules: joules_per_mtok });
    this.account(account);
    this.write(
      [
        {
          type: 'FactoryRegistered',
          account,
          participant: account,
          name: `F${account}`,
          zone,
          hardware: 'GB300',
          power_watts: watts,
          yields: DEFAULT_TIERS.map((_, i) => ({ tier: i + 1, joules_per_mtok, licence_ppm })),
          power_micro_usd_per_mwh: power,
          equipment_micro_usd_per_mwh: equipment,
          facility_micro_usd_per_mwh: facility,
        },
      ],
      'RegisterFactory',
      account,
    );
    return this;
  }

  deposit(account: number, amount: number, id = ''): this {
    this.write(
      [{ type: 'CashDeposited', account, amount_micro_usd: amount, reference: `in ${id}` }],
      'Deposit',
      account,
      0,
      id,
    );
    return this;
  }

  /** Lists one window with a contract of each of `tiers`, open at once; says the contracts' numbers. */
  window(tiers: readonly number[] = [1, 2, 3, 4, 5], startUs = START_US + HOUR_US, zone = 1): number[] {
    const window = ++this.windows;
    const times = {
      window_start_at_us: startUs,
      window_us: HOUR_US,
      opens_at_us: this.atUs,
      gate_closes_at_us: startUs - HOUR_US / 4,
      settles_at_us: startUs + HOUR_US * 1.25,
    };
    const events: MarketEvent[] = [{ type: 'WindowListed', window, zone, ...times }];
    const contracts = tiers.map((tier) => {
      const contract = ++this.contracts;
      this.contractTiers.set(contract, tier);
      const contract_id = contractId(DEFAULT_TIERS[tier - 1].name, `Z${zone}`, startUs, HOUR_US);
      events.push({ type: 'ContractListed', contract, contract_id, tier, zone, window, ...times });
      return contract;
    });
    for (const contract of contracts) {
      events.push({ type: 'ContractOpened', contract, contract_sequence: this.nextSequence(contract) });
    }
    this.write(events);
    return contracts;
  }

  /** Places a limit order; unless it rests it is a taker, to be traded by `trade`. */
  place(
    contract: number,
    account: number,
    side: Side,
    price: number,
    lots: number,
    options: PlaceOptions = {},
  ): ScriptOrder {
    const order: ScriptOrder = {
      contract,
      order: this.next(this.orderNumbers, contract),
      account,
      side,
      price,
      lots,
      open: lots,
      hold: side === 'BUY' ? price * lots : 0,
    };
    const rests = options.rests ?? true;
    this.write([this.accepted(order, options.offer ?? 0, rests)], 'PlaceOrder', account, contract, options.id);
    if (rests) this.orders.push(order);
    return order;
  }

  /** A taker that meets `makers` for the given lots each; its rest goes to the book. One record. */
  take(
    makers: readonly (readonly [ScriptOrder, number])[],
    account: number,
    lots: number,
    options: PlaceOptions & { readonly price?: number; readonly fee_ppm?: number } = {},
  ): ScriptOrder {
    const [first] = makers[0];
    const side: Side = first.side === 'BUY' ? 'SELL' : 'BUY';
    const { contract } = first;
    const price = options.price ?? makers[makers.length - 1][0].price;
    const order = this.next(this.orderNumbers, contract);
    const ppm = options.fee_ppm ?? 0;
    const hold = side === 'BUY' ? price * lots + Math.ceil((price * lots * ppm) / 1e6) : 0;
    const taker: ScriptOrder = { contract, order, account, side, price, lots, open: lots, hold };
    const events: MarketEvent[] = [this.accepted(taker, 0, false)];
    for (const [maker, matched] of makers) events.push(this.match(maker, taker, matched, ppm));
    if (taker.open > 0) {
      const contract_sequence = this.nextSequence(contract);
      events.push({
        type: 'OrderBooked',
        contract,
        order,
        account,
        side,
        price_ticks: price,
        open_lots: taker.open,
        contract_sequence,
      });
      this.orders.push(taker);
    }
    this.write(events, 'PlaceOrder', account, contract, options.id);
    return taker;
  }

  cancel(order: ScriptOrder, reason: 'REQUESTED' | 'GATE_CLOSED' = 'REQUESTED'): void {
    this.write([this.cancelled(order, reason)], 'CancelOrder', order.account, order.contract);
  }

  amend(order: ScriptOrder, price: number, open: number): void {
    const { contract, account, side } = order;
    const before = { price_before_ticks: order.price, open_before_lots: order.open, hold_before_micro_usd: order.hold };
    order.lots += open - order.open;
    order.price = price;
    order.open = open;
    order.hold = side === 'BUY' ? price * open : 0;
    this.write(
      [
        {
          type: 'OrderAmended',
          contract,
          order: order.order,
          account,
          side,
          ...before,
          price_ticks: price,
          open_lots: open,
          lots: order.lots,
          hold_micro_usd: order.hold,
          keeps_priority: false,
          rests: true,
          contract_sequence: this.nextSequence(contract),
        },
      ],
      'AmendOrder',
      account,
      contract,
    );
  }

  decrement(order: ScriptOrder, lots: number): void {
    const { contract, account, side, price } = order;
    order.open -= lots;
    const released = side === 'BUY' ? price * lots : 0;
    order.hold -= released;
    this.write([
      {
        type: 'OrderDecremented',
        contract,
        order: order.order,
        account,
        side,
        price_ticks: price,
        cancelled_lots: lots,
        open_lots: order.open,
        hold_released_micro_usd: released,
        rested: true,
        contract_sequence: this.nextSequence(contract),
      },
    ]);
  }

  /** Closes the gate, cancels what is open, settles the contracts and ends their window. */
  settle(contracts: readonly number[], window: number, zone = 1): void {
    for (const contract of contracts) {
      const open = this.orders.filter((order) => order.contract === contract);
      const contract_sequence = this.nextSequence(contract);
      this.write([
        { type: 'ContractClosed', contract, open_orders: open.length, contract_sequence },
        ...open.map((order) => this.cancelled(order, 'GATE_CLOSED')),
      ]);
      this.write([{ type: 'ContractDelivering', contract }]);
      this.write([...this.settlements(contract), this.settled(contract)]);
    }
    const perished = [...this.factories].map(([account, { watts, joules }]): MarketEvent => {
      const sold = contracts.reduce((sum, contract) => sum + Math.max(0, -this.position(contract, account)), 0);
      const budget = energyBudget(watts, HOUR_US);
      const soldEnergy = BigInt(sold) * BigInt(joules);
      return {
        type: 'CapacityPerished',
        account,
        zone,
        window,
        window_start_at_us: this.atUs,
        budget_millijoules: budget,
        sold_millijoules: soldEnergy,
        perished_millijoules: budget - soldEnergy,
      };
    });
    this.write([...perished, { type: 'WindowEnded', window, zone, window_start_at_us: this.atUs }]);
  }

  position(contract: number, account: number): number {
    return this.positions.get(`${contract}/${account}`) ?? 0;
  }

  private settlements(contract: number): MarketEvent[] {
    return [...this.receivables]
      .filter(([key]) => key.startsWith(`${contract}/`))
      .map(([key, received]) => {
        const account = Number(key.split('/')[1]);
        const lots = this.position(contract, account);
        return { type: 'PositionSettled', contract, account, lots, paid_micro_usd: 0n, received_micro_usd: received };
      });
  }

  private settled(contract: number): MarketEvent {
    return {
      type: 'ContractSettled',
      contract,
      lots: 0,
      paid_out_micro_usd: 0n,
      trades: this.tradeNumbers.get(contract) ?? 0,
    };
  }

  private readonly receivables = new Map<string, bigint>();

  private match(maker: ScriptOrder, taker: ScriptOrder, lots: number, ppm: number): MarketEvent {
    const { contract, price } = maker;
    const amount = price * lots;
    const fee = Math.floor((amount * ppm) / 1e6);
    maker.open -= lots;
    taker.open -= lots;
    const [buy, sell] = maker.side === 'BUY' ? [maker, taker] : [taker, maker];
    const before = buy.hold;
    buy.hold = buy.price * buy.open + (buy === taker ? Math.ceil((buy.price * buy.open * ppm) / 1e6) : 0);
    this.move(contract, buy.account, lots, 0n);
    const sellerFee = sell === taker ? fee : 0;
    this.move(contract, sell.account, -lots, BigInt(amount - sellerFee));
    if (maker.open === 0) this.orders.splice(this.orders.indexOf(maker), 1);
    return {
      type: 'TradeExecuted',
      contract,
      trade: this.next(this.tradeNumbers, contract),
      price_ticks: price,
      lots,
      amount_micro_usd: amount,
      taker_side: taker.side,
      maker_order: maker.order,
      taker_order: taker.order,
      buyer: buy.account,
      seller: sell.account,
      buyer_fee_micro_usd: buy === taker ? fee : 0,
      seller_fee_micro_usd: sellerFee,
      buyer_hold_released_micro_usd: before - buy.hold,
      maker_open_lots: maker.open,
      taker_open_lots: taker.open,
      contract_sequence: this.nextSequence(contract),
    };
  }

  private move(contract: number, account: number, lots: number, owed: bigint): void {
    const key = `${contract}/${account}`;
    this.positions.set(key, (this.positions.get(key) ?? 0) + lots);
    this.receivables.set(key, (this.receivables.get(key) ?? 0n) + owed);
  }

  private accepted(order: ScriptOrder, offer: number, rests: boolean): MarketEvent {
    const { contract, account, side, price, lots, hold } = order;
    return {
      type: 'OrderAccepted',
      contract,
      order: order.order,
      account,
      side,
      order_type: 'LIMIT',
      time_in_force: 'GTC',
      price_ticks: price,
      lots,
      hold_micro_usd: hold,
      fee_schedule: 1,
      self_trade: 'CANCEL_NEWEST',
      post_only: false,
      good_till_us: 0,
      offer,
      rests,
      contract_sequence: this.nextSequence(contract),
    };
  }

  private cancelled(order: ScriptOrder, reason: 'REQUESTED' | 'GATE_CLOSED'): MarketEvent {
    const { contract, account, side, price, open, hold } = order;
    this.orders.splice(this.orders.indexOf(order), 1);
    order.open = 0;
    order.hold = 0;
    return {
      type: 'OrderCancelled',
      contract,
      order: order.order,
      account,
      side,
      price_ticks: price,
      cancelled_lots: open,
      hold_released_micro_usd: hold,
      reason,
      rested: true,
      contract_sequence: this.nextSequence(contract),
    };
  }

  private nextSequence(contract: number): number {
    return this.next(this.sequences, contract);
  }

  private next(numbers: Map<number, number>, contract: number): number {
    const number = (numbers.get(contract) ?? 0) + 1;
    numbers.set(contract, number);
    return number;
  }
}
