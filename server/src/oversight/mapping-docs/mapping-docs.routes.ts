import { mappingDocumentationQuery, mappingDocumentationReply, sourceParams } from '@plumbline/contract';
import { parseWireId, wireId } from '../../kernel/ids.ts';
import type { Db, Tx } from '../../platform/db.ts';
import type { App } from '../../platform/http/app.ts';
import { notFound } from '../../platform/http/problem.ts';
import { describeFields, describeIgnored, describeSettings, describeVersions, headOf } from './describe.ts';
import { findDocumentedSource, listFeeds, listSeenFields, listVersions } from './mapping-docs.views.ts';
import type { DocumentedSource } from './mapping-docs.views.ts';
import { writeMarkdown } from './markdown.ts';

/** A page per source: what each field means, what is left out, and who changed what (requirements M6). */
export function mappingDocsRoutes(app: App, deps: { readonly db: Db }): void {
  app.route({
    method: 'GET',
    url: '/v1/sources/:source/mapping/documentation',
    schema: {
      tags: ['sources'],
      summary: 'Read what the mapping of a source means, as data or as Markdown',
      params: sourceParams,
      querystring: mappingDocumentationQuery,
      response: { 200: mappingDocumentationReply },
    },
    handler: async (request, reply) => {
      const page = await deps.db.reference((tx) =>
        readPage(tx, request.params.source, request.query.version),
      );
      if (request.query.format !== 'markdown') return page;
      // The serializer belongs to the JSON form; text goes out as it is.
      return reply
        .type('text/markdown; charset=utf-8')
        .serializer((text: unknown) => String(text))
        .send(writeMarkdown(page) as never);
    },
  });
}

async function readPage(tx: Tx, name: string, asked: number | undefined) {
  const id = parseWireId('src', name);
  const source = await findDocumentedSource(tx, id.ok ? { id: id.value } : { slug: name });
  if (source === undefined) throw notFound('source', name);
  const versions = await listVersions(tx, source.id);
  const version = asked ?? source.mapping_version;
  const stored = versions.find((one) => one.version === version);
  if (stored === undefined) throw notFound('mapping version', String(version));
  const seen = await listSeenFields(tx, source.id);
  const { feeds: ownFeeds, ...head } = headOf(stored.document);
  return {
    source: wireSource(source),
    version,
    inForce: source.mapping_version,
    ...head,
    fields: describeFields(stored.document, source.settings, seen).map((field) => ({
      ...field,
      paths: [...field.paths],
      codes: [...field.codes],
      samples: [...field.samples],
    })),
    ignored: describeIgnored(stored.document),
    settings: describeSettings(stored.document, source.settings),
    feeds: feedsOf(await listFeeds(tx, source.id), ownFeeds, seen),
    versions: describeVersions(versions),
  };
}

function wireSource({ id, slug, name, preset, registrar }: DocumentedSource) {
  return { id: wireId('src', id), slug, name, preset, registrar };
}

/** Configured feeds, feeds that the mapping names, and feeds through which something came. */
function feedsOf(
  configured: readonly { name: string; kind: string }[],
  own: readonly string[],
  seen: readonly { feed: string; path: string; seen: number }[],
) {
  const kinds = new Map(configured.map((feed) => [feed.name, feed.kind]));
  const names = new Set([...kinds.keys(), ...own, ...seen.map((one) => one.feed)]);
  return [...names].toSorted().map((name) => ({
    name,
    kind: kinds.get(name) ?? 'built in',
    own: own.includes(name),
    rows: seen.filter((one) => one.feed === name && one.path === '').reduce((sum, one) => sum + one.seen, 0),
  }));
}
