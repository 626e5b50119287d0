import multipart from '@fastify/multipart';
import {
  createImportQuery,
  importContentQuery,
  importParams,
  importReply,
  importSourceParams,
} from '@plumbline/contract';
import type { Import } from '@plumbline/contract';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import type { App, Request } from '../platform/http/app.ts';
import { HttpProblem, conflict } from '../platform/http/problem.ts';
import type { GivenDialect } from './facts.ts';
import {
  completeImport,
  createImport,
  getImport,
  problemOfSpool,
  showImport,
  startImport,
} from './imports.actions.ts';
import type { ImportDeps } from './imports.actions.ts';
import { sourceOf, targetOf } from './imports.routes.ts';
import { moveReceived } from './imports.store.ts';
import type { ImportRow } from './facts.ts';

/** No bound but the disk: bytes go to it as they come. The framework asks for a number. */
const ANY_SIZE = Number.MAX_SAFE_INTEGER;

type CreateQuery = z.infer<typeof createImportQuery>;

/** The bytes of files, with constant memory. Mount it in a scope of its own: it reads bodies by itself. */
export function uploadRoutes(app: App, deps: ImportDeps): void {
  void app.register(async (plain) => {
    const scope = plain as unknown as App;
    scope.removeAllContentTypeParsers();
    // The handler takes the stream; nothing is read before it asks.
    scope.addContentTypeParser('*', { bodyLimit: ANY_SIZE }, (_request, payload, done) =>
      done(null, payload),
    );
    await scope.register(multipart, { limits: { fileSize: ANY_SIZE, files: 1, fields: 20 } });
    createRoute(scope, deps);
    contentRoute(scope, deps);
  });
}

function createRoute(app: App, deps: ImportDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/sources/:source/imports',
    bodyLimit: ANY_SIZE,
    config: { takesEncodedBodies: true },
    schema: {
      tags: ['imports'],
      summary: 'Upload a file',
      description:
        'The bytes of a CSV or JSON lines file as the body, or as a part of multipart/form-data; gzip is unpacked. A request has a minute: send what takes longer ' +
        'in parts, with ?parts=true and PUT .../content. The same file again makes no second effect: its rows are known by their keys.',
      params: importSourceParams,
      querystring: createImportQuery,
      response: { 201: importReply },
    },
    handler: async (request, reply) => {
      const source = await sourceOf(deps, request.params.source);
      const { query } = request;
      const file = query.parts === true ? undefined : await fileOf(request).catch(throwBroken);
      const made = await createImport(deps, request, {
        source,
        feed: query.feed,
        name: query.name ?? file?.name ?? 'upload',
        given: givenOf(query),
        keep: query.keep === true,
      });
      if (file === undefined || made.replayed) {
        file?.bytes.resume();
        return reply.code(201).send(await showImport(deps, made.row));
      }
      const spool = await deps.spool();
      const received = await spool.append(made.row.id, file.bytes, 0).catch(throwBroken);
      await deps.db.reference((tx) => moveReceived(tx, made.row.id, received));
      const ready = await completeImport(deps, spool, made.row, source);
      return reply.code(201).send(await begin(deps, request, { source, row: ready }, query));
    },
  });
}

function contentRoute(app: App, deps: ImportDeps): void {
  app.route({
    method: 'PUT',
    url: '/v1/sources/:source/imports/:import/content',
    bodyLimit: ANY_SIZE,
    config: { takesEncodedBodies: true },
    schema: {
      tags: ['imports'],
      summary: 'Send a part of a file',
      description:
        'Bytes from `offset` on, which must be receivedBytes of the import. A part that broke off is sent again from the same offset. The last part says ?last=true.',
      params: importParams,
      querystring: importContentQuery,
      response: { 200: importReply },
    },
    handler: async (request) => {
      const target = await targetOf(deps, request.params);
      const row = await getImport(deps, target);
      if (row.state !== 'uploading')
        throw conflict('import_not_uploading', `The import is ${row.state}; it takes no more bytes.`);
      if (request.query.offset !== row.received_bytes)
        throw conflict(
          'wrong_offset',
          `So far ${row.received_bytes} bytes have come; send from that offset on.`,
        );
      const spool = await deps.spool();
      if (spool.place !== row.place) throw elsewhere();
      const bytes = (request.body as Readable | undefined) ?? Readable.from([]);
      const received = await spool.append(row.id, bytes, row.received_bytes).catch(throwBroken);
      await deps.db.reference((tx) => moveReceived(tx, row.id, received));
      if (request.query.last !== true) return showImport(deps, { ...row, received_bytes: received });
      return showImport(deps, await completeImport(deps, spool, row, target.source));
    },
  });
}

function throwBroken(error: unknown): never {
  throw problemOfSpool(error);
}

/** Parts of one file must come to one data folder. */
function elsewhere(): HttpProblem {
  return new HttpProblem({
    status: 409,
    code: 'other_machine',
    detail:
      'The first bytes of this file lie in the data folder of another machine. Send all parts of a file to one address, or begin again here.',
  });
}

async function fileOf(request: Request): Promise<{ bytes: Readable; name: string | undefined } | undefined> {
  if (!request.isMultipart()) {
    const body = request.body as Readable | undefined;
    return { bytes: body ?? Readable.from([]), name: undefined };
  }
  const part = await request.file();
  if (part === undefined)
    throw new HttpProblem({
      status: 422,
      code: 'file_missing',
      detail: 'The form has no file. Send it as a part with a file name.',
    });
  return { bytes: part.file, name: part.filename === '' ? undefined : part.filename.slice(-300) };
}

function givenOf(query: CreateQuery): GivenDialect {
  const { format, encoding, delimiter, quote } = query;
  return {
    ...(format === undefined ? {} : { format }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(quote === undefined ? {} : { quote }),
  };
}

/** What the address asks for beside the upload. */
async function begin(
  deps: ImportDeps,
  request: Request,
  { source, row }: { source: Parameters<typeof completeImport>[3]; row: ImportRow },
  query: CreateQuery,
): Promise<Import> {
  if (query.dryRun !== true && query.start !== true) return showImport(deps, row);
  await startImport(deps, request, { source, id: row.id }, query.dryRun === true);
  return showImport(deps, await getImport(deps, { source, id: row.id }));
}
