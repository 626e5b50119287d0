export { receiveLines } from './inbox.store.ts';
export type { SentLines } from './inbox.store.ts';
export { runPartnerStep } from './ledger.step.ts';
export { runReleaseStep } from './release.step.ts';
