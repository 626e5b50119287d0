export { previewRemap } from './preview-remap.actions.ts';
export type { TrialWriteDeps } from './apply.actions.ts';
export { createTrialRunner } from './runner.actions.ts';
export type { RunnerDeps, TrialRunner } from './runner.actions.ts';
export { trialRoutes } from './trials.routes.ts';
