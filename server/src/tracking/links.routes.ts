import {
  createLinkRequest,
  linkIdSchema,
  linkListQuery,
  linkPage,
  linkReply,
  updateLinkRequest,
} from '@plumbline/contract';
import { z } from 'zod';
import type { App } from '../platform/http/app.ts';
import { decodeUuidCursor, pageOf } from '../platform/http/paging.ts';
import { notFound } from '../platform/http/problem.ts';
import { programOf, uuidOf } from '../platform/http/wire.ts';
import type { Secrets } from '../platform/secrets.ts';
import type { WriteDeps } from '../registry/access/index.ts';
import { clickMac } from './click-verifier.actions.ts';
import { changeLink, createLink, wireLink } from './links.actions.ts';
import { findLink, listLinks } from './links.views.ts';

const params = z.strictObject({ id: linkIdSchema });

/** Tracking links of partners. */
export function linkRoutes(app: App, given: WriteDeps & { context: { secrets: Secrets } }): void {
  const deps = { ...given, mac: clickMac(given.context.secrets) };
  app.route({
    method: 'POST',
    url: '/v1/links',
    schema: {
      tags: ['links'],
      summary: 'Make a tracking link',
      body: createLinkRequest,
      response: { 201: linkReply },
    },
    handler: async (request, reply) =>
      reply.code(201).send((await createLink(deps, request, request.body)).body),
  });
  app.route({
    method: 'GET',
    url: '/v1/links',
    schema: {
      tags: ['links'],
      summary: 'List tracking links',
      querystring: linkListQuery,
      response: { 200: linkPage },
    },
    handler: async (request) => {
      const { limit, cursor, programId, partnerId } = request.query;
      const filter = {
        limit,
        before: decodeUuidCursor(cursor),
        programId: programOf(programId),
        partnerId: partnerId === undefined ? undefined : uuidOf('prt', partnerId, 'query.partnerId'),
      };
      const rows = await deps.db.reference((tx) => listLinks(tx, filter));
      return pageOf(rows, limit, { item: (row) => wireLink(row, request, deps.mac), key: (row) => [row.id] });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/links/:id',
    schema: { tags: ['links'], summary: 'Read a tracking link', params, response: { 200: linkReply } },
    handler: async (request) => {
      const row = await deps.db.reference((tx) => findLink(tx, uuidOf('lnk', request.params.id)));
      if (row === undefined) throw notFound('link', request.params.id);
      return wireLink(row, request, deps.mac);
    },
  });
  app.route({
    method: 'PATCH',
    url: '/v1/links/:id',
    schema: {
      tags: ['links'],
      summary: 'Switch a tracking link off or on, or change where it leads',
      params,
      body: updateLinkRequest,
      response: { 200: linkReply },
    },
    handler: async (request) =>
      (await changeLink(deps, request, uuidOf('lnk', request.params.id), request.body)).body,
  });
}
