export { exampleRoutes } from './examples.routes.ts';
export type { LabDeps } from './lab.actions.ts';
export { labRoutes } from './lab.routes.ts';
export { createLabRunner } from './runner.actions.ts';
export type { LabRunner, LabRunnerDeps } from './runner.actions.ts';
