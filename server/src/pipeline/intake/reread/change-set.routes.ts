import {
  changeSetForecastReply,
  changeSetForecastRequest,
  changeSetListQuery,
  changeSetPage,
  changeSetParams,
  changeSetReply,
  changeSetRequest,
} from '@plumbline/contract';
import type { ChangeSetReply } from '@plumbline/contract';
import { isUuid, parseWireId, wireId } from '../../../kernel/ids.ts';
import { formatInstant, instantFromIso } from '../../../kernel/instant.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { notify } from '../../../platform/db.ts';
import type { App, Request } from '../../../platform/http/app.ts';
import { badCursor, decodeCursor, pageOf } from '../../../platform/http/paging.ts';
import { conflict, notFound, unprocessable } from '../../../platform/http/problem.ts';
import { instantOf, uuidOf } from '../../../platform/http/wire.ts';
import { performWrite } from '../../../registry/access/index.ts';
import type { WriteDeps } from '../../../registry/access/index.ts';
import type { RegistryCache, SourceEntry } from '../../../registry/index.ts';
import { InvalidMapping } from '../../mapping/index.ts';
import { WORK_CHANNEL } from '../../work-hint.ts';
import { forecastRemap } from './change-set.actions.ts';
import type { RemapDeps } from './change-set.actions.ts';
import { findChangeSet, listChangeSets, moveState, startChangeSet } from './change-set.store.ts';
import type { ChangeSetRow, ChangeSetState } from './change-set.store.ts';

/** What the routes of change sets need. */
export interface ChangeSetDeps extends WriteDeps {
  readonly registry: Pick<RegistryCache, 'findSourceBySlug' | 'getSource'>;
  readonly remap: RemapDeps;
}

/** Most deliveries that a forecast reads before it answers. */
const MOST_FORECAST = 5_000;

/** Before every delivery. */
const BEGINNING = instantFromIso('2000-01-01T00:00:00Z');

interface Window {
  readonly source: string;
  readonly version?: number | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Applies a version of a mapping to what was stored before. */
export function changeSetRoutes(app: App, deps: ChangeSetDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/change-sets',
    schema: {
      tags: ['evidence'],
      summary: 'Apply a version of a mapping to stored deliveries',
      description:
        'The deliveries of a time are read again, a hundred at a time, in the order in which they came. Undo: apply the former version as another change set.',
      body: changeSetRequest,
      response: { 201: changeSetReply },
    },
    handler: async (request, reply) => reply.code(201).send(await create(deps, request, request.body)),
  });
  app.route({
    method: 'POST',
    url: '/v1/change-sets/forecast',
    schema: {
      tags: ['evidence'],
      summary: 'Count what applying a version would change',
      description: 'Nothing is written. At most 5,000 deliveries are read.',
      body: changeSetForecastRequest,
      response: { 200: changeSetForecastReply },
    },
    handler: async (request) => {
      const { source, version, from, to } = await readWindow(deps, request.body);
      const question = { sourceId: source.id, version, from, to, most: MOST_FORECAST };
      return { version, ...(await forecastRemap(deps.remap, question)) };
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/change-sets',
    schema: {
      tags: ['evidence'],
      summary: 'List change sets, newest first',
      querystring: changeSetListQuery,
      response: { 200: changeSetPage },
    },
    handler: async (request) => {
      const { limit, cursor, source } = request.query;
      const [createdAt, id] = decodeCursor(cursor, 2) ?? [];
      if (id !== undefined && !isUuid(id)) throw badCursor();
      const before = createdAt === undefined || id === undefined ? undefined : { createdAt, id };
      const rows = await deps.db.reference((tx) => listChangeSets(tx, { source, before, limit }));
      return pageOf(rows, limit, {
        item: wireChangeSet,
        key: (row) => [formatInstant(row.created_at), row.id],
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/change-sets/:id',
    schema: {
      tags: ['evidence'],
      summary: 'Read a change set and how far it has come',
      params: changeSetParams,
      response: { 200: changeSetReply },
    },
    handler: async (request) => {
      const id = uuidOf('chg', request.params.id);
      const row = await deps.db.reference((tx) => findChangeSet(tx, id));
      if (row === undefined) throw notFound('change set', request.params.id);
      return wireChangeSet(row);
    },
  });
  moveRoute(app, deps, { verb: 'stop', from: ['running'], to: 'stopped' });
  moveRoute(app, deps, { verb: 'resume', from: ['stopped', 'failed'], to: 'running' });
}

interface Move {
  readonly verb: 'stop' | 'resume';
  readonly from: readonly ChangeSetState[];
  readonly to: ChangeSetState;
}

function moveRoute(app: App, deps: ChangeSetDeps, { verb, from, to }: Move): void {
  app.route({
    method: 'POST',
    url: `/v1/change-sets/:id/${verb}`,
    schema: {
      tags: ['evidence'],
      summary:
        verb === 'stop' ? 'Stop a change set where it is' : 'Go on with a stopped or failed change set',
      params: changeSetParams,
      response: { 200: changeSetReply },
    },
    handler: async (request) => {
      const wire = request.params.id;
      const id = uuidOf('chg', wire);
      const written = await performWrite(deps, request, { action: `change_set.${verb}` }, async (tx) => {
        const moved = await moveState(tx, id, { from, to, error: null, now: deps.clock.now() });
        const row = await findChangeSet(tx, id);
        if (row === undefined) throw notFound('change set', wire);
        if (moved === 0) throw conflict('wrong_state', `The change set is ${row.state}.`);
        if (to === 'running') await notify(tx, WORK_CHANNEL);
        return { status: 200, body: wireChangeSet(row), subject: wire, audit: {} };
      });
      return written.body;
    },
  });
}

async function create(
  deps: ChangeSetDeps,
  request: Request,
  body: Window & { readonly note: string },
): Promise<ChangeSetReply> {
  const { source, version, from, to } = await readWindow(deps, body);
  const written = await performWrite(deps, request, { action: 'change_set.create' }, async (tx, actor) => {
    const { id: sourceId, programId } = source;
    const asked = { sourceId, programId, version, from, to, note: body.note, by: actor.label };
    const id = await startChangeSet(tx, asked, deps.clock.now());
    const row = await findChangeSet(tx, id);
    if (row === undefined) throw new Error(`change set ${id} was written and is not there`);
    return {
      status: 201,
      body: wireChangeSet(row),
      subject: wireId('chg', id),
      reason: body.note,
      audit: { ...body, version },
    };
  });
  return written.body;
}

/** Source, version and time of a request; refuses what does not exist, with what to do. */
async function readWindow(
  deps: ChangeSetDeps,
  body: Window,
): Promise<{ source: SourceEntry; version: number; from: Instant; to: Instant }> {
  const id = parseWireId('src', body.source);
  const source = id.ok
    ? await deps.registry.getSource(id.value).catch(() => undefined)
    : await deps.registry.findSourceBySlug(body.source);
  if (source === undefined) throw notFound('source', body.source);
  const version = body.version ?? source.mappingVersion;
  await compileOrRefuse(deps, source.id, version);
  const from = body.from === undefined ? BEGINNING : instantOf(body.from, 'body.from');
  // Half-open, and what was stored in this very moment is meant too.
  const to = body.to === undefined ? ((deps.clock.now() + 1) as Instant) : instantOf(body.to, 'body.to');
  if (from >= to)
    throw unprocessable('bad_window', 'The time ends before it begins.', [
      { path: 'body.to', message: 'must be later than from' },
    ]);
  return { source, version, from, to };
}

async function compileOrRefuse(deps: ChangeSetDeps, sourceId: string, version: number): Promise<void> {
  try {
    await deps.remap.mappingOf(sourceId, version);
  } catch (error) {
    if (error instanceof InvalidMapping)
      throw unprocessable(
        'bad_mapping',
        `Version ${version} of the mapping cannot be used.`,
        error.problems.map((one) => ({ path: one.path, message: `${one.problem}; ${one.remedy}` })),
      );
    throw unprocessable('unknown_version', `The source has no version ${version} of its mapping.`, [
      { path: 'body.version', message: 'name a version of GET /v1/sources/{source}' },
    ]);
  }
}

function wireChangeSet(row: ChangeSetRow): ChangeSetReply {
  return {
    id: wireId('chg', row.id),
    sourceId: wireId('src', row.source_id),
    source: row.source_slug,
    programId: wireId('prg', row.program_id),
    version: row.version,
    from: row.from_at <= BEGINNING ? null : formatInstant(row.from_at),
    to: formatInstant(row.to_at),
    note: row.note,
    state: row.state,
    progress: row.progress,
    share: shareOf(row),
    error: row.error,
    createdAt: formatInstant(row.created_at),
    createdBy: row.created_by,
    endedAt: row.ended_at === null ? null : formatInstant(row.ended_at),
  };
}

/** Of the time, not of the deliveries: those are not counted before. */
function shareOf({ state, place, from_at: from, to_at: to }: ChangeSetRow): number {
  if (state === 'done') return 1;
  if (place === null) return 0;
  return Math.min(Math.max((instantFromIso(place[0]) - from) / (to - from), 0), 1);
}
