// The door of the simulated broker CRM.
export { Crm } from './crm.ts';
export { chargedBack, deposited, kycChanged, registered, requestOf } from './postback.ts';
export type { Postback, PostbackForm } from './postback.ts';
