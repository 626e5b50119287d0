export type { PayoutDeps } from './payments.actions.ts';
export { payoutRoutes } from './payout.routes.ts';
export { runPayoutStep } from './payout.step.ts';
