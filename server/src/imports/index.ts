export { importRoutes } from './imports.routes.ts';
export { uploadRoutes } from './upload.routes.ts';
export { openSpool } from './spool.client.ts';
export type { Spool } from './spool.client.ts';
export { startImports } from './start.actions.ts';
