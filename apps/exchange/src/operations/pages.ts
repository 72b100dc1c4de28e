// The page to browse the API's description. Its scripts and styles come from the swagger-ui-dist package; nothing is loaded from
// elsewhere, and the headers tell the browser so.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { ROUTES } from '@tokenbourse/protocol';
import type { EndpointConfig } from '../http/endpoint';
import { ProblemFilter } from '../http/problem.filter';

/** Styles are set by the page's script as attributes, so inline styles must be allowed; inline scripts are not. */
const PAGE_HEADERS: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  frameguard: { action: 'deny' },
};

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tokenbourse API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** No badge of a validator elsewhere: the headers would block its picture. */
const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', deepLinking: true, tryItOutEnabled: true, validatorUrl: null });
`;

/** Serves the page and its three files, each read once. */
export function servePages(server: FastifyInstance): void {
  // A scope of its own: the headers of pages cost nothing on the way of an order.
  server.register(async (pages) => {
    // Nest's own comes too late for a scope that is there before it.
    pages.setErrorHandler((error, request, reply) => new ProblemFilter().answer(error, request, reply));
    pages.addHook('onRequest', (_, reply, done) => {
      // That of data goes, before that of pages is set.
      reply.removeHeader('Content-Security-Policy');
      done();
    });
    await pages.register(helmet, PAGE_HEADERS);
    const { path: address, scope, budget } = ROUTES.getDocs;
    const config: EndpointConfig = { endpoint: 'getDocs', scope, budget, isList: false };
    pages.get(address, { config }, (_, reply) => reply.type('text/html; charset=utf-8').send(PAGE));
    for (const [file, [type, content]] of Object.entries(filesOfThePage())) {
      let read: Buffer | string | undefined;
      pages.get(`/docs/${file}`, (_, reply) => {
        read ??= content();
        return reply.type(type).header('Cache-Control', 'public, max-age=3600').send(read);
      });
    }
  });
}

function filesOfThePage(): Readonly<Record<string, readonly [type: string, content: () => Buffer | string]>> {
  const assets = path.dirname(require.resolve('swagger-ui-dist/package.json'));
  const asset = (file: string) => () => readFileSync(path.join(assets, file));
  return {
    'swagger-ui.css': ['text/css; charset=utf-8', asset('swagger-ui.css')],
    'swagger-ui-bundle.js': ['text/javascript; charset=utf-8', asset('swagger-ui-bundle.js')],
    'start.js': ['text/javascript; charset=utf-8', () => START],
  };
}
