// Asks for a broker that the whole test run shares; scripts/brokers/keeper.js starts it for whoever asks first.
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

interface Found {
  readonly addresses: string[];
  /** Where it comes from, for people. */
  readonly how: string;
}

/** @throws Error with one line that says what to install, where no broker can be had */
export async function sharedBroker(name: 'kafka' | 'redis'): Promise<Found> {
  const keeper = process.env.TOKENBOURSE_BROKER_KEEPER;
  if (keeper === undefined) throw new Error('brokers are kept for test runs: start this by "npx jest PATH"');
  const socket = connect(keeper);
  await once(socket, 'connect');
  socket.write(`${name}\n`);
  const answer = JSON.parse(await text(socket)) as Found | { error: string };
  if ('error' in answer) throw new Error(answer.error);
  return answer;
}
