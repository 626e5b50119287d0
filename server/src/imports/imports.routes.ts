import {
  importDialectRequest,
  importListQuery,
  importPage,
  importParams,
  importPreviewQuery,
  importPreviewReply,
  importReply,
  importSourceParams,
  startImportQuery,
  watchList,
} from '@plumbline/contract';
import { Readable } from 'node:stream';
import { formatInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { z } from 'zod';
import type { App } from '../platform/http/app.ts';
import { decodeUuidCursor, pageOf } from '../platform/http/paging.ts';
import { notFound } from '../platform/http/problem.ts';
import { uuidOf } from '../platform/http/wire.ts';
import type { SourceEntry } from '../registry/index.ts';
import { errorLines } from './errors.actions.ts';
import {
  approveImport,
  cancelImport,
  changeDialect,
  getImport,
  resumeImport,
  showImport,
  startImport,
} from './imports.actions.ts';
import type { ImportDeps, Target } from './imports.actions.ts';
import { listImports, listWatches } from './imports.views.ts';
import { previewImport } from './preview.actions.ts';
import type { PreviewDeps } from './preview.actions.ts';
import type { GivenDialect } from './facts.ts';
import { wireImport } from './wire-import.ts';

const ROOM = '/v1/sources/:source/imports';
const ONE = `${ROOM}/:import`;

/** Imports of files: everything but the bytes themselves, which come by uploadRoutes. */
export function importRoutes(app: App, deps: PreviewDeps): void {
  readRoutes(app, deps);
  watchRoute(app, deps);
  actionRoutes(app, deps);
  errorsRoute(app, deps);
}

/** The source that an address names, by slug or id. Throws 404. */
export async function sourceOf(deps: Pick<ImportDeps, 'registry'>, name: string): Promise<SourceEntry> {
  const found = await deps.registry.findSourceBySlug(name);
  if (found !== undefined) return found;
  if (!/^src_[0-9a-fA-F]{32}$/.test(name)) throw notFound('source', name);
  return deps.registry.getSource(uuidOf('src', name, 'params.source')).catch(() => {
    throw notFound('source', name);
  });
}

export async function targetOf(
  deps: Pick<ImportDeps, 'registry'>,
  params: z.infer<typeof importParams>,
): Promise<Target> {
  return { source: await sourceOf(deps, params.source), id: uuidOf('imp', params.import, 'params.import') };
}

function readRoutes(app: App, deps: PreviewDeps): void {
  app.route({
    method: 'GET',
    url: ROOM,
    schema: {
      tags: ['imports'],
      summary: 'List imports of a source',
      params: importSourceParams,
      querystring: importListQuery,
      response: { 200: importPage },
    },
    handler: async (request) => {
      const source = await sourceOf(deps, request.params.source);
      const { limit, cursor, state } = request.query;
      const filter = { sourceId: source.id, limit, before: decodeUuidCursor(cursor), state };
      return pageOf(await deps.db.reference((tx) => listImports(tx, filter)), limit, {
        item: (row) => wireImport(row),
        key: (row) => [row.id],
      });
    },
  });
  app.route({
    method: 'GET',
    url: ONE,
    schema: {
      tags: ['imports'],
      summary: 'Read an import',
      params: importParams,
      response: { 200: importReply },
    },
    handler: async (request) => showImport(deps, await getImport(deps, await targetOf(deps, request.params))),
  });
  app.route({
    method: 'GET',
    url: `${ONE}/preview`,
    schema: {
      tags: ['imports'],
      summary: 'Look at the first rows as they would be taken',
      description:
        'The dialect that was found, and for each row its cells, what it would become, and the event. Nothing is stored.',
      params: importParams,
      querystring: importPreviewQuery,
      response: { 200: importPreviewReply },
    },
    handler: async (request) => previewImport(deps, await targetOf(deps, request.params), request.query.rows),
  });
}

function watchRoute(app: App, deps: PreviewDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/sources/:source/watches',
    schema: {
      tags: ['imports'],
      summary: 'See when watched folders and servers were looked at',
      params: importSourceParams,
      response: { 200: watchList },
    },
    handler: async (request) => {
      const source = await sourceOf(deps, request.params.source);
      const feeds = [...source.feeds.values()].filter(({ kind }) => kind === 'folder' || kind === 'sftp');
      const looks = await deps.db.reference((tx) =>
        listWatches(
          tx,
          feeds.map(({ id }) => id),
        ),
      );
      return {
        items: feeds.map(({ id, name, kind, paused }) => {
          const look = looks.find((one) => one.feed_id === id);
          return {
            feed: name,
            kind,
            paused,
            lookedAt: wireLook(look?.looked_at ?? null),
            found: look?.found ?? 0,
            error: look?.error ?? null,
          };
        }),
      };
    },
  });
}

function wireLook(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}

function actionRoutes(app: App, deps: PreviewDeps): void {
  app.route({
    method: 'PATCH',
    url: ONE,
    schema: {
      tags: ['imports'],
      summary: 'Say how the file is written',
      params: importParams,
      body: importDialectRequest,
      response: { 200: importReply },
    },
    handler: async (request) =>
      changeDialect(deps, request, await targetOf(deps, request.params), withoutUndefined(request.body)),
  });
  app.route({
    method: 'POST',
    url: `${ONE}/start`,
    schema: {
      tags: ['imports'],
      summary: 'Begin to import, or try without storing',
      params: importParams,
      querystring: startImportQuery,
      response: { 200: importReply },
    },
    handler: async (request) =>
      startImport(deps, request, await targetOf(deps, request.params), request.query.dryRun === true),
  });
  const actions = [
    ['approve', 'Agree to an import, as a second person', approveImport],
    ['cancel', 'Stop an import where it stands', cancelImport],
    ['resume', 'Go on where a failed or cancelled import stopped', resumeImport],
  ] as const;
  for (const [name, summary, act] of actions) {
    app.route({
      method: 'POST',
      url: `${ONE}/${name}`,
      schema: { tags: ['imports'], summary, params: importParams, response: { 200: importReply } },
      handler: async (request) => act(deps, request, await targetOf(deps, request.params)),
    });
  }
}

function errorsRoute(app: App, deps: PreviewDeps): void {
  app.route({
    method: 'GET',
    url: `${ONE}/errors.csv`,
    schema: {
      tags: ['imports'],
      summary: 'Download the rows that were not taken',
      description:
        'A CSV file with the row, the reason, a sentence, what to do, and the cells. Correct the cells and upload the file again: the first four columns are then left out.',
      params: importParams,
    },
    handler: async (request, reply) => {
      const row = await getImport(deps, await targetOf(deps, request.params));
      const lines = Readable.from(errorLines(deps, row), { objectMode: false });
      return reply
        .type('text/csv; charset=utf-8')
        .header(
          'content-disposition',
          `attachment; filename="${row.name.replace(/[^\w.-]+/g, '_')}.errors.csv"`,
        )
        .send(lines);
    },
  });
}

function withoutUndefined(body: z.infer<typeof importDialectRequest>): GivenDialect {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}
