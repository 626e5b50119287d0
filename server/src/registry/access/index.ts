export { createAuthenticator, createKey, ensureBootstrapKey, hasNoKey, newKey } from './access.actions.ts';
export type { Authenticator } from './access.actions.ts';
export { accessRoutes } from './access.routes.ts';
export { performWrite, recordAudit, refusingDuplicate } from './write.actions.ts';
export type { AnswerSeal, WriteDeps, WriteOptions, Written } from './write.actions.ts';
