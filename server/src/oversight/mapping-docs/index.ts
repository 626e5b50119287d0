export { mappingDocsRoutes } from './mapping-docs.routes.ts';
