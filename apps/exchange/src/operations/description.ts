// The API's description: the OpenAPI document and the page to browse it. The page's scripts and styles come from the
// swagger-ui-dist package; nothing is loaded from elsewhere.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Controller, Res } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { openApiDocument } from '@tokenbourse/protocol';
import type { ApiReply } from '../http/api-request';
import { Endpoint } from '../http/endpoint';

export const VERSION = '0.1.0';

/** Styles are set by the page's script as attributes, so inline styles must be allowed; inline scripts are not. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

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

const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', deepLinking: true, tryItOutEnabled: true });
`;

@Controller()
export class DescriptionController {
  private readonly document = JSON.stringify(openApiDocument(VERSION));

  @Endpoint('getOpenApi')
  openApi(@Res() reply: ApiReply) {
    return reply.type('application/json').send(this.document);
  }

  @Endpoint('getDocs')
  page(@Res() reply: ApiReply) {
    return reply
      .type('text/html; charset=utf-8')
      .headers({ 'Content-Security-Policy': PAGE_POLICY, 'Referrer-Policy': 'no-referrer' })
      .send(PAGE);
  }
}

/** The files that the page loads: three, read once. */
export function servePageFiles(server: FastifyInstance): void {
  const assets = path.dirname(require.resolve('swagger-ui-dist/package.json'));
  const files: { readonly [file: string]: readonly [type: string, content: () => Buffer | string] } = {
    'swagger-ui.css': ['text/css; charset=utf-8', () => readFileSync(path.join(assets, 'swagger-ui.css'))],
    'swagger-ui-bundle.js': [
      'text/javascript; charset=utf-8',
      () => readFileSync(path.join(assets, 'swagger-ui-bundle.js')),
    ],
    'start.js': ['text/javascript; charset=utf-8', () => START],
  };
  for (const [file, [type, content]] of Object.entries(files)) {
    let read: Buffer | string | undefined;
    server.get(`/docs/${file}`, (_, reply) => {
      read ??= content();
      return reply.type(type).header('Cache-Control', 'public, max-age=3600').send(read);
    });
  }
}
