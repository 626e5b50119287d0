export { getPartner, getPartnerOf } from './partners.actions.ts';
export { partnerRoutes } from './partners.routes.ts';
export { flagPartner, suspendPartner } from './partners.store.ts';
