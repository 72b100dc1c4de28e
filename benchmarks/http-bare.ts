// The measure of the HTTP benchmarks, as a process of its own: a bare Fastify that answers the same requests with the same
// bodies and does nothing else, no checks, no log. It is given real answers of the exchange and tells them in turn.

import { fastify } from 'fastify';

export interface BareAnswers {
  readonly placed: readonly unknown[];
  readonly cancelled: readonly unknown[];
}

async function serve({ placed, cancelled }: BareAnswers): Promise<number> {
  const server = fastify();
  let [places, cancels] = [0, 0];
  server.post('/v1/orders', (_, reply) => {
    reply.code(201).send(placed[places++ % placed.length]);
  });
  server.delete('/v1/orders/:order_id', (_, reply) => {
    reply.send(cancelled[cancels++ % cancelled.length]);
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return (server.server.address() as { port: number }).port;
}

if (require.main === module) {
  process.once('message', (answers: BareAnswers) => {
    serve(answers).then(
      (port) => process.send!({ report: port }),
      (error: unknown) => process.send!({ failure: String(error) }),
    );
  });
  process.once('disconnect', () => process.exit(0));
}
