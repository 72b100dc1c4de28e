// The fields that requests and responses are made of, as JSON schemas with their TypeScript types.

import { Type, type Static, type TSchema, type TUnsafe } from 'typebox';
import { INSTANT_PATTERN } from '../instants';

interface Options {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly [keyword: string]: unknown;
}

/** A decimal string from 0 with at most `places` decimals; its integer form is a safe integer. */
export function decimal(places: number, description: string, example: string): ReturnType<typeof Type.String> {
  const fraction = places === 0 ? '' : `(\\.\\d{1,${places}})?`;
  return Type.String({
    pattern: `^(0|[1-9]\\d{0,15})${fraction}$`,
    format: `decimal-${places}`,
    description,
    examples: [example],
  });
}

/** A decimal string of a response: signed, with exactly `places` decimals. */
export function figure(places: number, description: string, example: string): ReturnType<typeof Type.String> {
  const fraction = places === 0 ? '' : `\\.\\d{${places}}`;
  return Type.String({ pattern: `^-?\\d+${fraction}$`, description, examples: [example] });
}

export const mtok = (description: string, example = '10.000') => decimal(3, `${description}; million tokens`, example);
export const price = (description: string, example = '6.000') =>
  decimal(3, `${description}; USD per million tokens`, example);
export const usd = (description: string, example = '100.000000') => decimal(6, `${description}; USD`, example);
export const mw = (description: string, example = '100.000000') => decimal(6, `${description}; megawatts`, example);

export const mtokFigure = (description: string, example = '10.000') =>
  figure(3, `${description}; million tokens`, example);
export const priceFigure = (description: string, example = '6.000') =>
  figure(3, `${description}; USD per million tokens`, example);
export const usdFigure = (description: string, example = '60.000000') => figure(6, `${description}; USD`, example);
/** An average price of a response, up to six decimals: exact to a thousandth of a tick. */
export const average = (description: string, example = '6.000000') =>
  Type.String({
    pattern: '^\\d+\\.\\d{3,6}$',
    description: `${description}; USD per million tokens`,
    examples: [example],
  });
export const mwhFigure = (description: string, example = '1.250000') => figure(6, `${description}; MWh`, example);
export const mwFigure = (description: string, example = '100.000000') =>
  figure(6, `${description}; megawatts`, example);

export const instant = (description: string, example = '2026-11-20T14:00:00Z') =>
  Type.String({ pattern: INSTANT_PATTERN, format: 'instant', description, examples: [example] });

/** One of a closed list of names. */
export function oneOf<const V extends readonly string[]>(
  values: V,
  description: string,
  options: Options = {},
): TUnsafe<V[number]> {
  return Type.Unsafe<V[number]>({ type: 'string', enum: [...values], description, ...options });
}

/** A text that people gave: no control characters, no half of a surrogate pair. */
export const name = (max: number, description: string, example: string, min = 1) =>
  Type.String({ minLength: min, maxLength: max, format: 'name', description, examples: [example] });

export const commandId = (description: string, example = 'my-order-1') => name(64, description, example);

const id = (prefix: string, description: string, example: string) =>
  Type.String({ pattern: `^${prefix}_(0|[1-9]\\d{0,9})$`, description, examples: [example] });
const scopedId = (prefix: string, description: string, example: string) =>
  Type.String({ pattern: `^${prefix}_[1-9]\\d{0,9}_[1-9]\\d{0,9}$`, description, examples: [example] });

export const participantId = (description = 'participant') => id('par', description, 'par_1');
export const accountId = (description = 'account') => id('acc', description, 'acc_1');
export const factoryId = (description = 'factory; its number is its account’s') => id('fac', description, 'fac_2');
export const offerId = (description = 'capacity offer') => id('off', description, 'off_1');
export const keyId = (description = 'API key') => id('key', description, 'key_1');
export const orderId = (description = 'order') => scopedId('ord', description, 'ord_3_1');
export const tradeId = (description = 'trade') => scopedId('trd', description, 'trd_3_1');

export const contractId = (description = 'contract: tier, zone and delivery window') =>
  Type.String({
    pattern: '^[A-Z0-9_]{1,20}-[A-Z0-9]{1,8}-\\d{8}T\\d{4}(\\d{2})?Z-PT[0-9.]{1,10}[HMS]$',
    maxLength: 80,
    description,
    examples: ['HIGH-USE-20261120T1400Z-PT1H'],
  });
export const tierName = (description = 'quality tier') =>
  Type.String({ pattern: '^[A-Z0-9_]{1,20}$', description, examples: ['HIGH'] });
export const zoneName = (description = 'zone: a place with its own power and books') =>
  Type.String({ pattern: '^[A-Z0-9]{1,8}$', description, examples: ['USE'] });

export const integer = (minimum: number, maximum: number, description: string, example: number) =>
  Type.Integer({ minimum, maximum, description, examples: [example] });
/** A whole number of a response. */
export const total = (description: string, example = 1) => Type.Integer({ description, examples: [example] });
export const flag = (description: string) => Type.Boolean({ description });

/** A whole number in a query, where everything is text. */
export const queryNumber = (description: string, example: string) =>
  Type.String({ pattern: '^(0|[1-9]\\d{0,15})$', format: 'decimal-0', description, examples: [example] });

/** From 1 to 1000 in a query. */
export const thousand = (description: string, example: string) =>
  Type.String({ pattern: '^([1-9]\\d{0,2}|1000)$', description, examples: [example] });

/** The same, or null. */
export function orNull<T extends TSchema>(schema: T): TUnsafe<Static<T> | null> {
  const { type, enum: values, ...rest } = schema as T & { type: string; enum?: readonly unknown[] };
  const names = values === undefined ? {} : { enum: [...values, null] };
  return Type.Unsafe<Static<T> | null>({ ...rest, ...names, type: [type, 'null'] });
}

/** An object that refuses fields that it doesn't name. */
export const strict = <P extends Record<string, TSchema>>(properties: P, options: Options = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options });

export const asOfSeq = Type.Integer({
  description: 'the answer shows the log up to this record',
  examples: [1234],
});

/** Query fields of every read. */
export const minSeq = {
  min_seq: Type.Optional(queryNumber('wait until this record is visible, e.g. the `seq` of your own write', '1234')),
};

/** Query fields of every list. */
export const page = {
  limit: Type.Optional(thousand('how many at most, from 1 to 1000; 100 if left out', '100')),
  cursor: Type.Optional(name(200, 'the `cursor` of the page before', 'eyJhIjoxfQ')),
};

/** The answer of every list. */
export const listOf = <T extends TSchema>(item: T) =>
  strict({
    data: Type.Array(item),
    has_more: flag('whether there are further rows'),
    cursor: orNull(Type.String({ description: 'ask with it for the next page; null at the end' })),
    as_of_seq: asOfSeq,
  });

/** The header that names a command other than an order: the same request sent again is answered, not made, again. */
export const idempotencyHeaders = strict({
  'idempotency-key': Type.Optional(name(64, 'your own id of this request', 'deposit-1')),
});
