export { refuseClosedCampaign } from './campaigns.actions.ts';
export { refuseUnusableCreative } from './creatives.actions.ts';
export { promotionRoutes } from './promotion.routes.ts';
export { findPromotionRules } from './promotion.views.ts';
