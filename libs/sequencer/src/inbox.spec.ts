// The inbox: its bound, and the places beyond it for what takes risk away.

import type { Command } from '@tokenbourse/domain';
import { Inbox } from './inbox';
import { InboxFull } from './submission';

const ping: Command = { type: 'Ping', command_id: '', token: 1 };
const cancel: Command = { type: 'CancelOrder', account: 1, contract: 1, command_id: '', order: 1 };
const cancelAll = { type: 'CancelAllOrders' } as Command;
const withdrawOffer: Command = { type: 'WithdrawOffer', account: 1, command_id: '', offer: 1 };
const revoke: Command = { type: 'RevokeApiKey', command_id: '', key: 1 };

/** Whether a command is queued; what is queued waits for good. */
async function isQueued(inbox: Inbox, command: Command): Promise<boolean> {
  const waits = Symbol('waits');
  const first = await Promise.race([
    new Promise((resolve, reject) => inbox.put(command, { resolve, reject })).catch((error: unknown) => error),
    Promise.resolve().then(() => Promise.resolve(waits)),
  ]);
  if (first !== waits) expect(first).toBeInstanceOf(InboxFull);
  return first === waits;
}

test('full means refused at once, but cancels have places of their own, and those are bounded too', async () => {
  const inbox = new Inbox(8, () => undefined);
  for (let i = 0; i < 8; i++) expect(await isQueued(inbox, ping)).toBe(true);
  expect(await isQueued(inbox, ping)).toBe(false);
  expect(await isQueued(inbox, cancel)).toBe(true);
  expect(await isQueued(inbox, cancelAll)).toBe(true);
  expect(await isQueued(inbox, ping)).toBe(false);
  expect(await isQueued(inbox, withdrawOffer)).toBe(false);
  expect(await isQueued(inbox, revoke)).toBe(false);
  expect(inbox.depth).toBe(10);
  inbox.take();
  expect(await isQueued(inbox, revoke)).toBe(true);
  for (let i = 0; i < 3; i++) inbox.take();
  expect(await isQueued(inbox, ping)).toBe(true);
});
