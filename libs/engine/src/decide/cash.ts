// Deposit and Withdraw: cash comes in and goes out.

import type { CommandOf } from '@tokenbourse/domain';

import { refusal, type Decision, type Refusal } from './decision';
import { refuseFunds } from './holds';
import { refuseExpired } from './order-terms';

type CashCommand = CommandOf<'Deposit' | 'Withdraw'>;

const LARGEST = Number.MAX_SAFE_INTEGER;

export function moveCash(decision: Decision, command: CashCommand, atUs: number): void {
  const { account, amount_micro_usd, reference } = command;
  const refused = refuseExpired(command.expires_at_us, atUs) ?? refuseMovement(decision, command);
  if (refused !== undefined) {
    decision.emit({ type: 'CommandRejected', command: command.type, account, ...refused });
  } else if (command.type === 'Deposit') {
    decision.emit({ type: 'CashDeposited', account, amount_micro_usd, reference });
  } else {
    decision.emit({ type: 'CashWithdrawn', account, amount_micro_usd, reference });
  }
}

function refuseMovement(decision: Decision, command: CashCommand): Refusal | undefined {
  const { account, amount_micro_usd: amount } = command;
  const { accounts } = decision.state;
  if (!accounts.exists(account)) return refusal('UNKNOWN_ACCOUNT');
  if (!Number.isSafeInteger(amount) || amount < 1) {
    return refusal('INVALID_AMOUNT', LARGEST, Number.isSafeInteger(amount) ? amount : 0);
  }
  if (command.type === 'Withdraw') return refuseFunds(decision.state, account, amount);
  // All cash of the market together stays within 64 bits, far beyond any market; the ledger asserts it.
  const room = 2n ** 62n + decision.state.money.get(0);
  return BigInt(amount) > room ? refusal('INVALID_AMOUNT', Number(room < 0n ? 0n : room), amount) : undefined;
}
