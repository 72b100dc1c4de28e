// Refuses any command with the event of its kind.

import type { Command } from '@tokenbourse/domain';

import type { Decision, Refusal } from './decision';

export function rejectCommand(decision: Decision, command: Command, refused: Refusal): void {
  const account = 'account' in command ? command.account : 0;
  if (command.type === 'PlaceOrder') {
    decision.emit({ type: 'OrderRejected', account, contract: command.contract, ...refused });
  } else {
    decision.emit({ type: 'CommandRejected', command: command.type, account, ...refused });
  }
}
