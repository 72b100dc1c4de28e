// All benchmarks, in the order in which they run and in which docs/performance.md shows them. A new one is a line here.

import type { Benchmark } from './benchmark';
import { durable } from './durable';
import { accounts, growth } from './growth';
import { http } from './http';
import { latency } from './http-latency';
import { kafkaCatchUp } from './kafka-catch-up';
import { kafkaClient } from './kafka-client';
import { kafkaHttp } from './kafka-http';
import { kafkaLog } from './kafka-log';
import { kafkaMemory } from './kafka-memory';
import { kafkaPath } from './kafka-path';
import { kafkaProjector } from './kafka-projector';
import { kafkaTakeover } from './kafka-takeover';
import { memoryPerOrder } from './memory';
import { orderBooks } from './order-book';
import { pauses } from './pauses';
import { projections } from './projections';
import { replay } from './replay';
import { wholeEngine } from './whole-engine';

export const BENCHMARKS: readonly Benchmark[] = [
  ...orderBooks,
  ...wholeEngine,
  accounts,
  durable,
  replay,
  memoryPerOrder,
  pauses,
  projections,
  http,
  latency,
  growth,
  kafkaLog,
  kafkaPath,
  kafkaClient,
  kafkaHttp,
  kafkaTakeover,
  kafkaProjector,
  kafkaCatchUp,
  kafkaMemory,
];
