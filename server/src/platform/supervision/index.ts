export { KeptChild } from './kept-child.ts';
export { runPart } from './run-part.ts';
export type { StartedPart } from './run-part.ts';
export { onStopSignals } from './stop-signals.ts';
