// For tests: puts records into a log as frames.

import { encodeRecords, type LogRecord } from '@tokenbourse/domain';
import { NO_ANSWERS, sealFrame, type EventLog } from '@tokenbourse/log';

/** Appends `records`, the log's next ones, in frames of `perFrame`. */
export async function appendRecords(log: EventLog, records: readonly LogRecord[], perFrame = 7): Promise<void> {
  for (let i = 0; i < records.length; i += perFrame) {
    const batch = records.slice(i, i + perFrame);
    const { id } = await log.tip();
    const header = {
      predecessor: id,
      firstSequence: batch[0].sequence,
      recordCount: batch.length,
      digest: 0,
      answers: NO_ANSWERS,
    };
    await log.append(sealFrame(header, encodeRecords(batch)));
  }
}
