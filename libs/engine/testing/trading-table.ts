// Tables that a trader can read: one row per command, its outcome last, an event a line. A table is played against a
// market and written down again with what happened; the two must be equal.
//
//   mill | sell 5 @ 600        | #1 rests
//   ann  | buy 8 @ 600         | #2 taken, holds 4,800
//        |                     | trades 5 @ 600 with #1, frees 3,000
//        |                     | #2 rests 3
//
// Who: ann, ann2 (the same participant), bob, cyd: consumers with 1,000,000 micro-USD; mill, yard: factories of 1 MW
// in the contract's zone; market: time, fees, limits, book, and `factory NAME
// WATTS [TIER …]`, which takes 1,000 mJ for a lot of FREE, 2,000 of MEDIUM, 3,000 of HIGH. Prices in ticks, quantities in lots, money in micro-USD. Orders
// are of the tier HIGH in the first window (14:00 – 15:00, gate 13:55) unless a row says `in TIER` or `in TIER+n`
// (n windows later). The clock starts at 13:00.

import { DEFAULT_TIERS, type CommandOf, type MarketEvent } from '@tokenbourse/domain';
import { NO_HOLDER } from '@tokenbourse/ledger';
import { NONE } from '@tokenbourse/matching';

import { assertConserved } from './conservation';
import { MarketFixture, START_US } from './market-fixture';

const TIERS = DEFAULT_TIERS.map((tier) => tier.name);
const DAY_US = START_US - 13 * 3_600_000_000;

interface Row {
  readonly who: string;
  readonly command: string;
  readonly outcome: string[];
}

export class TradingTable {
  readonly market: MarketFixture;
  readonly accounts = new Map<string, number>();
  /** The contract that rows without `in` mean. */
  readonly contract: number;

  constructor(opening: Partial<CommandOf<'OpenMarket'>> = {}) {
    this.market = new MarketFixture({ maker_ppm: 0, taker_ppm: 0, ...opening });
    this.accounts.set('mill', this.market.factory());
    this.accounts.set('yard', this.market.factory());
    this.accounts.set('ann', this.market.account(1_000_000));
    this.accounts.set('ann2', this.market.account(1_000_000, this.market.state.lastParticipant));
    this.accounts.set('bob', this.market.account(1_000_000));
    this.accounts.set('cyd', this.market.account(1_000_000));
    this.contract = this.market.contract(3, 0);
  }

  account(who: string): number {
    const account = this.accounts.get(who);
    if (account === undefined) throw new Error(`nobody is called "${who}"`);
    return account;
  }

  /** Plays the rows, checks after each that everything is conserved, and writes the table with what happened. */
  play(table: string): string {
    const rows = parse(table);
    const played = rows.map((row) => {
      const outcome = this.run(row.who, row.command);
      assertConserved(this.market.state);
      return { ...row, outcome };
    });
    return write(played);
  }

  private run(who: string, command: string): string[] {
    if (who === 'market') return this.runMarket(command);
    if (command === 'has') return [this.wealth(this.account(who))];
    if (command.startsWith('energy')) return [this.energy(this.account(who), command.split(' in ')[1])];
    const words = command.split(/\s+/);
    const events = this.market.run(this.commandOf(this.account(who), words));
    return events.map((event) => this.describe(event));
  }

  private runMarket(command: string): string[] {
    const { market } = this;
    const [verb, what = ''] = command.split(/\s+/);
    if (verb === 'book') return [this.book('BUY'), this.book('SELL')];
    if (verb === 'at') return this.describeAll(market.advance(instant(what) - market.nowUs));
    if (verb === 'fees') {
      const [maker_ppm, taker_ppm] = what.split('/').map(number) as [number, number];
      return this.describeAll(market.run({ type: 'SetFees', command_id: '', maker_ppm, taker_ppm }));
    }
    if (verb === 'limits') {
      const figures = Object.fromEntries(
        command
          .split(/\s+/)
          .slice(1)
          .map((part) => part.split('=')),
      );
      const events = market.run({
        type: 'SetLimits',
        command_id: '',
        open_orders_per_account: Number(figures.orders ?? 2_000),
        matches_per_command: Number(figures.matches ?? 500),
        quotes_per_offer: Number(figures.quotes ?? 20),
        idempotency_window_us: 3_600_000_000,
      });
      return this.describeAll(events);
    }
    if (verb === 'factory') {
      const [power, ...makes] = command.split(/\s+/).slice(2);
      const tiers = (makes.length === 0 ? TIERS : makes).map((tier) => TIERS.indexOf(tier) + 1);
      this.accounts.set(what, market.factory(number(power!), tiers));
      return [];
    }
    throw new Error(`the market cannot "${command}"`);
  }

  private commandOf(account: number, words: readonly string[]) {
    const [verb, ...rest] = words;
    const command_id = after(rest, 'id') ?? '';
    const expires_at_us = rest.includes('by') ? instant(after(rest, 'by')!) : 0;
    const contract = this.contractOf(after(rest, 'in'));
    switch (verb) {
      case 'buy':
      case 'sell':
        return { ...placeOrder(account, contract, verb, rest), command_id, expires_at_us };
      case 'amend': {
        const order = number(rest[0]!.slice(1));
        const price_ticks = rest.includes('@') ? number(after(rest, '@')!) : -1;
        const lots = rest.includes('to') ? number(after(rest, 'to')!) : -1;
        return { type: 'AmendOrder', account, contract, command_id, order, price_ticks, lots, expires_at_us } as const;
      }
      case 'cancel':
        if (rest[0] === 'all') {
          const side = rest.includes('BUY') ? 'BUY' : rest.includes('SELL') ? 'SELL' : 'ANY';
          const tier = TIERS.indexOf(after(rest, 'tier') ?? '') + 1;
          const only = rest.includes('in') ? contract : 0;
          return { type: 'CancelAllOrders', account, contract: only, command_id, tier, side } as const;
        }
        return { type: 'CancelOrder', account, contract, command_id, order: number(rest[0]!.slice(1)) } as const;
      case 'deposit':
      case 'withdraw': {
        if (verb === 'withdraw' && rest[0] === 'offer')
          return { type: 'WithdrawOffer', account, command_id, offer: number(rest[1]!) } as const;
        const cash = { account, command_id, amount_micro_usd: number(rest[0]!), reference: '', expires_at_us } as const;
        return verb === 'deposit' ? ({ type: 'Deposit', ...cash } as const) : ({ type: 'Withdraw', ...cash } as const);
      }
      case 'offer':
        return { ...this.offer(account, rest), command_id, expires_at_us };
      default:
        throw new Error(`nobody can "${words.join(' ')}"`);
    }
  }

  /** `offer HIGH 5 @ 600, ULTRA 2 @ 900 [window +1]` */
  private offer(account: number, words: readonly string[]) {
    const nth = Number(after(words, 'window') ?? 0);
    const text = words.join(' ').replace(/ (window|id|by) \S+/g, '');
    const quotes = text.split(/,\s+/).map((quote) => {
      const [tier, lots, , price] = quote.split(' ');
      return { tier: TIERS.indexOf(tier!) + 1, lots: number(lots!), price_ticks: number(price!) };
    });
    const windows = this.market.state.windows.filter((window) => window.zone === 1);
    const window_start_at_us = windows[nth]!.times.startUs;
    return { type: 'PostOffer', account, window_start_at_us, quotes, energy_policy: 'SEPARATE' } as const;
  }

  private contractOf(name: string | undefined): number {
    if (name === undefined) return this.contract;
    const [tier, nth = '0'] = name.split('+');
    return this.market.contract(TIERS.indexOf(tier!) + 1, Number(nth));
  }

  private book(side: 'BUY' | 'SELL'): string {
    const { book } = this.market.state.contracts.get(this.contract)!;
    const orders: string[] = [];
    for (let slot = book.best(side); slot !== NONE; slot = book.after(slot)) {
      orders.push(`${figure(book.open(slot))} @ ${book.price(slot)} #${book.number(slot)}`);
    }
    return `${side === 'BUY' ? 'bids' : 'asks'} ${orders.length === 0 ? 'none' : orders.join(', ')}`;
  }

  private wealth(account: number): string {
    const { accounts, contracts } = this.market.state;
    const holdings = contracts.get(this.contract)?.holdings;
    const holder = holdings?.find(account) ?? NO_HOLDER;
    const lots = holder === NO_HOLDER ? 0 : holdings!.lots(holder);
    return `${figure(accounts.available.get(account))} free, ${figure(accounts.held.get(account))} held, ${figure(lots)} lots`;
  }

  private energy(account: number, contract: string | undefined): string {
    const { accounts, contracts, factories } = this.market.state;
    const { window } = contracts.get(this.contractOf(contract))!;
    return `${figure(window.energy.freeOf(accounts.factory(account), factories))} mJ free`;
  }

  private describeAll(events: readonly MarketEvent[]): string[] {
    return events.map((event) => this.describe(event)).filter((line) => line !== '');
  }

  /** An event in the table's words; empty for what other contracts and windows went through. */
  private describe(event: MarketEvent): string {
    const order = (number: number, contract: number) =>
      `${contract === this.contract ? '' : this.name(contract)}#${number}`;
    switch (event.type) {
      case 'OrderAccepted': {
        const offer = event.offer === 0 ? '' : ` of offer ${event.offer}`;
        const what = event.rests ? 'rests' : 'taken';
        return `${order(event.order, event.contract)} ${what}${offer}${amount('holds', event.hold_micro_usd)}`;
      }
      case 'TradeExecuted': {
        const [buyer, seller] = [event.buyer_fee_micro_usd, event.seller_fee_micro_usd];
        const fees = buyer + seller === 0 ? '' : `, fees ${figure(buyer)} + ${figure(seller)}`;
        const frees = amount('frees', event.buyer_hold_released_micro_usd);
        const maker = order(event.maker_order, event.contract);
        return `trades ${figure(event.lots)} @ ${event.price_ticks} with ${maker}${fees}${frees}`;
      }
      case 'OrderBooked':
        return `${order(event.order, event.contract)} rests ${figure(event.open_lots)}`;
      case 'OrderCancelled': {
        const frees = amount('frees', event.hold_released_micro_usd);
        return `${order(event.order, event.contract)} off ${figure(event.cancelled_lots)} ${event.reason}${frees}`;
      }
      case 'OrderDecremented': {
        const frees = amount('frees', event.hold_released_micro_usd);
        const less = `less ${figure(event.cancelled_lots)}, ${figure(event.open_lots)} open`;
        return `${order(event.order, event.contract)} ${less}${frees}`;
      }
      case 'OrderAmended': {
        const place = event.keeps_priority ? 'keeps place' : event.rests ? 'new place' : 'taken';
        const open = `${figure(event.open_lots)} open @ ${event.price_ticks}`;
        return `${order(event.order, event.contract)} ${open}, ${place}${amount('holds', event.hold_micro_usd)}`;
      }
      case 'OrderRejected':
      case 'CommandRejected': {
        const { needed, available, at_us } = event;
        // The figure is the number of a record: not a trader's concern.
        if (event.code === 'COMMAND_ID_REUSED') return event.code;
        const at = at_us === 0 ? '' : ` at ${clock(at_us)}`;
        return `${event.code}${needed === 0 && available === 0 ? '' : ` ${figure(needed)}/${figure(available)}`}${at}`;
      }
      case 'CommandRepeated':
        return event.outcome === 'ACCEPTED' ? `again: ACCEPTED ${event.result}` : `again: ${event.code}`;
      case 'CancelAllRequested':
        return 'cancels all';
      case 'CancelAllCompleted':
        return `${event.cancelled_orders} cancelled`;
      case 'OfferPosted':
        return `offer ${event.offer}`;
      case 'OfferWithdrawn':
        return `offer ${event.offer} ends, ${event.cancelled_orders} cancelled`;
      case 'CashDeposited':
        return `+${figure(event.amount_micro_usd)}`;
      case 'CashWithdrawn':
        return `-${figure(event.amount_micro_usd)}`;
      case 'FeesSet':
        return `schedule ${event.schedule}`;
      case 'LimitsSet':
        return 'limits set';
      case 'ContractClosed':
        return event.contract === this.contract ? `closes with ${event.open_orders} open` : '';
      case 'PositionSettled': {
        if (event.contract !== this.contract) return '';
        const who = [...this.accounts].find(([, account]) => account === event.account)![0];
        return `${who} settles ${figure(event.lots)} lots, receives ${figure(event.received_micro_usd)}`;
      }
      case 'ContractSettled':
        return event.contract === this.contract ? `settled, ${figure(event.paid_out_micro_usd)} paid out` : '';
      default:
        return '';
    }
  }

  private name(number: number): string {
    const { tier, window } = this.market.state.contracts.get(number)!;
    const nth = this.market.state.windows.filter(({ zone }) => zone === window.zone).indexOf(window);
    return `${TIERS[tier - 1]}${nth === 0 ? '' : `+${nth}`}`;
  }
}

function placeOrder(account: number, contract: number, verb: 'buy' | 'sell', words: readonly string[]) {
  const has = (word: string) => words.includes(word);
  const market = after(words, '@') === 'market';
  const force = (['IOC', 'FOK'] as const).find(has);
  return {
    type: 'PlaceOrder',
    account,
    contract,
    side: verb === 'buy' ? 'BUY' : 'SELL',
    order_type: market ? 'MARKET' : 'LIMIT',
    time_in_force: has('until') ? 'GTD' : (force ?? 'GTC'),
    price_ticks: market ? 0 : number(after(words, '@')!),
    lots: number(words[0]!),
    max_amount_micro_usd: has('max') ? number(after(words, 'max')!) : 0,
    post_only: has('post'),
    self_trade: has('OLDEST')
      ? 'CANCEL_OLDEST'
      : has('BOTH')
        ? 'CANCEL_BOTH'
        : has('DECREMENT')
          ? 'DECREMENT'
          : 'CANCEL_NEWEST',
    good_till_us: has('until') ? instant(after(words, 'until')!) : 0,
  } as const;
}

function after(words: readonly string[], word: string): string | undefined {
  const place = words.indexOf(word);
  return place < 0 ? undefined : words[place + 1];
}

function number(text: string): number {
  const value = Number(text.replaceAll(',', ''));
  if (Number.isNaN(value)) throw new Error(`"${text}" is no number`);
  return value;
}

/** `14:05` or `14:05:30` of the market's day, in microseconds since 1970. */
function instant(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
  return DAY_US + ((hours * 60 + minutes) * 60 + seconds) * 1_000_000;
}

function clock(us: number): string {
  const seconds = (us - DAY_US) / 1_000_000;
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts
    .slice(0, parts[2] === 0 ? 2 : 3)
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

function figure(value: number | bigint): string {
  return value.toLocaleString('en-US');
}

function amount(word: string, value: number): string {
  return value === 0 ? '' : `, ${word} ${figure(value)}`;
}

function parse(table: string): Row[] {
  const rows: Row[] = [];
  for (const line of table.split('\n')) {
    if (line.trim() === '') continue;
    const [who = '', command = '', outcome = ''] = line.split('|').map((cell) => cell.trim());
    const events = outcome.split(/;\s*/).filter((event) => event !== '');
    if (who === '' && command === '') rows[rows.length - 1]!.outcome.push(...events);
    else rows.push({ who, command: command.replace(/\s+/g, ' '), outcome: events });
  }
  return rows;
}

function write(rows: readonly Row[]): string {
  const whoWidth = Math.max(...rows.map((row) => row.who.length));
  const commandWidth = Math.max(...rows.map((row) => row.command.length));
  const line = (who: string, command: string, event: string) =>
    `${who.padEnd(whoWidth)} | ${command.padEnd(commandWidth)} | ${event}`.trimEnd();
  return rows
    .flatMap((row) => {
      const [first = '', ...more] = row.outcome;
      return [line(row.who, row.command, first), ...more.map((event) => line('', '', event))];
    })
    .join('\n');
}

/** A test by a table: the codes of docs/rules.md that it proves, what it shows, and the rows. */
export function scenario(title: string, table: string, opening: Partial<CommandOf<'OpenMarket'>> = {}): void {
  test(title, () => {
    expect(new TradingTable(opening).play(table)).toBe(write(parse(table)));
  });
}
