import helmet from '@fastify/helmet';
import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Context } from '../platform/context.ts';
import type { App } from '../platform/http/app.ts';
import { openSealed, sealSecret } from '../platform/seal.ts';
import { NO_SIBLINGS } from '../platform/supervision/index.ts';
import type { Siblings, StartedPart } from '../platform/supervision/index.ts';
import { createMeter } from '../pipeline/figures/index.ts';
import { createRecentNames } from '../pipeline/identity/index.ts';
import type { NamedCustomers } from '../pipeline/identity/index.ts';
import { createFeedActivity, sumFigures } from '../pipeline/intake/index.ts';
import type { FeedFigures } from '../pipeline/intake/index.ts';
import { startMeterFlush } from '../pipeline/meter-flush.ts';
import { runDueDecisions } from '../pipeline/ledger/index.ts';
import { WORK_CHANNEL } from '../pipeline/work-hint.ts';
import { createAuthenticator } from '../registry/access/index.ts';
import { createSessions } from '../registry/people/index.ts';
import { openTracking } from '../tracking/index.ts';
import { createRegistryCache } from '../registry/index.ts';
import { guardRoutes } from './access-hook.ts';
import { serveConsole } from './console.routes.ts';
import type { ApiDeps } from './deps.ts';
import { describeApi, serveDocs } from './docs.ts';
import { healthRoutes } from './health.routes.ts';
import { readJsonBodies } from './json-body.ts';
import {
  answerFrameworkError,
  answerProblems,
  refuseEncodedBody,
  refuseUnstorableAddress,
} from './problems.ts';
import { mountDoors, mountRooms } from './rooms.ts';

/** Bytes of a body; a larger one is answered with a 413 problem. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** A request that has not come in whole after this time is given up, so that slow senders cannot hold connections. */
const REQUEST_TIMEOUT_MS = 60_000;
/** Longer than the idle time of the usual load balancers, so that they close first and no request is lost in between. */
const KEEP_ALIVE_MS = 75_000;
/** How old the registry may be on the hot path; unknown slugs and links are looked up again at once. */
const REGISTRY_AGE_MS = 100;

/**
 * Starts to listen; answers with the address. `close` takes no new requests and finishes the running ones.
 * `siblings` are the other processes behind the same port.
 */
export async function startApi(
  context: Context,
  siblings: Siblings = NO_SIBLINGS,
): Promise<StartedPart & { readonly address: string }> {
  const app = await buildApi(context, undefined, siblings);
  const address = await app.listen({ port: context.config.port, host: context.config.host });
  return { address, close: () => app.close() };
}

/**
 * The whole HTTP server, not listening yet: for startApi, and for tests. `onRoute` is told of every route that is
 * added, as `METHOD /path`.
 */
export async function buildApi(
  context: Context,
  onRoute: (name: string) => void = () => undefined,
  siblings: Siblings = NO_SIBLINGS,
): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { maxParamLength: 300 },
    exposeHeadRoutes: false,
    genReqId: requestIds(),
    trustProxy: trustedProxiesOf(context.config),
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    frameworkErrors: (error, request, reply) => void answerFrameworkError(error, request, reply),
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest('bodyText', '');
  // Not async: a promise for every request of the hot path is more than what this does.
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    refuseEncodedBody(request);
    done();
  });
  app.addHook('onRoute', (route) => {
    for (const method of Array.isArray(route.method) ? route.method : [route.method])
      onRoute(`${method} ${route.url}`);
  });
  answerProblems(app, context.log);
  const authenticator = createAuthenticator(context.db, context.clock);
  const deps = createDeps(context, siblings);
  guardRoutes(app, { authenticator, sessions: deps.sessions });
  app.addHook('onClose', async () => siblings.close());
  const figures = startMeterFlush(context, deps.meter);
  app.addHook('onClose', () => figures.close());
  app.addHook('onClose', () => deps.tracking.close());
  await describeApi(app);
  // The doors stand outside the scope below: on the hot path every hook counts.
  await app.register(async (scope) => mountDoors(scope as unknown as App, deps));
  await app.register(async (scope) => {
    await scope.register(helmet, {
      contentSecurityPolicy: PAGE_POLICY,
      crossOriginEmbedderPolicy: false,
      hsts: false,
    });
    scope.addHook('onRequest', async (request) => refuseUnstorableAddress(request.url));
    readJsonBodies(scope);
    const rooms = scope as unknown as App;
    healthRoutes(rooms, context, siblings);
    mountRooms(rooms, deps);
    await serveDocs(rooms);
    await serveConsole(rooms);
  });
  await app.ready();
  return app;
}

/** Without a word from the operator only a proxy on this machine is believed, and only where nobody else can reach the port. */
function trustedProxiesOf({ trustedProxies, host }: Context['config']): string[] | string | false {
  if (trustedProxies !== undefined) return [...trustedProxies];
  return host === '127.0.0.1' || host === 'localhost' ? 'loopback' : false;
}

/** What one process is told by a sibling that wrote: it looks again before the writer's caller is answered. */
const MOVED = 'registry_moved';
const SESSIONS_CHANGED = 'sessions_changed';
const FEED_FIGURES = 'feed_figures';
const RECENT_NAMES = 'recent_names';

function createDeps(context: Context, siblings: Siblings): ApiDeps {
  const registry = createRegistryCache(context.db, { checkEveryMs: REGISTRY_AGE_MS });
  const tracking = openTracking(context);
  const sessions = createSessions(context);
  const names = createRecentNames({
    askOthers: async (ids) => (await siblings.ask(RECENT_NAMES, ids)) as NamedCustomers[],
  });
  const ownActivity = createFeedActivity(context.clock.now());
  const lookAgain = async (): Promise<void> => {
    // The write is done: that its caller cannot see it at once is no reason to say that it failed.
    await Promise.all([registry.refresh(), tracking.links.refresh().catch(() => undefined)]);
  };
  siblings.answer(MOVED, lookAgain);
  siblings.answer(SESSIONS_CHANGED, async () => sessions.forget());
  siblings.answer(RECENT_NAMES, async (ids) => names.find(ids as string[]));
  siblings.answer(FEED_FIGURES, async (feedId) => ownActivity.figuresOf(String(feedId)));
  return {
    context,
    db: context.db,
    clock: context.clock,
    sessions: {
      find: sessions.find,
      async forget() {
        await sessions.forget();
        await siblings.ask(SESSIONS_CHANGED);
      },
    },
    meter: createMeter(),
    names,
    feedActivity: ownActivity,
    feedFigures: async (feedId) =>
      sumFigures(ownActivity.figuresOf(feedId), (await siblings.ask(FEED_FIGURES, feedId)) as FeedFigures[]),
    registry,
    tracking,
    seal: {
      seal: (text) => sealSecret(context.secrets, 'idempotent_answer', text),
      open: (sealed) => openSealed(context.secrets, 'idempotent_answer', sealed),
    },
    afterWrite: async () => {
      await Promise.all([lookAgain(), siblings.ask(MOVED)]);
    },
    runDueDecisions: (programId) =>
      runDueDecisions(context.db, programId, { now: () => context.clock.now() }),
    workChannel: WORK_CHANNEL,
  };
}

/** The reference page brings its own inline styles and scripts; nothing may be loaded from elsewhere. */
const PAGE_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'", "'unsafe-inline'", "'unsafe-eval'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:', 'blob:'],
    fontSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    workerSrc: ["'self'", 'blob:'],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
    formAction: ["'none'"],
  },
};

/** Ids that differ between processes and starts, without the cost of a random number for each. */
function requestIds(): () => string {
  const start = crypto.randomUUID().slice(0, 8);
  let count = 0;
  return () => `${start}-${(count += 1).toString(36)}`;
}
