// The AsyncAPI 3.0 document of what a market says and hears as messages, made from the descriptions that make the codec and from
// those of the channels.

import { COMMANDS, EVENTS, fieldsSchema, RECORD_CAUSES, type JsonSchema } from '@tokenbourse/domain';

/** A header, or a key: text of one value, or of one form. */
export interface TextDescription {
  readonly note: string;
  readonly value?: string;
  readonly pattern?: string;
}

/** A channel of a market on the brokers, as data. Its address may hold `{market}`. */
export interface MarketChannel {
  readonly name: string;
  readonly address: string;
  readonly note: string;
  readonly config: Readonly<Record<string, string>>;
  readonly messages: readonly {
    readonly name: string;
    readonly note: string;
    readonly headers: Readonly<Record<string, TextDescription>>;
    readonly key?: TextDescription;
    readonly value: keyof typeof VALUES;
  }[];
}

const ref = (path: string): JsonSchema => ({ $ref: `#/${path}` });
const schemaRef = (name: string): JsonSchema => ref(`components/schemas/${name}`);

/** What a message's value is: its media type and its schema. */
const VALUES = {
  records: ['application/json', { type: 'array', minItems: 1, items: schemaRef('record') }],
  commands: ['application/json', { type: 'array', minItems: 1, items: schemaRef('command') }],
  trade: ['application/json', schemaRef('trade')],
  manifest: ['application/json', schemaRef('snapshotManifest')],
  original: ['text/plain', { type: 'string', description: 'whatever was sent' }],
  bytes: ['application/octet-stream', { type: 'string', description: 'bytes' }],
} as const satisfies Record<string, readonly [string, JsonSchema]>;

/** Commands come from API nodes; the rest is the market's to say. */
const IS_SENT: ReadonlySet<string> = new Set(['commands']);
const KAFKA_BINDING = '0.5.0';

const count = (description: string, minimum = 0): JsonSchema => ({ type: 'integer', minimum, description });
const strict = (properties: JsonSchema): JsonSchema => ({
  type: 'object',
  required: Object.keys(properties),
  additionalProperties: false,
  properties,
});

const IDENTITY = strict({
  command: { type: 'string', enum: Object.keys(COMMANDS) },
  account: count('whose command it is; 0: nobody’s'),
  contract: count('of an order; 0: none'),
  command_id: { type: 'string', maxLength: 64 },
  fingerprint: { type: 'integer', minimum: 0, maximum: 0xffff_ffff },
});

const RECORD = strict({
  sequence: count('counts records, without gaps', 1),
  at_us: { type: 'integer', description: 'stamp, microseconds since 1970, UTC; never goes back' },
  cause: { type: 'string', enum: RECORD_CAUSES },
  cause_sequence: count('record that a continuation continues; 0 otherwise'),
  identity: { oneOf: [{ type: 'null' }, IDENTITY] },
  events: { type: 'array', maxItems: 1_000, items: { oneOf: Object.keys(EVENTS).map(schemaRef) } },
});

const MANIFEST = strict({
  sequence: count('of the last record in the snapshot', 1),
  writing: { type: 'string', description: 'parts those who write at once' },
  pieces: count('number of pieces'),
  bytes: count('of all pieces'),
  sha256: { type: 'string', pattern: '^[0-9a-f]{64}$', description: 'of all pieces' },
  firstOffset: count('where the first piece stands'),
  about: { description: 'what its writer says of it' },
});

/** The event with the number and the time of its record. */
function tradeSchema(): JsonSchema {
  const trade = fieldsSchema(EVENTS.TradeExecuted.fields, { type: 'TradeExecuted' });
  const { sequence, at_us } = RECORD.properties as Record<string, JsonSchema>;
  return strict({ sequence, at_us, ...(trade.properties as JsonSchema) });
}

function commandSchemas(): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(COMMANDS).map(([type, fields]) => [type, fieldsSchema(fields, { type })]));
}

function eventSchemas(): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(EVENTS).map(([type, { fields, note }]) => [
      type,
      { description: note, ...fieldsSchema(fields, { type }) },
    ]),
  );
}

function textSchema({ note, value, pattern }: TextDescription): JsonSchema {
  return { type: 'string', ...(value === undefined ? { pattern } : { const: value }), description: note };
}

function messageOf({ name, note, headers, key, value }: MarketChannel['messages'][number]): JsonSchema {
  const [contentType, payload] = VALUES[value];
  const described = Object.entries(headers).map(([header, text]) => [header, textSchema(text)]);
  return {
    name,
    summary: note,
    contentType,
    headers: { type: 'object', required: Object.keys(headers), properties: Object.fromEntries(described) },
    payload,
    ...(key && { bindings: { kafka: { key: textSchema(key), bindingVersion: KAFKA_BINDING } } }),
  };
}

function channelOf({ address, note, config, messages }: MarketChannel): JsonSchema {
  const topicConfiguration = {
    'cleanup.policy': [config['cleanup.policy']],
    ...(config['retention.ms'] !== undefined && { 'retention.ms': Number(config['retention.ms']) }),
    'max.message.bytes': Number(config['max.message.bytes']),
  };
  return {
    address,
    description: note,
    parameters: { market: { description: 'the market’s name', default: 'main' } },
    messages: Object.fromEntries(messages.map(({ name }) => [name, ref(`components/messages/${name}`)])),
    bindings: { kafka: { partitions: 1, topicConfiguration, bindingVersion: KAFKA_BINDING } },
  };
}

/** @param channels those of a market on the brokers */
export function asyncApiDocument(version: string, channels: readonly MarketChannel[]): JsonSchema {
  const kafka = Object.fromEntries(channels.map((channel) => [channel.name, channelOf(channel)]));
  const messages = channels.flatMap((channel) => channel.messages);
  const operations = channels.map(({ name }) => [
    `${IS_SENT.has(name) ? 'send' : 'read'}${name[0]!.toUpperCase()}${name.slice(1)}`,
    { action: IS_SENT.has(name) ? 'send' : 'receive', channel: ref(`channels/${name}`) },
  ]);
  const commands = commandSchemas();
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Tokenbourse messages',
      version,
      description:
        'What the event log of a market holds, as GET /v1/log gives it and as it stands in Kafka, and the other topics of a market. ' +
        '64-bit fields are decimal strings. Headers are text.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    channels: {
      records: {
        address: 'records',
        description: 'All records of one market in their order; GET /v1/log gives them as NDJSON.',
        messages: { record: ref('components/messages/record') },
      },
      ...kafka,
    },
    operations: {
      readRecords: { action: 'receive', channel: ref('channels/records') },
      ...Object.fromEntries(operations),
    },
    components: {
      messages: {
        record: { name: 'record', payload: schemaRef('record') },
        ...Object.fromEntries(messages.map((message) => [message.name, messageOf(message)])),
      },
      schemas: {
        record: RECORD,
        trade: tradeSchema(),
        command: { oneOf: Object.keys(commands).map((type) => schemaRef(`command.${type}`)) },
        snapshotManifest: MANIFEST,
        ...eventSchemas(),
        ...Object.fromEntries(Object.entries(commands).map(([type, schema]) => [`command.${type}`, schema])),
      },
    },
  };
}
