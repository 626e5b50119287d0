export { KeptChild } from './kept-child.ts';
export { LEAN_ENVIRONMENT } from './lean.ts';
export { startProcessGroup } from './process-group.ts';
export { runPart } from './run-part.ts';
export type { StartedPart } from './run-part.ts';
export { onStopSignals } from './stop-signals.ts';
export { NO_SIBLINGS, openSiblings, parentChannel } from './siblings.ts';
export type { Siblings } from './siblings.ts';
