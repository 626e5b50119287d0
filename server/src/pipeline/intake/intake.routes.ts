import type { App } from '../../platform/http/app.ts';
import { deliveryRoutes } from './deliveries.routes.ts';
import { MAX_BODY_BYTES } from './edge.routes.ts';
import type { IntakeDeps } from './edge.routes.ts';
import { eventRoutes } from './events.routes.ts';
import { hookRoutes } from './hooks.routes.ts';
import { pixelRoutes } from './pixel/pixel.routes.ts';
import { postbackRoutes } from './postback.routes.ts';

/** The doors through which evidence comes in. Mount them outside of hooks and body readers that the hot path does not need. */
export function intakeRoutes(app: App, deps: IntakeDeps): void {
  void app.register(async (plain) => {
    const scope = plain as unknown as App;
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, takesEncodedBodies: true };
    });
    // The bytes are evidence: they are kept as they came, so no reader may touch them first.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES },
      (_request, body, done) => done(null, body),
    );
    // What is described below is judged by the mapping, which names the place and the reason of whatever it does not take.
    scope.setValidatorCompiler(() => () => true);
    scope.setSerializerCompiler(() => (body) => JSON.stringify(body));
    postbackRoutes(scope, deps);
    eventRoutes(scope, deps);
    deliveryRoutes(scope, deps);
    hookRoutes(scope, deps);
    pixelRoutes(scope, deps);
  });
}
