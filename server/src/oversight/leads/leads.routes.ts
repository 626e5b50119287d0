import { leadListQuery, leadPage, partnerIdSchema } from '@plumbline/contract';
import { z } from 'zod';
import { isUuid, parseWireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Db, Tx } from '../../platform/db.ts';
import type { App } from '../../platform/http/app.ts';
import { badCursor, decodeCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { clickRowId } from '../../tracking/index.ts';
import { clickOfLead, describeLead, eventsOfLead } from './lead.ts';
import type { StoredLead } from './lead.ts';
import { findPartnerNow, listCreatives, listDecided, listLeads, listSubs } from './leads.views.ts';
import type { DecidedEvent, LeadFilter, LeadPlace } from './leads.views.ts';

/** The customers of a partner as the partner may see them. */
export function leadRoutes(app: App, deps: { readonly db: Db; readonly clock: { now(): Instant } }): void {
  app.route({
    method: 'GET',
    url: '/v1/partners/:id/leads',
    schema: {
      tags: ['partners'],
      summary: 'The customers of a partner from their registration on, with what each lacks to qualify',
      description:
        'Those whose latest partner it is. Nothing names a person: a customer is told by its id, what brought it, and where it stands.',
      params: z.strictObject({ id: partnerIdSchema }),
      querystring: leadListQuery,
      response: { 200: leadPage },
    },
    handler: async (request) => {
      const { limit, cursor, state, search, sort } = request.query;
      const partnerId = uuidOf('prt', request.params.id);
      const filter: LeadFilter = {
        partnerId,
        state,
        sort,
        limit,
        after: placeOf(cursor, sort),
        ...searchOf(search),
      };
      return deps.db.acrossLanes('views', async (tx) => {
        const now = await findPartnerNow(tx, partnerId, formatInstant(deps.clock.now()));
        if (now === undefined) throw notFound('partner', request.params.id);
        const rows = await listLeads(tx, filter);
        const known = await loadKnown(tx, rows.slice(0, limit));
        return pageOf(rows, limit, {
          item: (row) => describeLead(row, { partnerId, now, ...known(row) }),
          key: (row) => [row.key, row.id],
        });
      });
    },
  });
}

function searchOf(search: string | undefined): Pick<LeadFilter, 'search' | 'customerId' | 'linkId'> {
  if (search === undefined) return {};
  const text = search.trim();
  const customer = parseWireId('cus', text);
  const link = parseWireId('lnk', text);
  return {
    search: text,
    customerId: customer.ok ? customer.value : undefined,
    linkId: link.ok ? link.value : undefined,
  };
}

function placeOf(cursor: string | undefined, sort: LeadFilter['sort']): LeadPlace | undefined {
  const [key, id] = decodeCursor(cursor, 2) ?? [];
  if (key === undefined || id === undefined) return undefined;
  const fits = sort === 'firstDeposit' ? /^-?\d{1,18}$/.test(key) : !Number.isNaN(Date.parse(key));
  if (!isUuid(id) || !fits) throw badCursor();
  return { key, id };
}

type Known = Omit<Parameters<typeof describeLead>[1], 'partnerId' | 'now'>;

/** Everything that a page of leads names besides the customers themselves. */
async function loadKnown(tx: Tx, leads: readonly StoredLead[]): Promise<(lead: StoredLead) => Known> {
  const keys = leads.flatMap((lead) => {
    const { registration, deposit } = eventsOfLead(lead);
    return [registration, deposit].flatMap((eventId) =>
      eventId === undefined ? [] : [{ lane: lead.lane, customerId: lead.id, eventId }],
    );
  });
  const decided = new Map<string, DecidedEvent>(
    (await listDecided(tx, keys)).map((row) => [`${row.customerId} ${row.eventId}`, row]),
  );
  const find = (lead: StoredLead, eventId: string | undefined): DecidedEvent | undefined =>
    eventId === undefined ? undefined : decided.get(`${lead.id} ${eventId}`);
  const visitOf = (lead: StoredLead): { id: string; linkId: string; at: Instant } | undefined => {
    const click = clickOfLead(lead);
    const clickId = find(lead, eventsOfLead(lead).registration)?.clickId ?? undefined;
    return click === undefined || clickId === undefined ? undefined : { ...click, id: clickRowId(clickId) };
  };
  const visits = leads.flatMap((lead) => visitOf(lead) ?? []);
  const subs = await listSubs(tx, visits);
  const links = leads.flatMap((lead) => clickOfLead(lead)?.linkId ?? []);
  const creatives = await listCreatives(tx, links);
  return (lead) => {
    const { registration, deposit } = eventsOfLead(lead);
    return {
      registration: find(lead, registration),
      deposit: find(lead, deposit),
      subs: subs.get(visitOf(lead)?.id ?? '') ?? {},
      creative: creatives.get(clickOfLead(lead)?.linkId ?? ''),
    };
  };
}
