import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Scope } from '@plumbline/contract';

/** The HTTP server as rooms see it: they add routes whose zod schemas type the handlers. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Whoever makes a request, as the audit names it. */
export interface Actor {
  /** Uuid of the API key. */
  readonly keyId: string;
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** What is written as recorded_by, created_by and actor. */
  readonly label: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route unpacks compressed bodies itself; to others they are refused. */
    takesEncodedBodies?: boolean;
  }
  interface FastifyRequest {
    /** Set before the handler of every route that asks for a scope. */
    actor: Actor | null;
    /** JSON body as text, for hashing; '' when there is none. */
    bodyText: string;
  }
}

/** The authenticated caller. Throws when the route was mounted without a scope: a bug. */
export function actorOf(request: FastifyRequest): Actor {
  if (request.actor === null)
    throw new Error(
      `${request.method} ${request.routeOptions.url ?? request.url} has no authenticated caller`,
    );
  return request.actor;
}

/** Scheme and host under which the caller reached this server, without a slash at the end. */
export function baseUrlOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`;
}

export type Reply = FastifyReply;
export type Request = FastifyRequest;
