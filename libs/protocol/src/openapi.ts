// The OpenAPI 3.1 document, made from the route table: the very schemas that check requests describe them here.

import type { TSchema } from 'typebox';
import { exampleOf } from './examples';
import { isCommand, problemsOf, type RouteSpec } from './routes/route';
import { ROUTES } from './routes/table';
import { PendingSchema } from './schemas/commands';
import { problem, problemStatus, ProblemSchema, type ProblemCode } from './problems';

type Json = { [member: string]: unknown };

const intro = [
  'The exchange for AI-token capacity. Quantities are decimal strings in million tokens (`_mtok`, 3 decimals), prices in',
  'USD per million tokens (`_usd_per_mtok`, 3 decimals), money in USD (`_usd`, 6 decimals); instants are RFC 3339 in UTC.',
  'Unknown fields are refused and nothing is converted. Every read answers `as_of_seq`; `min_seq` waits for your own write.',
  'Errors are problem documents (RFC 9457): 501 and 503 mean not taken, 504 outcome unknown, and 202 taken but not decided yet: ask by the id.',
].join(' ');

function plain(schema: TSchema): Json {
  return JSON.parse(
    JSON.stringify(schema, (name, value: unknown) => (isOwnFormat(name, value) ? undefined : value)),
  ) as Json;
}

/** Formats that are checked here alone would only puzzle other tools; their patterns stay. */
function isOwnFormat(name: string, value: unknown): boolean {
  return name === 'format' && (value === 'name' || String(value).startsWith('decimal-') || value === 'instant');
}

function parameters(place: 'path' | 'query' | 'header', schema: TSchema | undefined): Json[] {
  if (schema === undefined) return [];
  const { properties, required = [] } = plain(schema) as { properties: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, field]) => {
    const { description, ...type } = field;
    return {
      name: place === 'header' ? 'Idempotency-Key' : name,
      in: place,
      required: required.includes(name),
      description,
      schema: type,
    };
  });
}

function problemResponses(spec: RouteSpec): Json {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemsOf(spec)) {
    const status = problemStatus(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const responses: Json = {};
  for (const [status, codes] of [...byStatus].sort(([a], [b]) => a - b)) {
    const headers = status === 429 || status === 503 ? { headers: { 'Retry-After': retryAfter } } : {};
    responses[status] = {
      description: codes.map((code) => `\`${code}\``).join(', '),
      ...headers,
      content: {
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/Problem' },
          examples: Object.fromEntries(
            codes.map((code) => [code, { value: problem(code, 'what was wrong and what would pass') }]),
          ),
        },
      },
    };
  }
  return responses;
}

const retryAfter = { description: 'seconds to wait', schema: { type: 'integer', minimum: 1 } };
const rateHeaders = {
  RateLimit: {
    description: 'the allowance that this request counts against: r left, t seconds until it is full again',
    schema: { type: 'string' },
  },
};

function operation(name: string, spec: RouteSpec): Json {
  const type = spec.responseType ?? 'application/json';
  const example = type === 'application/json' ? { example: exampleOf(spec.response) } : {};
  const success = {
    description: 'success',
    headers: rateHeaders,
    content: { [type]: { schema: plain(spec.response), ...example } },
  };
  const pending = {
    description:
      'the market has the command and will decide it; the wait for its outcome is over (beyond one machine only)',
    headers: { ...rateHeaders, Location: { description: 'where to ask for the outcome', schema: { type: 'string' } } },
    content: { 'application/json': { schema: plain(PendingSchema), example: exampleOf(PendingSchema) } },
  };
  const statuses = [spec.status, ...(spec.alsoStatus ?? [])];
  const problems = problemResponses(spec);
  const merged: Json = { ...problems, ...(isCommand(spec) ? { 202: pending } : {}) };
  for (const status of statuses) {
    const other = problems[status] as { content: Json } | undefined;
    const described = status === spec.status ? success : { ...success, description: alsoMeans(status) };
    merged[status] =
      other === undefined ? described : { ...other, ...described, content: { ...other.content, ...success.content } };
  }
  return {
    operationId: name,
    tags: [spec.tag],
    summary: spec.summary,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    security: spec.scope === 'public' ? [] : [{ apiKey: [spec.scope] }],
    parameters: [
      ...parameters('path', spec.params),
      ...parameters('query', spec.query),
      ...parameters('header', spec.headers),
    ],
    ...(spec.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: plain(spec.body), example: spec.example ?? exampleOf(spec.body) },
            },
          },
        }),
    responses: merged,
  };
}

function alsoMeans(status: number): string {
  return status === 200
    ? 'a repetition of an earlier request: its answer again (Idempotent-Replayed: true)'
    : 'not ready, with the reason';
}

/** Builds the document; `version` is the exchange's. */
export function openApiDocument(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const [name, spec] of Object.entries<RouteSpec>(ROUTES)) {
    paths[spec.path] = { ...paths[spec.path], [spec.method.toLowerCase()]: operation(name, spec) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tokenbourse',
      version,
      description: intro,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(Object.values<RouteSpec>(ROUTES).map(({ tag }) => tag))].map((tag) => ({ name: tag })),
    paths,
    components: {
      schemas: { Problem: plain(ProblemSchema) },
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key with the scope read, trade or admin.' },
      },
    },
  };
}
