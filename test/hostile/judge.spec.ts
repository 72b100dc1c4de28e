// The judge of the attack finds each kind of wrong answer, and lets right ones pass: planted here one by one.

import { openApiDocument, problem, type ProblemCode } from '@tokenbourse/protocol';
import type { Attack } from './attacks';
import { operationsOf, type OpenApi } from './description';
import { rightDraft, render } from './draft';
import { Judge } from './judge';
import type { Key, Scene } from './scene';
import type { WireAnswer } from './wire';

const operations = operationsOf(openApiDocument('1') as unknown as OpenApi);
const operation = (name: string) => operations.find((one) => one.name === name)!;
const judge = new Judge(['Zephyra', 'acc_7', '7654321.123', 'ord_3_1']);
const key: Key = {
  kind: 'consumer',
  authorization: 'Bearer k',
  scopes: new Set(['read', 'trade']),
  bound: true,
  wrong: false,
};
const scene: Scene = {
  ...{ keys: [key], ownIds: ['acc_2', 'HIGH'], spareIds: [], foreignIds: [], secrets: [] },
  windowStart: '2026-11-20T14:00:00Z',
  victims: () => Promise.resolve([]),
};

const attackOn = (name: string, changes: Partial<Attack> = {}): Attack => ({
  ...render(rightDraft(operation(name), scene), key),
  ...{ family: 'mixed', operation: operation(name), method: operation(name).method, key, mayEndConnection: false },
  ...changes,
});

const guarding = [
  ['x-content-type-options', 'nosniff'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
] as const;

function answer(status: number, body: unknown, type = 'application/json', more: [string, string][] = []): WireAnswer {
  const headers = new Map<string, string>([...guarding, ['content-type', type], ...more]);
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}
const refusal = (code: ProblemCode, detail = 'what was wrong', more: [string, string][] = []) => {
  const document = problem(code, detail);
  return answer(document.status, document, 'application/problem+json', more);
};

const right = { data: [], has_more: false, cursor: null, as_of_seq: 4 };

test('right answers pass', () => {
  expect(judge.fault(attackOn('listAccounts'), answer(200, right))).toBeUndefined();
  expect(judge.fault(attackOn('getAccount'), refusal('UNKNOWN_ACCOUNT'))).toBeUndefined();
  expect(
    judge.fault(attackOn('listAccounts'), refusal('RATE_LIMITED', 'too many', [['retry-after', '1']])),
  ).toBeUndefined();
  expect(
    judge.fault(attackOn('getAccount', { text: 'GET /v1/accounts/acc_7' }), refusal('UNKNOWN_ACCOUNT', 'no acc_7')),
  ).toBeUndefined();
});

test.each<[string, Attack, WireAnswer | undefined, string]>([
  ['no answer', attackOn('listAccounts'), undefined, 'ended without'],
  ['a failure', attackOn('listAccounts'), refusal('INTERNAL_ERROR'), 'status 500'],
  ['503', attackOn('placeOrder'), refusal('INBOX_FULL'), 'status 503'],
  ['a taken request', attackOn('listAccounts', { mustBeRefused: true }), answer(200, right), 'was taken'],
  ['another shape', attackOn('listAccounts'), answer(200, { ...right, more: 1 }), 'documented shape'],
  ['no JSON', attackOn('listAccounts'), answer(200, '{'), 'no JSON'],
  ['another type', attackOn('listAccounts'), answer(200, 'x', 'text/plain'), 'content type'],
  ['another status', attackOn('listAccounts'), answer(202, right), 'not documented'],
  ['another code', attackOn('listAccounts'), refusal('UNKNOWN_ORDER'), 'not documented'],
  [
    'another code of that status',
    attackOn('getAccount'),
    refusal('UNKNOWN_FACTORY'),
    'UNKNOWN_FACTORY is not documented',
  ],
  [
    'a code that is none',
    attackOn('listAccounts'),
    answer(400, { ...problem('INVALID_REQUEST', 'x'), code: 'FST' }, 'application/problem+json'),
    'no problem document',
  ],
  [
    'a false status',
    attackOn('listAccounts'),
    answer(400, { ...problem('INVALID_REQUEST', 'wrong'), status: 409 }, 'application/problem+json'),
    'says status 409',
  ],
  ['no Retry-After', attackOn('listAccounts'), refusal('RATE_LIMITED'), 'Retry-After'],
  [
    'no guarding header',
    attackOn('listAccounts'),
    { ...answer(200, right), headers: new Map([['content-type', 'application/json']]) },
    'x-content-type-options',
  ],
  ['a name', attackOn('getAccount'), refusal('UNKNOWN_ACCOUNT', 'it is Zephyra’s'), 'another'],
  ['an id', attackOn('listAccounts'), answer(200, right, 'application/json', [['x-account', 'acc_7']]), 'acc_7'],
  ['a figure', attackOn('getAccount'), refusal('UNKNOWN_ACCOUNT', 'has 7654321.123457'), '7654321.123'],
  ['a trace', attackOn('getAccount'), refusal('UNKNOWN_ACCOUNT', 'x\n    at find (file.js:3:4)'), 'inside'],
  [
    'another reason',
    attackOn('placeOrder', { family: 'bodies', wanted: 'BODY_TOO_LARGE' }),
    refusal('MALFORMED_REQUEST'),
    'not refused as BODY_TOO_LARGE',
  ],
])('%s is found', (_, attack, given, fault) => {
  expect(judge.fault(attack, given)).toContain(fault);
});

test('longer ids are others', () => {
  expect(judge.fault(attackOn('getAccount'), refusal('UNKNOWN_ACCOUNT', 'acc_71 and ord_3_12'))).toBeUndefined();
});

test('what the document forbids must be refused, and what a key may not', () => {
  const draft = rightDraft(operation('placeOrder'), scene, 1);
  expect(render(draft, key)).toMatchObject({ mustBeRefused: false, inert: false });
  draft.query.push(['unknown', '1']);
  expect(render(draft, key)).toMatchObject({ mustBeRefused: true, inert: true });
  expect(render(rightDraft(operation('deposit'), scene), key).mustBeRefused).toBe(true);
  expect(render(rightDraft(operation('listTiers'), scene), key)).toMatchObject({ mustBeRefused: false, inert: true });
});
