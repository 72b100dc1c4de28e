/** What stands in a market's topics, as data: the headers of each message, for those who write them and for the document that describes them. */
import { marketTopics, statedConfigs } from './topics';

export interface HeaderDescription {
  readonly note: string;
  /** The one value that it has. */
  readonly value?: string;
  /** What it looks like, where it varies. */
  readonly pattern?: string;
}

type Headers = Readonly<Record<string, HeaderDescription>>;
/** The headers of a message: those that are described, all of them text. */
export type HeadersOf<H> = { readonly [K in keyof H]: string };

const NUMBER = '^\\d{1,16}$';
const PLACE = '^\\d{1,16}:\\d{1,10}$';
const ID = '^[0-9a-f]{64}$';

const market = { note: 'the market’s name', pattern: '^[a-z][a-z0-9-]{0,39}$' };
const typed = <T extends string>(type: T) => ({
  type: { note: 'what the message is', value: type },
  version: { note: 'of this form', value: '1' },
  market,
});

export const FRAME_HEADERS = {
  ...typed('frame'),
  'first-seq': { note: 'sequence number of the first record', pattern: NUMBER },
  'last-seq': { note: 'sequence number of the last record', pattern: NUMBER },
  predecessor: { note: 'id of the frame before; zeros for the first', pattern: ID },
  id: { note: 'SHA-256 over predecessor and the frame’s binary form', pattern: ID },
  digest: { note: 'of the writer’s state after the frame', pattern: '^\\d{1,10}$' },
  'answers-from': { note: 'place of the first command answered, offset:index', pattern: PLACE },
  'answers-to': { note: 'place of the next command to be answered; the same where none was', pattern: PLACE },
} as const satisfies Headers;

export const COMMANDS_HEADERS = {
  ...typed('commands'),
  node: { note: 'who published it', pattern: '^.+$' },
  batch: { note: 'counts the node’s messages', pattern: NUMBER },
  count: { note: 'number of commands', pattern: NUMBER },
} as const satisfies Headers;

export const TRADE_HEADERS = {
  ...typed('trade'),
  sequence: { note: 'sequence number of the record that the trade stands in', pattern: NUMBER },
  index: { note: 'of the trade among those of its record, from 0', pattern: NUMBER },
} as const satisfies Headers;

export const DEAD_LETTER_HEADERS = {
  ...typed('dead-letter'),
  place: { note: 'where it stands in the commands topic, offset:index', pattern: PLACE },
  reason: { note: 'why it is no command', pattern: '^.+$' },
} as const satisfies Headers;

export const SNAPSHOT_PIECE_HEADERS = typed('snapshot-piece') satisfies Headers;
export const SNAPSHOT_HEADERS = typed('snapshot') satisfies Headers;

export interface MessageDescription {
  readonly name: string;
  readonly note: string;
  readonly headers: Headers;
  readonly key?: HeaderDescription;
  /** What the value is. */
  readonly value: 'records' | 'commands' | 'trade' | 'manifest' | 'original' | 'bytes';
}

export interface ChannelDescription {
  readonly name: string;
  /** The topic's name. */
  readonly address: string;
  readonly note: string;
  readonly messages: readonly MessageDescription[];
  /** Settings that readers should know of. */
  readonly config: Readonly<Record<string, string>>;
}

const WRITING = '\\d+/[0-9a-f-]{36}';

/** The channels of a market. */
export function marketChannels(name: string): readonly ChannelDescription[] {
  const topics = marketTopics(name);
  const configs = statedConfigs(name, { replication: 3, commandsKeptMs: 7 * 24 * 3_600_000 });
  const channel = (of: keyof typeof topics, note: string, ...messages: MessageDescription[]): ChannelDescription => ({
    name: of,
    address: topics[of],
    note,
    messages,
    config: configs.get(topics[of])!,
  });
  return [
    channel('commands', 'What waited together at an API node, kept for a stated time, by default a week.', {
      name: 'commands',
      note: 'Several commands in the order in which they are decided.',
      headers: COMMANDS_HEADERS,
      value: 'commands',
    }),
    channel('events', 'The market’s log. A message counts if its predecessor is the last one that counted.', {
      name: 'frame',
      note: 'The records of one batch.',
      headers: FRAME_HEADERS,
      value: 'records',
    }),
    channel('trades', 'The market’s trades for outsiders. After a failure one may come twice.', {
      name: 'trade',
      note: 'One trade.',
      headers: TRADE_HEADERS,
      key: { note: 'the contract', pattern: '^\\d+$' },
      value: 'trade',
    }),
    channel('deadLetters', 'What stood in the commands topic and is no command. One may come twice.', {
      name: 'deadLetter',
      note: 'The message, or the command in it, as it was.',
      headers: DEAD_LETTER_HEADERS,
      key: { note: 'its place, offset:index', pattern: PLACE },
      value: 'original',
    }),
    channel(
      'snapshots',
      'The engine’s state now and then: pieces, then a manifest, by which it counts. A key without a value removes it.',
      {
        name: 'snapshotPiece',
        note: 'A part of a snapshot.',
        headers: SNAPSHOT_PIECE_HEADERS,
        key: { note: 'sequence number, writing, number of the piece', pattern: `^${WRITING}/\\d+$` },
        value: 'bytes',
      },
      {
        name: 'snapshot',
        note: 'That a snapshot is whole.',
        headers: SNAPSHOT_HEADERS,
        key: { note: 'sequence number of its last record, writing', pattern: `^${WRITING}$` },
        value: 'manifest',
      },
    ),
  ];
}
