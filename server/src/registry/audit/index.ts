export { auditRoutes } from './audit.routes.ts';
export { checkAudit } from './audit-check.views.ts';
export type { AuditReport } from './audit-check.views.ts';
export { sealAudit } from './seal.actions.ts';
