export { tellGrades } from './grades.step.ts';
export { tellMoves } from './moves.step.ts';
export { outboundRoutes } from './outbound.routes.ts';
export { startDispatcher } from './outbound.step.ts';
