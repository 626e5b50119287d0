import {
  previewQuarantineReply,
  previewQuarantineRequest,
  quarantineDetailReply,
  quarantineGroupsQuery,
  quarantineGroupsReply,
  quarantineListQuery,
  quarantinePage,
  quarantineParams,
} from '@plumbline/contract';
import type { z } from 'zod';
import { isUuid, packQuarantineId, parseWireId, unpackQuarantineId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Db, Tx } from '../../platform/db.ts';
import type { App } from '../../platform/http/app.ts';
import { badCursor, decodeCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound, unprocessable } from '../../platform/http/problem.ts';
import { instantOf, programOf } from '../../platform/http/wire.ts';
import { loadDeliveries, mapStored } from '../../pipeline/intake/index.ts';
import type { KeptDelivery } from '../../pipeline/intake/index.ts';
import { checkMapping, compileMapping } from '../../pipeline/mapping/index.ts';
import type { CompiledMapping, SourceSettings } from '../../pipeline/mapping/index.ts';
import type { QuarantineRow } from './facts.ts';
import { lookAgain } from './look-again.ts';
import { previewItem, summarize } from './preview.ts';
import {
  countQuarantined,
  findQuarantined,
  findSourceInForce,
  listGroups,
  listQuarantine,
  loadQuarantined,
  loadSources,
} from './quarantine.views.ts';
import type { QuarantineFilter, SourceInForce } from './quarantine.views.ts';
import { wireGroup, wireOutcome, wireQuarantine, wireRemedy } from './wire-quarantine.ts';

/** Groups that are shown, and items that a preview looks at and shows. */
const MOST_GROUPS = 100;
const MOST_PREVIEWED = 1_000;
const MOST_SHOWN = 200;

/** What could not be read, what to do about it, and what a draft of the mapping would make of it. Read only. */
export function quarantineRoutes(app: App, deps: { readonly db: Db }): void {
  app.route({
    method: 'GET',
    url: '/v1/quarantine',
    schema: {
      tags: ['quarantine'],
      summary: 'List items that could not be accepted',
      querystring: quarantineListQuery,
      response: { 200: quarantinePage },
    },
    handler: async (request) => {
      const { limit, cursor, sort, state, ...rest } = request.query;
      const filter = {
        ...filterOf(rest),
        state: state === 'all' ? undefined : state,
        sort,
        limit,
        after: timeCursor(cursor),
      };
      const rows = await deps.db.acrossLanes('views', (tx) => listQuarantine(tx, filter));
      return pageOf(rows, limit, {
        item: wireQuarantine,
        key: (row) => [formatInstant(row.received_at), row.id],
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/quarantine/groups',
    schema: {
      tags: ['quarantine'],
      summary: 'Count open items that failed alike, each group with what to do about it',
      querystring: quarantineGroupsQuery,
      response: { 200: quarantineGroupsReply },
    },
    handler: (request) => deps.db.acrossLanes('views', (tx) => readGroups(tx, filterOf(request.query))),
  });
  app.route({
    method: 'GET',
    url: '/v1/quarantine/:id',
    schema: {
      tags: ['quarantine'],
      summary: 'Read a quarantined item with its row, the field that failed, and what to do',
      params: quarantineParams,
      response: { 200: quarantineDetailReply },
    },
    handler: async (request) => {
      const address = unpackQuarantineId(request.params.id);
      if (!address.ok) throw notFound('quarantined item', request.params.id);
      return deps.db.acrossLanes('views', async (tx) => {
        const row = await findQuarantined(tx, address.value);
        if (row === undefined) throw notFound('quarantined item', request.params.id);
        return readDetail(tx, row);
      });
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/quarantine/preview',
    schema: {
      tags: ['quarantine'],
      summary: 'Say what a draft of the mapping would make of quarantined items; nothing is written',
      body: previewQuarantineRequest,
      response: { 200: previewQuarantineReply },
    },
    handler: (request) => deps.db.acrossLanes('views', (tx) => preview(tx, request.body)),
  });
}

async function readGroups(tx: Tx, filter: QuarantineFilter) {
  const { groups, total } = await listGroups(tx, { ...filter, state: 'open' }, MOST_GROUPS);
  const sources = await loadSources(tx, [...new Set(groups.map((group) => group.source_id))]);
  const samples = await loadQuarantined(
    tx,
    groups.map((group) => ({ lane: group.sample_lane, id: group.sample_id })),
  );
  const deliveries = await loadDeliveriesOf(tx, samples);
  return {
    groups: groups.map((group) => {
      const sample = samples.find((one) => one.id === group.sample_id);
      const source = sources.get(group.source_id);
      const delivery = sample === undefined ? undefined : deliveries.get(addressOf(sample));
      return wireGroup(group, lookAgain(sample ?? group, delivery, mappingOf(source)).remedy);
    }),
    total,
  };
}

async function readDetail(tx: Tx, row: QuarantineRow) {
  const source = (await loadSources(tx, [row.source_id])).get(row.source_id);
  const delivery = (await loadDeliveriesOf(tx, [row])).get(addressOf(row));
  const looked = lookAgain(row, delivery, mappingOf(source));
  return {
    ...wireQuarantine(row),
    contentType: delivery?.contentType ?? '',
    query: delivery?.query ?? '',
    body: textOf(delivery?.body ?? null),
    field: looked.field === undefined ? null : { path: looked.field.path, value: looked.field.value ?? null },
    fields: [...looked.fields].map(([path, value]) => ({ path, value })),
    mappingVersion: source?.version ?? 0,
    remedy: wireRemedy(looked.remedy),
  };
}

function mappingOf(source: SourceInForce | undefined): { document: unknown; settings: SourceSettings } {
  return { document: source?.document ?? {}, settings: source?.settings ?? {} };
}

async function preview(tx: Tx, body: z.infer<typeof previewQuarantineRequest>) {
  const id = parseWireId('src', body.source);
  const source = await findSourceInForce(tx, id.ok ? { id: id.value } : { slug: body.source });
  if (source === undefined) throw notFound('source', body.source);
  const mapping = compileDraft(body.document, body.settings ?? source.settings);
  const { rows, found } = await chooseItems(tx, source, body);
  const deliveries = await loadDeliveriesOf(tx, rows);
  const mapped = new Map(
    [...deliveries].map(([at, delivery]) => [at, mapStored(delivery, { map: mapping.map }, source.slug)]),
  );
  const counts: Record<string, number> = {};
  const items = rows.flatMap((row) => {
    const at = addressOf(row);
    const [delivery, read] = [deliveries.get(at), mapped.get(at)];
    if (delivery === undefined || read === undefined) return [];
    const outcomes = previewItem(row, delivery, { mapping, mapped: read });
    const word = summarize(outcomes);
    counts[word] = (counts[word] ?? 0) + 1;
    const after = outcomes
      .slice(0, 10)
      .map((one) => (one.outcome === 'gone' ? wireGone(one.path) : wireOutcome(one)));
    return [{ id: packQuarantineId(row), reason: row.reason, detail: row.detail, after }];
  });
  return { items: items.slice(0, MOST_SHOWN), counts, looked: items.length, found };
}

function wireGone(path: string) {
  const none = {
    reason: null,
    detail: null,
    kind: null,
    externalId: null,
    amount: null,
    currency: null,
    occurredAt: null,
  };
  return { ...none, outcome: 'gone' as const, path };
}

/** Throws a 422 with every problem of the draft at its place. */
function compileDraft(document: unknown, settings: SourceSettings): CompiledMapping {
  const problems = checkMapping(document, settings);
  if (problems.length === 0) return compileMapping(document, settings);
  throw unprocessable(
    'bad_mapping',
    'The draft cannot be used with these settings.',
    problems.map((one) => ({
      path: one.path.startsWith('settings') ? `body.${one.path}` : one.path.replace(/^\$/, 'body.document'),
      message: `${one.problem}; ${one.remedy}`,
    })),
  );
}

async function chooseItems(
  tx: Tx,
  source: SourceInForce,
  { ids, filter }: z.infer<typeof previewQuarantineRequest>,
): Promise<{ rows: QuarantineRow[]; found: number }> {
  if (ids !== undefined) {
    const keys = ids.flatMap((one) => {
      const address = unpackQuarantineId(one);
      return address.ok ? [address.value] : [];
    });
    const rows = (await loadQuarantined(tx, keys)).filter((row) => row.source_id === source.id);
    return { rows, found: rows.length };
  }
  const wanted: QuarantineFilter = { ...filter, source: source.slug, state: 'open' };
  const rows = await listQuarantine(tx, { ...wanted, sort: 'newest', limit: MOST_PREVIEWED });
  return { rows: rows.slice(0, MOST_PREVIEWED), found: await countQuarantined(tx, wanted) };
}

async function loadDeliveriesOf(tx: Tx, rows: readonly QuarantineRow[]): Promise<Map<string, KeptDelivery>> {
  const refs = new Map(
    rows.map((row) => [addressOf(row), { lane: row.lane, chunkId: row.chunk_id, item: row.chunk_item }]),
  );
  const deliveries = await loadDeliveries(tx, [...refs.values()]);
  return new Map(deliveries.map((one) => [`${one.ref.chunkId} ${one.ref.item}`, one]));
}

function addressOf(row: { readonly chunk_id: string; readonly chunk_item: number }): string {
  return `${row.chunk_id} ${row.chunk_item}`;
}

function filterOf(query: z.infer<typeof quarantineGroupsQuery>): QuarantineFilter {
  const { programId, from, to, ...rest } = query;
  return {
    ...rest,
    programId: programOf(programId),
    from: from === undefined ? undefined : formatInstant(instantOf(from, 'query.from')),
    to: to === undefined ? undefined : formatInstant(instantOf(to, 'query.to')),
  };
}

function timeCursor(cursor: string | undefined): { receivedAt: string; id: string } | undefined {
  const [receivedAt, id] = decodeCursor(cursor, 2) ?? [];
  if (receivedAt === undefined || id === undefined) return undefined;
  if (!isUuid(id)) throw badCursor();
  instantOf(receivedAt, 'query.cursor');
  return { receivedAt, id };
}

function textOf(body: Uint8Array | null): string | null {
  if (body === null) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return null;
  }
}
