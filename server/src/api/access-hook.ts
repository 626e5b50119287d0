import type { Scope } from '@plumbline/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Actor } from '../platform/http/app.ts';
import { HttpProblem } from '../platform/http/problem.ts';
import type { Authenticator } from '../registry/access/index.ts';
import { notSignedIn, refuseForeignSite, sessionTokenOf } from '../registry/people/index.ts';
import type { Sessions } from '../registry/people/index.ts';
import { OPERATOR_ROUTES } from './operator.ts';
import { PUBLIC_ROUTES } from './public.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set for every route when it is added: the scope that it asks for, or null when it is public. */
    scope?: Scope | null;
  }
}

/** The scope of a route, null for a public one. Throws when the route stands in neither list: a bug that must not go live. */
export function scopeOfRoute(method: string, url: string): Scope | null {
  const name = `${method} ${url}`;
  const scope = OPERATOR_ROUTES[name];
  if (scope !== undefined) return scope;
  if (PUBLIC_ROUTES[name] !== undefined) return null;
  throw new Error(
    `the route ${name} names no scope: add it to api/operator.ts, or to api/public.ts with the reason`,
  );
}

/** Guards every route that is added after this call, in whatever scope of the server. */
export function guardRoutes(app: FastifyInstance, doors: Doors): void {
  app.decorateRequest('actor', null);
  app.addHook('onRoute', (route) => {
    const methods = Array.isArray(route.method) ? route.method : [route.method];
    const scopes = new Set(methods.map((method) => scopeOfRoute(method, route.url)));
    if (scopes.size !== 1)
      throw new Error(`the methods of ${route.url} ask for different scopes; add them one by one`);
    const scope = [...scopes][0] ?? null;
    route.config = { ...route.config, scope };
    // Public doors are the hot path: they have no hook at all.
    if (scope === null) return;
    const others = route.onRequest ?? [];
    // Without a promise where none is needed: a key that is believed already costs the doors no turn of the queue.
    const guard = (
      request: FastifyRequest,
      _reply: unknown,
      done: (error?: Error) => void,
    ): Promise<void> | undefined => {
      const admit = (actor: Actor): void => {
        request.actor = allow(actor, scope);
      };
      const found = identify(request, doors);
      if (found instanceof Promise) return found.then(admit);
      admit(found);
      done();
      return undefined;
    };
    route.onRequest = [guard, ...(Array.isArray(others) ? others : [others])];
  });
}

/** The two ways in: API keys for programs, sessions for people. */
export interface Doors {
  readonly authenticator: Authenticator;
  readonly sessions: Sessions;
}

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Who asks. A key goes before a cookie. Throws, or rejects, with 401, or 403 when a cookie's request may come from another site. */
function identify(request: FastifyRequest, { authenticator, sessions }: Doors): Actor | Promise<Actor> {
  const header = request.headers.authorization;
  if (header === undefined) return identifyByCookie(request, sessions);
  const key = /^Bearer +([\x21-\x7e]{1,300})$/i.exec(header)?.[1];
  if (key === undefined) throw unauthenticated('The Authorization header must be: Bearer <API key>.');
  const found = authenticator.find(key);
  return found instanceof Promise ? found.then(knownActor) : knownActor(found);
}

function knownActor(actor: Actor | undefined): Actor {
  if (actor === undefined) throw unauthenticated('The API key is not known, or was revoked.');
  return actor;
}

async function identifyByCookie(request: FastifyRequest, sessions: Sessions): Promise<Actor> {
  const token = sessionTokenOf(request);
  if (token === undefined) throw unauthenticated('Send the header: Authorization: Bearer <API key>.');
  const session = await sessions.find(token);
  if (session === undefined) throw notSignedIn();
  if (!READING.has(request.method)) refuseForeignSite(request);
  return session.actor;
}

function allow(actor: Actor, scope: Scope): Actor {
  if (actor.scopes.has('*') || actor.scopes.has(scope)) return actor;
  const who = actor.label.startsWith('usr_') ? 'Your role' : 'The API key';
  throw new HttpProblem({
    status: 403,
    code: 'scope_missing',
    detail: `${who} has no scope ${scope}, which this address asks for.`,
  });
}

function unauthenticated(detail: string): HttpProblem {
  return new HttpProblem({
    status: 401,
    code: 'not_authenticated',
    detail,
    headers: { 'www-authenticate': 'Bearer realm="plumbline"' },
  });
}
