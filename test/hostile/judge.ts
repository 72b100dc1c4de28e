// Judges one answer: documented for its route, of the documented shape, no failure of the server, nothing of another's.

import type { Operation } from './description';
import type { Attack } from './attacks';
import type { WireAnswer } from './wire';

/** Answers where the address is none of the API's, or the method another. */
const ELSEWHERE: Readonly<Record<number, readonly string[]>> = {
  400: ['MALFORMED_REQUEST', 'MALFORMED_JSON', 'INVALID_REQUEST'],
  401: ['UNAUTHENTICATED'],
  403: ['SCOPE_MISSING'],
  404: ['NOT_FOUND'],
  405: ['METHOD_NOT_ALLOWED'],
  413: ['BODY_TOO_LARGE'],
  414: ['URI_TOO_LONG'],
  415: ['UNSUPPORTED_MEDIA_TYPE'],
  429: ['RATE_LIMITED'],
  431: ['HEADERS_TOO_LARGE'],
};
/** What only a server that says too much of itself would answer. */
const INNARDS = /node_modules|\bat \S+ \(|\.[jt]s:\d+|Error: |BEGIN [A-Z ]*PRIVATE KEY/;
const PROBLEM = 'application/problem+json';
export const GUARDING_HEADERS: Readonly<Record<string, RegExp>> = {
  'x-content-type-options': /^nosniff$/,
  'content-security-policy': /frame-ancestors 'none'/,
};

export class Judge {
  private readonly secrets: readonly { readonly text: string; readonly pattern: RegExp }[];

  /** @param secrets texts that an attacker must not be told */
  constructor(secrets: readonly string[]) {
    this.secrets = secrets.map((text) => ({
      text,
      pattern: new RegExp(`(?<![\\w.])${text.replace(/[^\w]/g, '\\$&')}${/_\d+$/.test(text) ? '(?!\\d|_\\d)' : ''}`),
    }));
  }

  /** What is wrong with the answer, in a sentence; undefined if nothing is. */
  fault(attack: Attack, answer: WireAnswer | undefined): string | undefined {
    if (answer === undefined) return attack.mayEndConnection ? undefined : 'the connection ended without an answer';
    const { status, body } = answer;
    if (!(status >= 200 && status < 500)) return `status ${status}`;
    if (attack.mustBeRefused && status < 400) return `was taken (${status}), though it must be refused`;
    const innards = INNARDS.exec(body);
    if (innards !== null && !isPage(answer)) return `tells of the server's inside: ${innards[0]}`;
    return (
      this.leak(attack, answer) ??
      missingHeader(answer) ??
      otherCode(attack, answer) ??
      (attack.method === 'HEAD' ? undefined : undocumented(attack.operation, answer))
    );
  }

  private leak({ key, text }: Attack, { body, headers }: WireAnswer): string | undefined {
    if (!key.bound) return undefined;
    const told = `${body}\n${[...headers.values()].join('\n')}`;
    const found = this.secrets.find(({ pattern, text: secret }) => pattern.test(told) && !text.includes(secret));
    return found && `tells another's ${found.text}`;
  }
}

const isPage = ({ headers }: WireAnswer): boolean => (headers.get('content-type') ?? '').startsWith('text/html');

function missingHeader({ headers, status }: WireAnswer): string | undefined {
  if ((status === 429 || status === 503) && !/^[1-9]\d*$/.test(headers.get('retry-after') ?? ''))
    return 'has no Retry-After';
  const missing = Object.entries(GUARDING_HEADERS).find(([name, right]) => !right.test(headers.get(name) ?? ''));
  return missing && `has ${missing[0]}: ${headers.get(missing[0]) ?? '(none)'}`;
}

function otherCode({ wanted, family }: Attack, { status, body }: WireAnswer): string | undefined {
  // Several changes at once are refused for any of them.
  if (wanted === undefined || family === 'mixed' || status === 429) return undefined;
  return body.includes(`"code":"${wanted}"`) ? undefined : `is not refused as ${wanted}: ${status} ${shown(body)}`;
}

function undocumented(operation: Operation | undefined, answer: WireAnswer): string | undefined {
  const { status, headers, body } = answer;
  const type = (headers.get('content-type') ?? '').split(';')[0]!.trim();
  const elsewhere = ELSEWHERE[status];
  const documented = operation?.answers.get(status);
  if (documented === undefined && (operation !== undefined || elsewhere === undefined))
    return `status ${status} is not documented: ${shown(body)}`;
  if (type === PROBLEM) {
    const codes = documented === undefined ? new Set(elsewhere) : documented.codes;
    return wrongProblem(status, body, codes, documented?.shapes.get(type));
  }
  const shape = documented?.shapes.get(type);
  if (shape === undefined) return `content type ${JSON.stringify(type)} is not documented for status ${status}`;
  if (type === 'application/x-ndjson') return wrongLines(body);
  const data = type === 'application/json' ? parsed(body) : body;
  if (data === undefined) return `is no JSON: ${shown(body)}`;
  return shape(data) ? undefined : `has not the documented shape: ${JSON.stringify(shape.errors?.[0])} ${shown(body)}`;
}

function wrongProblem(
  status: number,
  body: string,
  codes: ReadonlySet<string>,
  shape: ((data: unknown) => boolean) | undefined,
): string | undefined {
  const problem = parsed(body) as { status?: unknown; code?: unknown; detail?: unknown } | undefined;
  if (problem === undefined) return `is no JSON: ${shown(body)}`;
  if (shape !== undefined && !shape(problem)) return `is no problem document: ${shown(body)}`;
  if (problem.status !== status) return `says status ${String(problem.status)} in a ${status}`;
  if (!codes.has(String(problem.code))) return `code ${String(problem.code)} is not documented for status ${status}`;
  return typeof problem.detail === 'string' && problem.detail.length > 5 ? undefined : 'says nothing in its detail';
}

function wrongLines(body: string): string | undefined {
  const wrong = body.split('\n').find((line) => line !== '' && parsed(line) === undefined);
  return wrong && `has a line that is no JSON: ${shown(wrong)}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const shown = (text: string): string => (text.length > 300 ? `${text.slice(0, 300)}…` : text);
