import { clickListQuery, clickPage } from '@plumbline/contract';
import type { z } from 'zod';
import { isUuid, wireId } from '../kernel/ids.ts';
import { formatInstant, instantFromMillis, parseIsoInstant, toMillis } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Db } from '../platform/db.ts';
import type { App } from '../platform/http/app.ts';
import { badCursor, decodeCursor, pageOf } from '../platform/http/paging.ts';
import { instantOf, uuidOf } from '../platform/http/wire.ts';
import type { Secrets } from '../platform/secrets.ts';
import { clickMac } from './click-verifier.actions.ts';
import type { ClickRecorder } from './click-recorder.actions.ts';
import { clickRowId } from './click-row.ts';
import { listClicks } from './clicks.views.ts';
import type { ClickFilter, StoredClick } from './clicks.views.ts';
import { formatClickId, RANDOM_BYTES, readClickId } from './token.ts';
import type { Mac } from './token.ts';

/** Whoever asks right after a visit finds it, unless the database is slow. */
const SETTLE_MS = 1_000;

/** Recorded visits. */
export function clickRoutes(
  app: App,
  deps: { readonly db: Db; readonly context: { readonly secrets: Secrets }; readonly clicks: ClickRecorder },
): void {
  const mac = clickMac(deps.context.secrets);
  app.route({
    method: 'GET',
    url: '/v1/clicks',
    schema: {
      tags: ['links'],
      summary: 'List visits through tracking links',
      querystring: clickListQuery,
      response: { 200: clickPage },
    },
    handler: async (request) => {
      const filter = filterOf(request.query, mac);
      if (filter === undefined) return { items: [], nextCursor: null };
      await deps.clicks.settle(SETTLE_MS);
      const rows = await deps.db.acrossLanes('views', (tx) => listClicks(tx, filter));
      return pageOf(rows, filter.limit, {
        item: (row) => wireClick(row, mac),
        key: (row) => [formatInstant(row.clicked_at), row.id],
      });
    },
  });
}

/** Undefined when nothing can be found: a click id that is not ours. */
function filterOf(query: z.infer<typeof clickListQuery>, mac: Mac): ClickFilter | undefined {
  const { limit, cursor, programId, partnerId, linkId, clickId, from, to, mark, country, ...subs } = query;
  const named = clickId === undefined ? undefined : readClickId(clickId, mac);
  if (clickId !== undefined && named === undefined) return undefined;
  const at = named === undefined ? undefined : instantFromMillis(named.atMillis);
  return {
    limit,
    mark,
    country,
    before: beforeOf(cursor),
    programId: programId === undefined ? undefined : uuidOf('prg', programId, 'query.programId'),
    partnerId: partnerId === undefined ? undefined : uuidOf('prt', partnerId, 'query.partnerId'),
    linkId: named?.linkId ?? (linkId === undefined ? undefined : uuidOf('lnk', linkId, 'query.linkId')),
    id: clickId === undefined ? undefined : clickRowId(clickId),
    // A click id says when it was minted, so one place of the index is looked at.
    from: at ?? (from === undefined ? undefined : instantOf(from, 'query.from')),
    to: at === undefined ? (to === undefined ? undefined : instantOf(to, 'query.to')) : ((at + 1) as Instant),
    subs: Object.fromEntries(
      Object.entries(subs).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
  };
}

function beforeOf(cursor: string | undefined): ClickFilter['before'] {
  const [at, id] = decodeCursor(cursor, 2) ?? [];
  if (at === undefined || id === undefined) return undefined;
  if (!parseIsoInstant(at).ok || !isUuid(id)) throw badCursor();
  return { at, id };
}

function wireClick(row: StoredClick, mac: Mac) {
  const token = {
    linkId: row.link_id,
    partnerId: row.partner_id,
    atMillis: toMillis(row.clicked_at),
    country: row.country,
  };
  return {
    id: wireId('clk', row.id),
    clickId:
      row.nonce === null || row.nonce.length !== RANDOM_BYTES ? null : formatClickId(token, row.nonce, mac),
    programId: wireId('prg', row.program_id),
    partnerId: wireId('prt', row.partner_id),
    linkId: wireId('lnk', row.link_id),
    clickedAt: formatInstant(row.clicked_at),
    receivedAt: formatInstant(row.received_at),
    subs: row.subs,
    target: row.target,
    network: row.ip_short,
    country: row.country === '' ? null : row.country,
    userAgent: row.user_agent,
    referrer: row.referrer,
    marks: row.duplicate ? [...row.marks, 'duplicate' as const] : [...row.marks],
  };
}
