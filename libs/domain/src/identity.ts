// Ids on the wire: opaque strings outside, plain numbers of a market inside.

const forms = {
  participant: 'par',
  account: 'acc',
  factory: 'fac',
  offer: 'off',
  key: 'key',
  zone: 'zon',
} as const;

export type IdKind = keyof typeof forms;

const numberPattern = /^(0|[1-9]\d{0,9})$/;

function parseNumber(text: string | undefined): number | undefined {
  if (text === undefined || !numberPattern.test(text)) return undefined;
  const value = Number(text);
  return value <= 0xffff_ffff ? value : undefined;
}

/** E.g. `acc_7`. A factory is named by its account's number. */
export function formatId(kind: IdKind, number: number): string {
  return `${forms[kind]}_${number}`;
}

/** The number of an id of that kind; undefined if the text is none. */
export function parseId(kind: IdKind, id: string): number | undefined {
  return id.startsWith(`${forms[kind]}_`) ? parseNumber(id.slice(forms[kind].length + 1)) : undefined;
}

export interface ContractScopedId {
  readonly contract: number;
  readonly number: number;
}

/** E.g. `ord_12_345`: order 345 of contract 12. */
export function formatOrderId(contract: number, order: number): string {
  return `ord_${contract}_${order}`;
}

/** E.g. `trd_12_9`: trade 9 of contract 12. */
export function formatTradeId(contract: number, trade: number): string {
  return `trd_${contract}_${trade}`;
}

function parseScoped(prefix: string, id: string): ContractScopedId | undefined {
  const parts = id.split('_');
  if (parts.length !== 3 || parts[0] !== prefix) return undefined;
  const contract = parseNumber(parts[1]);
  const number = parseNumber(parts[2]);
  return contract === undefined || number === undefined ? undefined : { contract, number };
}

export function parseOrderId(id: string): ContractScopedId | undefined {
  return parseScoped('ord', id);
}

export function parseTradeId(id: string): ContractScopedId | undefined {
  return parseScoped('trd', id);
}

/** An instant as RFC 3339 in UTC, to the microsecond; trailing zeros of the fraction are kept to milliseconds. */
export function formatInstant(atUs: number): string {
  const millis = Math.floor(atUs / 1_000);
  const micros = atUs - millis * 1_000;
  const iso = new Date(millis).toISOString();
  return micros === 0 ? iso : `${iso.slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}

function formatDuration(us: number): string {
  const seconds = us / 1_000_000;
  if (seconds % 3_600 === 0) return `PT${seconds / 3_600}H`;
  if (seconds % 60 === 0) return `PT${seconds / 60}M`;
  return `PT${seconds}S`;
}

/** A contract's name, e.g. `HIGH-USE-20261120T1400Z-PT1H`; seconds appear where the start has any. */
export function contractId(tier: string, zone: string, windowStartUs: number, windowUs: number): string {
  const [date = '', time = ''] = new Date(windowStartUs / 1_000).toISOString().split('T');
  const clock = time.slice(6, 8) === '00' ? time.slice(0, 5) : time.slice(0, 8);
  return `${tier}-${zone}-${date.replaceAll('-', '')}T${clock.replaceAll(':', '')}Z-${formatDuration(windowUs)}`;
}
