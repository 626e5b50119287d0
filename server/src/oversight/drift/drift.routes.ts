import {
  decideDriftRequest,
  driftListQuery,
  driftPage,
  driftParams,
  driftProposalReply,
  driftReply,
} from '@plumbline/contract';
import { isUuid } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { App, Request } from '../../platform/http/app.ts';
import { badCursor, decodeCursor, pageOf } from '../../platform/http/paging.ts';
import { conflict, notFound, unprocessable } from '../../platform/http/problem.ts';
import { programOf, uuidOf } from '../../platform/http/wire.ts';
import { applyEdits } from '../../pipeline/mapping/index.ts';
import { performWrite } from '../../registry/access/index.ts';
import type { WriteDeps } from '../../registry/access/index.ts';
import { decideSignal } from './drift.store.ts';
import { findSignal, listDrift, listFields, loadMappingsInForce } from './drift.views.ts';
import type { DriftFilter } from './drift.views.ts';
import type { StoredSignal } from './facts.ts';
import { createKnownFields } from './judge.ts';
import { wireSignal } from './wire-drift.ts';

/** What changed in what sources send, and what to do about it. */
export function driftRoutes(app: App, deps: WriteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/drift',
    schema: {
      tags: ['drift'],
      summary: 'List what changed in what sources send',
      querystring: driftListQuery,
      response: { 200: driftPage },
    },
    handler: async (request) => {
      const { cursor, programId, state, sort, ...rest } = request.query;
      const filter: DriftFilter = {
        ...rest,
        sort,
        state: state === 'all' ? undefined : state,
        programId: programOf(programId),
        before: cursorOf(cursor, sort),
      };
      return deps.db.reference(async (tx) => {
        const rows = await listDrift(tx, filter);
        const wire = await createWire(tx, rows);
        return pageOf(rows, rest.limit, { item: wire, key: (row) => [keyOf(row, sort), row.id] });
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/drift/:id',
    schema: {
      tags: ['drift'],
      summary: 'Read a drift signal with the change that answers it',
      params: driftParams,
      response: { 200: driftReply },
    },
    handler: (request) =>
      deps.db.reference(async (tx) => {
        const signal = await getSignal(tx, request.params.id);
        return (await createWire(tx, [signal]))(signal);
      }),
  });
  app.route({
    method: 'POST',
    url: '/v1/drift/:id/propose',
    schema: {
      tags: ['drift'],
      summary: 'Make a draft of the mapping with the proposed change in it; nothing is written',
      params: driftParams,
      response: { 200: driftProposalReply },
    },
    handler: (request) => deps.db.reference((tx) => propose(tx, request.params.id)),
  });
  for (const [verb, state, summary] of [
    ['accept', 'accepted', 'Say that a drift signal is dealt with'],
    ['dismiss', 'dismissed', 'Say that a drift signal needs nothing'],
  ] as const) {
    app.route({
      method: 'POST',
      url: `/v1/drift/:id/${verb}`,
      schema: {
        tags: ['drift'],
        summary,
        params: driftParams,
        body: decideDriftRequest,
        response: { 200: driftReply },
      },
      handler: async (request) =>
        (await decide(deps, request, { id: request.params.id, state, why: request.body.why })).body,
    });
  }
}

async function propose(tx: Tx, wireSignalId: string) {
  const signal = await getSignal(tx, wireSignalId);
  const [mapping] = await loadMappingsInForce(tx, [signal.sourceId]);
  if (mapping === undefined) throw notFound('mapping of the source', signal.sourceSlug);
  const wire = (await createWire(tx, [signal]))(signal);
  const draft = applyEdits(mapping.document, wire.proposal.edits);
  if (!draft.ok) throw unprocessable('bad_mapping', draft.detail, []);
  return {
    signal: wire,
    mappingVersion: mapping.version,
    document: draft.value as Record<string, unknown>,
  };
}

async function decide(
  deps: WriteDeps,
  request: Request,
  decision: { id: string; state: 'accepted' | 'dismissed'; why: string },
) {
  const { id, state, why } = decision;
  return performWrite(deps, request, { action: `drift.${state}` }, async (tx, actor) => {
    const before = await getSignal(tx, id);
    const at = deps.clock.now();
    if (!(await decideSignal(tx, { id: before.id, state, by: actor.label, at, why })))
      throw conflict('already_decided', `This signal is ${before.state} already.`);
    const signal = await getSignal(tx, id);
    const body = (await createWire(tx, [signal]))(signal);
    return {
      status: 200,
      body,
      subject: id,
      reason: why,
      audit: { state, path: signal.path, value: signal.value },
    };
  });
}

async function getSignal(tx: Tx, id: string): Promise<StoredSignal> {
  const signal = await findSignal(tx, uuidOf('drf', id));
  if (signal === undefined) throw notFound('drift signal', id);
  return signal;
}

/** Proposals are made from the mappings in force, and from the names that nothing reads, for fields that were renamed. */
async function createWire(tx: Tx, signals: readonly StoredSignal[]) {
  const mappings = await loadMappingsInForce(tx, [...new Set(signals.map((signal) => signal.sourceId))]);
  const documents = new Map(mappings.map((mapping) => [mapping.source_id, mapping.document]));
  const names = new Map<string, readonly string[]>();
  for (const sourceId of new Set(
    signals.filter((one) => one.kind === 'missing_field').map((one) => one.sourceId),
  )) {
    const fields = await listFields(tx, sourceId);
    names.set(
      sourceId,
      fields.filter((field) => field.path !== '').map((field) => field.path),
    );
  }
  return (signal: StoredSignal) => {
    const document = documents.get(signal.sourceId) ?? {};
    const isKnown = createKnownFields(document, signal.feed);
    const others = (names.get(signal.sourceId) ?? []).filter((name) => !isKnown(name));
    return wireSignal(signal, document, others);
  };
}

function keyOf(row: StoredSignal, sort: DriftFilter['sort']): string {
  if (sort === 'count') return String(row.count);
  return formatInstant(sort === 'last_seen' ? row.lastSeenAt : row.firstSeenAt);
}

function cursorOf(cursor: string | undefined, sort: DriftFilter['sort']): DriftFilter['before'] {
  const [key, id] = decodeCursor(cursor, 2) ?? [];
  if (key === undefined || id === undefined) return undefined;
  const isFit = sort === 'count' ? /^\d{1,18}$/.test(key) : /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(key);
  if (!isUuid(id) || !isFit) throw badCursor();
  return { key, id };
}
