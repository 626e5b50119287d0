import {
  dismissReply,
  dismissRequest,
  redriveParams,
  redriveReply,
  redriveRequest,
} from '@plumbline/contract';
import type { RedriveReply, RedriveRequest } from '@plumbline/contract';
import { packQuarantineId, unpackQuarantineId, wireId } from '../../../kernel/ids.ts';
import type { QuarantineAddress } from '../../../kernel/ids.ts';
import { formatInstant } from '../../../kernel/instant.ts';
import type { App, Request } from '../../../platform/http/app.ts';
import { actorOf } from '../../../platform/http/app.ts';
import { decodeCursor, encodeCursor } from '../../../platform/http/paging.ts';
import { conflict, notFound, problemOfRefusal, unprocessable } from '../../../platform/http/problem.ts';
import { instantOf, programOf } from '../../../platform/http/wire.ts';
import { performWrite } from '../../../registry/access/index.ts';
import type { WriteDeps } from '../../../registry/access/index.ts';
import { InvalidMapping } from '../../mapping/index.ts';
import { listHeld, loadHeld, lockOpen, settleHeld } from './quarantine.store.ts';
import type { HeldItem } from './quarantine.store.ts';
import { redriveHeld } from './redrive.actions.ts';
import type { RedriveDeps, Redriven } from './redrive.actions.ts';

/** What the repairs of evidence need. */
export interface RepairDeps extends WriteDeps {
  readonly redrive: RedriveDeps;
  /** Whether there is a source of this name. */
  hasSource(slug: string): Promise<boolean>;
}

/** What a person does about what could not be taken: drive it again, or dismiss it. */
export function redriveRoutes(app: App, deps: RepairDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/quarantine/redrive',
    schema: {
      tags: ['evidence'],
      summary: 'Read quarantined items again by the mapping in force',
      description:
        'Named items, or all open ones that a filter finds, a few hundred at a time: send nextCursor with the same filter until it is null. Pressing twice, or two people at once, never tells an item twice.',
      body: redriveRequest,
      response: { 200: redriveReply },
    },
    handler: (request) => redriveMany(deps, request, request.body),
  });
  app.route({
    method: 'POST',
    url: '/v1/quarantine/:id/redrive',
    schema: {
      tags: ['evidence'],
      summary: 'Read one quarantined item again by the mapping in force',
      params: redriveParams,
      response: { 200: redriveReply },
    },
    handler: (request) => redriveMany(deps, request, { ids: [request.params.id], limit: 1 }),
  });
  app.route({
    method: 'POST',
    url: '/v1/quarantine/:id/dismiss',
    schema: {
      tags: ['evidence'],
      summary: 'Say that nobody needs a quarantined item',
      params: redriveParams,
      body: dismissRequest,
      response: { 200: dismissReply },
    },
    handler: async (request) => (await dismiss(deps, request, request.params.id, request.body.reason)).body,
  });
}

async function redriveMany(deps: RepairDeps, request: Request, body: RedriveRequest): Promise<RedriveReply> {
  const { held, left } = await choose(deps, body);
  let outcomes: Redriven[];
  try {
    outcomes = await redriveHeld(deps.redrive, held, actorOf(request).label);
  } catch (error) {
    if (!(error instanceof InvalidMapping)) throw error;
    throw unprocessable(
      'bad_mapping',
      'The mapping in force cannot be used, so nothing was read. Put a mapping in force that compiles.',
      error.problems.map((one) => ({ path: one.path, message: `${one.problem}; ${one.remedy}` })),
    );
  }
  const last = held.at(-1);
  const reply: RedriveReply = {
    items: outcomes.map(wireRedriven),
    counts: countsOf(held, outcomes),
    left,
    nextCursor:
      left === 0 || last === undefined ? null : encodeCursor([formatInstant(last.receivedAt), last.id]),
  };
  const written = await performWrite(deps, request, { action: 'quarantine.redrive' }, () =>
    Promise.resolve({
      status: 200,
      body: reply,
      subject: reply.items.length === 1 ? (reply.items[0]?.id ?? 'quarantine') : 'quarantine',
      audit: { ...body, counts: reply.counts },
    }),
  );
  return written.body;
}

async function choose(deps: RepairDeps, body: RedriveRequest): Promise<{ held: HeldItem[]; left: number }> {
  if ((body.ids === undefined) === (body.filter === undefined))
    throw unprocessable('ids_or_filter', 'Say which items: either ids or a filter ({} = all open items).', [
      { path: 'body', message: 'give either ids or filter' },
    ]);
  if (body.ids !== undefined) {
    const keys = body.ids.map((id) => addressOf(id));
    const found = new Map(
      (await deps.db.eachLane(keys, (tx, rows) => loadHeld(tx, rows)))
        .flat()
        .map((item): [string, HeldItem] => [item.id, item]),
    );
    const missing = keys.findIndex((key) => !found.has(key.id));
    if (missing >= 0) throw notFound('quarantined item', body.ids[missing] ?? '');
    return { held: [...found.values()], left: 0 };
  }
  const { programId, from, to, ...rest } = body.filter ?? {};
  if (rest.source !== undefined && !(await deps.hasSource(rest.source)))
    throw notFound('source', rest.source);
  const [receivedAt, id] = decodeCursor(body.cursor, 2) ?? [];
  const { items, left } = await deps.db.acrossLanes('reread', (tx) =>
    listHeld(tx, {
      ...rest,
      programId: programOf(programId, 'body.filter.programId'),
      from: from === undefined ? undefined : formatInstant(instantOf(from, 'body.filter.from')),
      to: to === undefined ? undefined : formatInstant(instantOf(to, 'body.filter.to')),
      after: receivedAt === undefined || id === undefined ? undefined : { receivedAt, id },
      limit: body.limit,
    }),
  );
  return { held: items, left };
}

function addressOf(id: string): QuarantineAddress {
  const address = unpackQuarantineId(id);
  if (!address.ok) throw problemOfRefusal(address, 'id');
  return address.value;
}

function wireRedriven(one: Redriven): RedriveReply['items'][number] {
  return {
    id: packQuarantineId(one),
    state: one.state,
    disposition: one.disposition,
    reason: one.reason,
    detail: one.detail,
    eventId: one.eventId === null ? null : wireId('evt', one.eventId),
  };
}

function countsOf(held: readonly HeldItem[], outcomes: readonly Redriven[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of outcomes) {
    const name = one.disposition ?? (one.state === 'open' ? 'open' : 'settled');
    counts[name] = (counts[name] ?? 0) + 1;
  }
  const missing = held.length - outcomes.length;
  return missing === 0 ? counts : { ...counts, open: (counts['open'] ?? 0) + missing };
}

async function dismiss(deps: RepairDeps, request: Request, id: string, reason: string) {
  const address = addressOf(id);
  return performWrite(
    deps,
    request,
    { action: 'quarantine.dismiss', lanes: [address.lane] },
    async (tx, actor) => {
      const [item] = await loadHeld(tx, [address]);
      if (item === undefined) throw notFound('quarantined item', id);
      if (!(await lockOpen(tx, [address])).has(address.id))
        throw conflict('already_settled', 'The item was driven again or dismissed already. Read it anew.');
      await settleHeld(tx, [{ ...address, state: 'dismissed', note: reason, eventId: null }], {
        at: deps.clock.now(),
        by: actor.label,
      });
      return {
        status: 200,
        body: { id, state: 'dismissed' as const },
        subject: id,
        reason,
        audit: { reason },
      };
    },
  );
}
