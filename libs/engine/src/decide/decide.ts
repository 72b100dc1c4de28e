// From a command and the state to events: which decision decides what.

import type { Command, CommandType } from '@tokenbourse/domain';

import { amendOrder } from './amend-order';
import { cancelAllOrders, cancelOrder } from './cancel';
import { moveCash } from './cash';
import { refusal, type Decision } from './decision';
import { configure } from './market';
import { postOffer, withdrawOffer } from './offers';
import { decideParticipants } from './participants';
import { placeOrder } from './place-order';
import { rejectCommand } from './reject';

/** What can be decided before the market has been opened. */
const NEEDS_NO_MARKET: ReadonlySet<CommandType> = new Set<CommandType>(['OpenMarket', 'Ping', 'ConfirmClock']);

/** `atUs`: log time of the record. Emits the events of one record: at least one, whatever the command. */
export function decide(decision: Decision, command: Command, atUs: number): void {
  if (!decision.state.opened && !NEEDS_NO_MARKET.has(command.type)) {
    return rejectCommand(decision, command, refusal('MARKET_NOT_OPEN'));
  }
  switch (command.type) {
    case 'PlaceOrder':
      return placeOrder(decision, command, atUs);
    case 'CancelOrder':
      return cancelOrder(decision, command);
    case 'AmendOrder':
      return amendOrder(decision, command, atUs);
    case 'CancelAllOrders':
      return cancelAllOrders(decision, command);
    case 'PostOffer':
      return postOffer(decision, command, atUs);
    case 'WithdrawOffer':
      return withdrawOffer(decision, command);
    case 'Deposit':
    case 'Withdraw':
      return moveCash(decision, command, atUs);
    case 'RegisterParticipant':
    case 'OpenAccount':
    case 'RegisterFactory':
    case 'SetFactoryCosts':
    case 'CreateApiKey':
    case 'RevokeApiKey':
      return decideParticipants(decision, command);
    case 'OpenMarket':
    case 'AddZone':
    case 'SetFees':
    case 'SetLimits':
    case 'SetSplitRule':
    case 'Ping':
      return configure(decision, command);
    case 'ConfirmClock':
      return decision.emit({
        type: 'ClockConfirmed',
        last_stamp_us: decision.state.previousStampUs,
        wall_us: command.wall_us,
      });
    default:
      return unknownCommand(command);
  }
}

function unknownCommand(command: never): never {
  throw new TypeError(`no such command: ${JSON.stringify(command)}`);
}
