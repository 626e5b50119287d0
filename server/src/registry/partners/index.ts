export { getPartner, getPartnerOf } from './partners.actions.ts';
export { partnerRoutes } from './partners.routes.ts';
export { flagPartner, suspendPartner } from './partners.store.ts';
export { listSubtree } from './partners.views.ts';
export { treeRoutes } from './tree.routes.ts';
export { writeMove } from './moves.actions.ts';
export type { WantedMove } from './moves.actions.ts';
export { addMove, findCycle, hierarchyOf, listMovedPartners, spanOfMove } from './hierarchy.ts';
export type { Circle, Hierarchy, Move, ParentVersion, Span } from './hierarchy.ts';
