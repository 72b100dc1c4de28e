// A log whose appends are measured and whose events are counted: the writer itself knows nothing of it.

import { visitRecords, type MarketEvent } from '@tokenbourse/domain';
import type { EventLog, Frame } from '@tokenbourse/log';
import type { Metrics } from './metrics';

/** The log itself where nobody asks for metrics. */
export function measured(log: EventLog, metrics: Pick<Metrics, 'appended' | 'wrote'> | undefined): EventLog {
  if (metrics === undefined) return log;
  const count = { begin: () => undefined, end: () => undefined, event: (event: MarketEvent) => metrics.wrote(event) };
  return {
    tip: () => log.tip(),
    locate: (sequence) => log.locate(sequence),
    read: (from, options) => log.read(from, options),
    follow: (from, signal) => log.follow(from, signal),
    close: () => log.close(),
    append: async (frame: Frame) => {
      const startedMs = performance.now();
      const position = await log.append(frame);
      metrics.appended((performance.now() - startedMs) / 1_000);
      visitRecords(frame.payload, frame.firstSequence, count);
      return position;
    },
  };
}
