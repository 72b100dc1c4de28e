// Scenarios, traces and the kernel that runs them in virtual time; the demonstration market in real time.

export { EventQueue } from './event-queue';
export * from './figures';
export { Kernel } from './kernel';
export * from './live-demo';
export { openMarket, SetupFailed } from './market-setup';
export { readModelView } from './read-model-view';
export { ScenarioError } from './scenario/checks';
export { keynoteScenario, loadScenario, readScenario } from './scenario/reader';
export type { Pacing, Scenario, Schedule } from './scenario/scenario';
export * from './trace/trace';
export { TraceError } from './trace/trace-error';
export * from './trace-run';
