// The whole exchange in one process, on virtual time and a simulated disk, with everything that can go wrong, from one seed.

export type { Planted } from './exchange';
export { runPlan, type RunResult } from './run';
export { shrink, type Patience, type Shrunk } from './shrink';
export { formatSteps, parseSteps, planOf, type Plan, type Step } from './steps';
export { FAULTS, Tally, type FaultName } from './tally';
export type { Found } from './world';
export type { KafkaPlanted } from './kafka-nodes';
export { runKafkaPlan, shrinkKafka, type KafkaRunResult } from './kafka-run';
export { kafkaPlanOf, type KafkaPlan, type KafkaStep } from './kafka-steps';
export { KAFKA_FAULTS, KafkaTally, type KafkaFault } from './kafka-tally';
