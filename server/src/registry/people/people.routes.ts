import {
  CSRF_HEADER,
  ROLE_SCOPES,
  SESSION_COOKIE,
  createUserRequest,
  endedReply,
  firstAdminRequest,
  sessionReply,
  signInRequest,
  updateUserRequest,
  userIdSchema,
  userListQuery,
  userPage,
  userReply,
} from '@plumbline/contract';
import type { SessionReply } from '@plumbline/contract';
import { z } from 'zod';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { shortenIp } from '../../kernel/ip.ts';
import type { App, Reply, Request } from '../../platform/http/app.ts';
import { readCookie, writeCookie } from '../../platform/http/cookies.ts';
import { decodeUuidCursor, pageOf } from '../../platform/http/paging.ts';
import { HttpProblem } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import type { WriteDeps } from '../access/index.ts';
import { changeUser, createUser } from './people.actions.ts';
import type { UserRow } from './people.store.ts';
import { listUsers } from './people.views.ts';
import { ABSOLUTE_US, becomeFirstAdmin, signIn, signOut } from './sessions.actions.ts';
import type { OpenedSession, Sessions, Visitor } from './sessions.actions.ts';
import { wireSessionUser, wireUser } from './wire-user.ts';

export interface PeopleRouteDeps extends WriteDeps {
  readonly sessions: Sessions;
}

/** Users of the console and their sessions. */
export function peopleRoutes(app: App, deps: PeopleRouteDeps): void {
  sessionRoutes(app, deps);
  app.route({
    method: 'POST',
    url: '/v1/users',
    schema: {
      tags: ['access'],
      summary: 'Make a user of the console',
      body: createUserRequest,
      response: { 201: userReply },
    },
    handler: async (request, reply) =>
      reply.code(201).send((await createUser(deps, request, request.body)).body),
  });
  app.route({
    method: 'GET',
    url: '/v1/users',
    schema: {
      tags: ['access'],
      summary: 'List users of the console',
      querystring: userListQuery,
      response: { 200: userPage },
    },
    handler: async (request) => {
      const { limit, cursor } = request.query;
      const before = decodeUuidCursor(cursor);
      const rows = await deps.db.reference((tx) => listUsers(tx, before, limit));
      return pageOf(rows, limit, { item: wireUser, key: (row) => [row.id] });
    },
  });
  app.route({
    method: 'PATCH',
    url: '/v1/users/:id',
    schema: {
      tags: ['access'],
      summary: 'Change, disable or enable a user',
      params: z.strictObject({ id: userIdSchema }),
      body: updateUserRequest,
      response: { 200: userReply },
    },
    handler: async (request) => {
      const id = uuidOf('usr', request.params.id);
      const written = await changeUser(deps, request, { id, change: request.body });
      await deps.sessions.forget();
      return written.body;
    },
  });
}

function sessionRoutes(app: App, deps: PeopleRouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/session',
    schema: {
      tags: ['access'],
      summary: 'Sign in',
      description:
        'Answers with the cookie of the session. Requests that change something then also need the header `x-plumbline-csrf: 1`.',
      body: signInRequest,
      response: { 200: sessionReply },
    },
    handler: async (request, reply) =>
      begin(request, reply, await signIn(deps, request.body, visitorOf(request))),
  });
  app.route({
    method: 'POST',
    url: '/v1/session/first',
    schema: {
      tags: ['access'],
      summary: 'Become the first admin, by the one-time link',
      body: firstAdminRequest,
      response: { 200: sessionReply },
    },
    handler: async (request, reply) =>
      begin(request, reply, await becomeFirstAdmin(deps, request.body, visitorOf(request))),
  });
  app.route({
    method: 'GET',
    url: '/v1/session',
    schema: { tags: ['access'], summary: 'Who is signed in?', response: { 200: sessionReply } },
    handler: async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const token = sessionTokenOf(request);
      const session = token === undefined ? undefined : await deps.sessions.find(token);
      if (session === undefined) throw notSignedIn();
      return wireSession(session.user, session.expiresAt);
    },
  });
  app.route({
    method: 'DELETE',
    url: '/v1/session',
    schema: { tags: ['access'], summary: 'Sign out', response: { 200: endedReply } },
    handler: async (request, reply) => {
      refuseForeignSite(request);
      const token = sessionTokenOf(request);
      const ended = token === undefined ? false : await signOut(deps, token);
      await deps.sessions.forget();
      reply.header('set-cookie', sessionCookie(request, '', 0));
      return { ended };
    },
  });
}

function begin(request: Request, reply: Reply, opened: OpenedSession): SessionReply {
  reply.header('cache-control', 'no-store');
  reply.header('set-cookie', sessionCookie(request, opened.token, ABSOLUTE_US / 1_000_000));
  return wireSession(opened.user, opened.expiresAt);
}

function sessionCookie(request: Request, token: string, maxAgeSeconds: number): string {
  return writeCookie(SESSION_COOKIE, token, { maxAgeSeconds, secure: request.protocol === 'https' });
}

function wireSession(user: UserRow, expiresAt: Instant): SessionReply {
  return {
    user: wireSessionUser(user),
    scopes: [...ROLE_SCOPES[user.role]],
    expiresAt: formatInstant(expiresAt),
  };
}

function visitorOf(request: Request): Visitor {
  const agent = request.headers['user-agent'] ?? '';
  return {
    ip: request.ip,
    ipShort: shortenIp(request.ip),
    userAgent: agent.toWellFormed().replaceAll('\0', '').slice(0, 300),
  };
}

/** The token of the session cookie; undefined when there is none. */
export function sessionTokenOf(request: Request): string | undefined {
  const token = readCookie(request.headers.cookie, SESSION_COOKIE);
  return token === undefined || token === '' || token.length > 100 ? undefined : token;
}

/** Throws 403 unless the request shows that a page of this server made it: other sites cannot set the header. */
export function refuseForeignSite(request: Request): void {
  const site = request.headers['sec-fetch-site'];
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (request.headers[CSRF_HEADER] === '1' && !isForeign) return;
  throw new HttpProblem({
    status: 403,
    code: 'csrf_header_missing',
    detail: `A request with a session cookie that changes something must carry the header ${CSRF_HEADER}: 1 and come from a page of this server.`,
  });
}

/** 401 for a request whose session is none, or has ended. */
export function notSignedIn(): HttpProblem {
  return new HttpProblem({
    status: 401,
    code: 'not_signed_in',
    detail: 'Nobody is signed in here, or the session has ended. Sign in again.',
  });
}
