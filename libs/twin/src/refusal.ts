// A refusal: why a command is not carried out. All checks of a command stand before its first change, so a refusal is
// thrown where it is found and told where the command was taken up.

import { REJECTIONS, type Command, type RejectionCode } from '@tokenbourse/domain';

import type { Account, Market } from './market';

export class Refusal extends Error {
  constructor(
    readonly reason: RejectionCode,
    readonly needed = 0,
    readonly available = 0,
    readonly atUs = 0,
  ) {
    super(REJECTIONS[reason].sentence);
  }
}

/** Refuses unless `holds`. */
export function demand(holds: boolean, reason: RejectionCode, needed = 0, available = 0, atUs = 0): void {
  if (!holds) throw new Refusal(reason, needed, available, atUs);
}

/** A figure for a refusal: what is no whole number, or none that can be held exactly, is told as 0. */
export function told(figure: number): number {
  return Number.isSafeInteger(figure) ? figure : 0;
}

/** Refuses a figure outside its range, with the nearest that would pass. */
export function demandFigure(figure: number, least: number, most: number): void {
  demand(Number.isSafeInteger(figure) && figure >= least, 'INVALID_FIGURE', least, told(figure));
  demand(figure <= most, 'INVALID_FIGURE', most, figure);
}

export function accountOf(market: Market, number: number): Account {
  const account = market.accounts[number];
  if (account === undefined) throw new Refusal('UNKNOWN_ACCOUNT');
  return account;
}

/** An account that may place orders: any but the house's. */
export function tradingAccount(market: Market, number: number): Account {
  const account = accountOf(market, number);
  demand(account.number !== 0, 'ACCOUNT_NOT_TRADING');
  return account;
}

/** Refuses a command whose turn came after its time. */
export function demandInTime(market: Market, expiresAtUs: number): void {
  demand(expiresAtUs === 0 || market.nowUs <= expiresAtUs, 'COMMAND_EXPIRED', 0, 0, expiresAtUs);
}

export function tellRefusal(market: Market, command: Command, refusal: Refusal): void {
  const account = 'account' in command ? command.account : 0;
  const figures = { code: refusal.reason, needed: refusal.needed, available: refusal.available, at_us: refusal.atUs };
  market.tell(
    command.type === 'PlaceOrder'
      ? { type: 'OrderRejected', account, contract: command.contract, ...figures }
      : { type: 'CommandRejected', command: command.type, account, ...figures },
  );
}
