export { applyRunningReassignments } from './apply.actions.ts';
export type { ReassignmentDeps } from './attribute.actions.ts';
export type { AttributionChange, PreviewAttributions } from './facts.ts';
export { invertReassignment } from './reassignments.actions.ts';
export { reassignmentRoutes } from './reassignments.routes.ts';
