// The open load's clock, as a thread of its own: it says how many requests are due. It sleeps in between; timers of the event
// loop know whole milliseconds only, and would bundle requests.

import { parentPort, workerData } from 'node:worker_threads';

export interface TickerData {
  /** When the first request is due, on the monotonic clock. */
  readonly firstNs: bigint;
  readonly perSecond: number;
  readonly requests: number;
}

function tick({ firstNs, perSecond, requests }: TickerData): void {
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  for (let due = 0; due < requests;) {
    const waitMs = (due * 1_000) / perSecond - Number(process.hrtime.bigint() - firstNs) / 1e6;
    if (waitMs > 0) Atomics.wait(nobody, 0, 0, waitMs);
    const elapsedS = Number(process.hrtime.bigint() - firstNs) / 1e9;
    const nowDue = Math.min(requests, Math.floor(elapsedS * perSecond) + 1);
    if (elapsedS < 0 || nowDue <= due) continue;
    due = nowDue;
    parentPort!.postMessage(due);
  }
}

if (parentPort !== null) tick(workerData as TickerData);
