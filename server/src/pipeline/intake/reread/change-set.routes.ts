import {
  changeSetForecastReply,
  changeSetForecastRequest,
  changeSetReply,
  changeSetRequest,
} from '@plumbline/contract';
import type { ChangeSetReply } from '@plumbline/contract';
import { parseWireId, wireId } from '../../../kernel/ids.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { App, Request } from '../../../platform/http/app.ts';
import { conflict, notFound, unprocessable } from '../../../platform/http/problem.ts';
import { instantOf } from '../../../platform/http/wire.ts';
import { performWrite } from '../../../registry/access/index.ts';
import type { WriteDeps } from '../../../registry/access/index.ts';
import type { RegistryCache, SourceEntry } from '../../../registry/index.ts';
import {
  BEGINNING,
  findFormerVersion,
  isRemap,
  proposeChangeSet,
  readChangeSet,
} from '../../../registry/change-sets/index.ts';
import type {
  ChangeSetPreview,
  ChangeSetRow,
  Inverse,
  RemapSet,
} from '../../../registry/change-sets/index.ts';
import { InvalidMapping } from '../../mapping/index.ts';
import { forecastRemap } from './change-set.actions.ts';
import type { RemapDeps } from './change-set.actions.ts';
import { listVersionsRead } from './kept-deliveries.views.ts';

/** What the routes of change sets need. */
export interface RemapRouteDeps extends WriteDeps {
  readonly registry: Pick<RegistryCache, 'findSourceBySlug' | 'getSource'>;
  readonly remap: RemapDeps;
  readonly workChannel: string;
  /** What applying a version to the deliveries of a time would do, down to money; nothing is written. */
  readonly previewRemap: (asked: {
    readonly sourceId: string;
    readonly version: number;
    readonly from: Instant;
    readonly to: Instant;
  }) => Promise<ChangeSetPreview>;
}

/** Most deliveries that a forecast reads before it answers. */
const MOST_FORECAST = 5_000;

interface Window {
  readonly source: string;
  readonly version?: number | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Applies a version of a mapping to what was stored before. */
export function remapRoutes(app: App, deps: RemapRouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/change-sets',
    schema: {
      tags: ['change sets'],
      summary: 'Apply a version of a mapping to stored deliveries',
      description:
        "Above the program's limit of money (restatementLimit), or where it is not known how much moves, the answer is `proposed`: another person or key must approve it. Otherwise it runs at once: the deliveries of the time are read again, a hundred at a time, in the order in which they came.",
      body: changeSetRequest,
      response: { 201: changeSetReply },
    },
    handler: async (request, reply) => reply.code(201).send(await create(deps, request, request.body)),
  });
  app.route({
    method: 'POST',
    url: '/v1/change-sets/forecast',
    schema: {
      tags: ['change sets'],
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
}

async function create(
  deps: RemapRouteDeps,
  request: Request,
  body: Window & { readonly note: string },
): Promise<ChangeSetReply> {
  const { source, version, from, to } = await readWindow(deps, body);
  const preview = await deps.previewRemap({ sourceId: source.id, version, from, to });
  const { workChannel } = deps;
  const written = await performWrite(deps, request, { action: 'change_set.create' }, async (tx, actor) => {
    const asked = {
      kind: 'remap',
      programId: source.programId,
      remap: { sourceId: source.id, version, from, to },
      note: body.note,
      preview,
      by: actor.label,
    } as const;
    const { id, state } = await proposeChangeSet(tx, asked, { now: deps.clock.now(), workChannel });
    return {
      status: 201,
      body: await readChangeSet(tx, id),
      subject: wireId('chg', id),
      reason: body.note,
      audit: { ...body, version, state, moves: preview.moves },
    };
  });
  return written.body;
}

/**
 * The inverse of a re-map: the version that read the deliveries of its time before. Where they were read by several, it must be
 * named: one version cannot bring them all back. Throws 409 `undo_needs_version`.
 */
export async function invertRemap(
  deps: Pick<RemapRouteDeps, 'db' | 'remap' | 'previewRemap'>,
  set: ChangeSetRow,
  asked: { readonly version?: number },
): Promise<Inverse> {
  if (!isRemap(set)) throw new Error(`change set ${set.id} is no re-map`);
  const time = { sourceId: set.source_id, from: set.from_at, to: set.to_at };
  const version = asked.version ?? (await findVersionBefore(deps, set));
  if (asked.version !== undefined) await compileOrRefuse(deps, set.source_id, version);
  return { remap: { ...time, version }, preview: await deps.previewRemap({ ...time, version }) };
}

async function findVersionBefore(deps: Pick<RemapRouteDeps, 'db'>, set: RemapSet): Promise<number> {
  const time = { sourceId: set.source_id, from: set.from_at, to: set.to_at };
  const former = await deps.db.reference((tx) => findFormerVersion(tx, { ...time, before: set }));
  if (former !== undefined) return former;
  const versions = await deps.db.acrossLanes('reread', (tx) => listVersionsRead(tx, time));
  const [only, second] = versions;
  if (only !== undefined && second === undefined) return only;
  throw conflict(
    'undo_needs_version',
    versions.length === 0
      ? 'No delivery of this time is kept, so there is nothing to undo.'
      : `The deliveries of this time were read by versions ${versions.join(', ')}: name the one to go back to, or apply each to its own time.`,
  );
}

/** Source, version and time of a request; refuses what does not exist, with what to do. */
async function readWindow(
  deps: RemapRouteDeps,
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

async function compileOrRefuse(
  deps: Pick<RemapRouteDeps, 'remap'>,
  sourceId: string,
  version: number,
): Promise<void> {
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
