// Logs with one fault in them: a figure of an event altered, an event left out or doubled, a record left out.

import { EVENTS, type EventType, type Field, type Fields, type LogRecord, type MarketEvent } from '@tokenbourse/domain';

export interface Alteration {
  /** E.g. `TradeExecuted.lots + 1`. */
  readonly what: string;
  readonly records: readonly LogRecord[];
  /** Record in which it was made. */
  readonly sequence: number;
}

/** So many other names of a list are tried. */
const CHOICES = 3;

interface Place {
  readonly record: number;
  readonly event: number;
}

/** Up to `most` places of an event, spread over the log. */
function placesOf(records: readonly LogRecord[], type: EventType, most: number): Place[] {
  const all = records.flatMap(({ events }, record) =>
    events.flatMap((found, event) => (found.type === type ? [{ record, event }] : [])),
  );
  const step = Math.max(1, Math.floor(all.length / most));
  return all.filter((_, index) => index % step === 0).slice(0, most);
}

function withEvents(
  records: readonly LogRecord[],
  at: Place,
  change: (events: readonly MarketEvent[]) => readonly MarketEvent[],
): Pick<Alteration, 'records' | 'sequence'> {
  const changed = records.map((record, index) =>
    index === at.record ? { ...record, events: change(record.events) } : record,
  );
  return { records: changed, sequence: records[at.record]!.sequence };
}

/** Other values of a field, each with its name. */
function alternatives(field: Field<unknown>, value: unknown): [string, unknown][] {
  switch (field.kind) {
    case 'count':
    case 'integer':
      return [
        ['+ 1', (value as number) + 1],
        ['- 1', (value as number) - 1],
        ['+ 10^6', (value as number) + 1_000_000],
      ];
    case 'wide':
      return [
        ['+ 1', (value as bigint) + 1n],
        ['- 1', (value as bigint) - 1n],
      ];
    case 'flag':
      return [['turned', value !== true]];
    case 'choice':
      return (field.values ?? [])
        .filter((name) => name !== value)
        .slice(0, CHOICES)
        .map((name) => [`= ${name}`, name]);
    case 'text':
      return [['+ X', `${value as string}X`]];
    case 'list':
      return listAlternatives(field.of ?? {}, value as readonly Record<string, unknown>[]);
  }
}

function listAlternatives(of: Fields, items: readonly Record<string, unknown>[]): [string, unknown][] {
  if (items.length === 0) return [];
  const [first, ...others] = items;
  const altered = Object.entries(of).flatMap(([name, field]) =>
    alternatives(field, first![name]).map(([what, other]): [string, unknown] => [
      `[0].${name} ${what}`,
      [{ ...first, [name]: other }, ...others],
    ]),
  );
  return [['without its first', others], ...altered];
}

/** Each field of each event with other values, at up to `most` places. */
export function* alteredFields(records: readonly LogRecord[], most: number): Iterable<Alteration & { field: string }> {
  for (const type of Object.keys(EVENTS) as EventType[]) {
    const fields = Object.entries(EVENTS[type].fields) as [string, Field<unknown>][];
    for (const place of placesOf(records, type, most)) {
      const found = records[place.record]!.events[place.event] as unknown as Record<string, unknown>;
      for (const [name, field] of fields) {
        for (const [how, value] of alternatives(field, found[name])) {
          const change = (events: readonly MarketEvent[]) =>
            events.map((event, i) => (i === place.event ? ({ ...event, [name]: value } as MarketEvent) : event));
          yield { field: `${type}.${name}`, what: `${type}.${name} ${how}`, ...withEvents(records, place, change) };
        }
      }
    }
  }
}

/** Each event left out, and doubled, at up to `most` places; and the whole record left out. */
export function* alteredSequences(records: readonly LogRecord[], most: number): Iterable<Alteration> {
  for (const type of Object.keys(EVENTS) as EventType[]) {
    for (const place of placesOf(records, type, most)) {
      const { event: at } = place;
      const change = (what: string, events: (all: readonly MarketEvent[]) => readonly MarketEvent[]): Alteration => ({
        what: `${type} ${what}`,
        ...withEvents(records, place, events),
      });
      yield change('left out', (all) => all.filter((_, i) => i !== at));
      yield change('twice', (all) => all.flatMap((event, i) => (i === at ? [event, event] : [event])));
      const { [place.record]: record } = records;
      const apart = [...records.slice(0, place.record), ...records.slice(place.record + 1)];
      yield { what: `the record of ${type} left out`, records: apart, sequence: record!.sequence };
    }
  }
}
