export { getPartner, getPartnerOf } from './partners.actions.ts';
export { partnerRoutes } from './partners.routes.ts';
