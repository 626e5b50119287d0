export { quarantineRoutes } from './quarantine.routes.ts';
