export { startDispatcher } from './outbound.step.ts';
