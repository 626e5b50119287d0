import type { App } from '../../platform/http/app.ts';
import type { WriteDeps } from '../../registry/access/index.ts';
import { campaignRoutes } from './campaigns.routes.ts';
import { codeRoutes } from './codes.routes.ts';
import { creativeRoutes } from './creatives.routes.ts';
import { strikeRoutes } from './strikes.routes.ts';

/** What partners promote with, and strikes. */
export function promotionRoutes(app: App, deps: WriteDeps): void {
  campaignRoutes(app, deps);
  creativeRoutes(app, deps);
  codeRoutes(app, deps);
  strikeRoutes(app, deps);
}
