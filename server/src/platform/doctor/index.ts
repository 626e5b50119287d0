export { examineDatabase } from './database.views.ts';
export { examineMachine } from './machine.ts';
export type { Finding } from './finding.ts';
