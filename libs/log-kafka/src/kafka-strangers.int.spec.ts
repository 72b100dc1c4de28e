// What else may stand in an events topic: frames once more, garbage, forgeries, other markets', a newer version's. All readers pass
// over what doesn't count, at the same places; what they must not pass over stops them by name.

import { FrameDamaged, PositionForeign, hex, originPosition } from '@tokenbourse/log';
import { collect } from '../../log/src/event-log.contract';
import { sampleChain } from '../../log/src/sample-chain';
import { sharedKafka } from '../../../test/support/brokers/kafka';
import { messageOf } from './frame-message';
import { KafkaEventLog } from './kafka-log';
import { type KafkaLogOptions, KafkaLogReader } from './kafka-log-reader';
import { KafkajsPartition } from './kafkajs-partition';
import { opaqueText } from './opaque-text.fixture';
import type { NewMessage } from './partition';
import { deleteBefore, makeTopic } from './test-topic.fixture';

const chain = sampleChain({ frames: 4 });
const rival = sampleChain({ frames: 4, seed: 2 });
const asMessage = (frame: (typeof chain)[0]): NewMessage & { value: Buffer } => messageOf(frame, 'main', opaqueText);
const withHeader = (message: NewMessage, name: string, text: string): NewMessage => ({
  ...message,
  headers: { ...message.headers, [name]: text },
});

let options: KafkaLogOptions;
let partition: KafkajsPartition;
const opened: KafkaLogReader[] = [];

beforeEach(async () => {
  const brokers = await sharedKafka();
  const topic = await makeTopic(brokers);
  options = { settings: { brokers }, topic, market: 'main', text: opaqueText };
  partition = new KafkajsPartition({ brokers }, topic);
});
afterEach(async () => {
  partition.close();
  await Promise.all(opened.splice(0).map((log) => log.close()));
});

async function open(more: Partial<KafkaLogOptions> = {}): Promise<KafkaLogReader> {
  const reader = await KafkaLogReader.open({ ...options, ...more });
  opened.push(reader);
  return reader;
}

it.each<[string, string, NewMessage]>([
  ['the last frame once more', 'doubled', asMessage(chain[1])],
  ['an earlier frame once more', 'off the chain', asMessage(chain[0])],
  ['a rival’s frame', 'off the chain', asMessage(rival[2])],
  ['a sequence number left out', 'off the chain', withHeader(asMessage(chain[2]), 'first-seq', '99')],
  ['text', 'no frame', { value: 'garbage' }],
  ['nothing', 'no frame', { value: null }],
  ['a frame’s headers without text', 'no frame', { ...asMessage(chain[2]), value: null }],
  ['a frame’s headers with garbage', 'no frame', { ...asMessage(chain[2]), value: '[' }],
  ['a frame of another market', 'no frame', withHeader(asMessage(chain[2]), 'market', 'other')],
  ['a message of another type', 'no frame', withHeader(asMessage(chain[2]), 'type', 'trade')],
  ['headers that are no numbers', 'no frame', withHeader(asMessage(chain[2]), 'digest', '1e3')],
  ['a number beyond its range', 'no frame', withHeader(asMessage(chain[2]), 'digest', '4294967296')],
  ['a place of commands that is none', 'no frame', withHeader(asMessage(chain[2]), 'answers-to', '1')],
  ['a forged text', 'wrong id', { ...asMessage(chain[2]), value: asMessage(rival[2]).value }],
  ['a forged digest', 'wrong id', withHeader(asMessage(chain[2]), 'digest', '7')],
  ['a forged place of commands', 'wrong id', withHeader(asMessage(chain[2]), 'answers-to', '5:0')],
  ['a forged last sequence', 'wrong id', withHeader(asMessage(chain[2]), 'last-seq', '400')],
])('%s between frames is passed over', async (_, why, message) => {
  const [one, two, three, four] = chain.map(asMessage);
  await partition.produce([one, two, message, three, four, message]);
  const skipped: [string, number][] = [];
  const reader = await open({ onSkipped: (reason, offset) => skipped.push([reason, offset]) });
  const placed = await collect(reader);
  expect(placed.map(({ frame }) => hex(frame.id))).toEqual(chain.map(({ id }) => hex(id)));
  expect(placed.map(({ position }) => position.place)).toEqual([1, 2, 4, 5]);
  expect(skipped[0]).toEqual([why, 2]);
  expect(skipped[1][1]).toBe(5);
  expect((await reader.locate(chain[2].firstSequence)).place).toBe(2);
  const fromThere = await open({ from: placed[1].position, recentBytes: 0 });
  expect((await collect(fromThere, placed[1].position)).map(({ position }) => position.place)).toEqual([4, 5]);
});

it('the writer goes on over what doesn’t count', async () => {
  const log = await KafkaEventLog.open(options);
  opened.push(log);
  await log.append(chain[0]);
  await partition.produce([{ value: 'garbage' }, asMessage(rival[1]), asMessage(chain[0])]);
  expect((await log.append(chain[1])).place).toBe(5);
});

it.each<[string, NewMessage, RegExp]>([
  ['a newer version of frames', withHeader(asMessage(chain[2]), 'version', '2'), /frame version 2, this build reads/],
  ['a newer catalogue of events', { ...asMessage(chain[2]), value: 'newer' }, /event type is unknown/],
])('%s stops a reader by name: to pass it over would be to leave the chain', async (_, message, what) => {
  const newer = Object.assign(new Error('event type is unknown'), { code: 'UNKNOWN_EVENT_TYPE' });
  const text = {
    ...opaqueText,
    fromText: (told: string) => {
      if (told === 'newer') throw newer;
      return opaqueText.fromText(told, 1);
    },
  };
  await partition.produce([asMessage(chain[0]), asMessage(chain[1]), message]);
  const opening = open({ text });
  await expect(opening).rejects.toThrow(FrameDamaged);
  await expect(opening).rejects.toThrow(what);
});

it('a position whose frame is gone is known to be foreign when the chain doesn’t go on from it', async () => {
  await partition.produce(chain.map(asMessage));
  const log = await open();
  const positions = (await collect(log)).map(({ position }) => position);
  await deleteBefore([...options.settings.brokers], options.topic, 2);
  const later = await open({ from: positions[1] });
  expect((await collect(later, positions[1])).map(({ position }) => position.place)).toEqual([3, 4]);
  const foreign = { ...positions[1], id: rival[1].id };
  await expect(collect(later, foreign)).rejects.toThrow(PositionForeign);
  await expect(open({ from: foreign })).rejects.toThrow(PositionForeign);
  await expect(collect(later, originPosition())).rejects.toMatchObject({
    code: 'POSITION_BEFORE_START',
    firstPlace: 3,
  });
});
