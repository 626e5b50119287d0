import {
  commissionIdSchema,
  commissionListQuery,
  commissionPage,
  commissionReply,
} from '@plumbline/contract';
import { z } from 'zod';
import { isUuid, packCommissionId, unpackCommissionId, wireId } from '../../kernel/ids.ts';
import type { IdPrefix } from '../../kernel/ids.ts';
import { formatInstant, instantFromIso } from '../../kernel/instant.ts';
import { formatMoney } from '../../kernel/money.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Db } from '../../platform/db.ts';
import type { App } from '../../platform/http/app.ts';
import { badCursor, decodeCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound } from '../../platform/http/problem.ts';
import { instantOf, uuidOf, wireInstant } from '../../platform/http/wire.ts';
import { isRebate, readHoldReason } from '../../pipeline/ledger/facts.ts';
import { findCommission, listCommissions } from './commissions.views.ts';
import type { CommissionCursor, CommissionRow } from './commissions.views.ts';

/** Commissions: every posted difference, with its state. Why it is what it is, is told by `/explain`. */
export function commissionRoutes(app: App, deps: { readonly db: Db; readonly clock: Clock }): void {
  app.route({
    method: 'GET',
    url: '/v1/commissions',
    schema: {
      tags: ['commissions'],
      summary: 'List commissions, newest first',
      querystring: commissionListQuery,
      response: { 200: commissionPage },
    },
    handler: async (request) => {
      const { limit, cursor, component, state } = request.query;
      const idOf = (
        prefix: IdPrefix,
        name: 'programId' | 'partnerId' | 'customerId' | 'eventId',
      ): string | undefined => {
        const text = request.query[name];
        return text === undefined ? undefined : uuidOf(prefix, text, `query.${name}`);
      };
      const filter = {
        limit,
        component,
        state,
        before: cursorOf(cursor),
        programId: idOf('prg', 'programId'),
        partnerId: idOf('prt', 'partnerId'),
        customerId: idOf('cus', 'customerId'),
        eventId: idOf('evt', 'eventId'),
      };
      const rows = await deps.db.acrossLanes('views', (tx) => listCommissions(tx, filter, deps.clock.now()));
      return pageOf(rows, limit, {
        item: wireCommission,
        key: (row) => [formatInstant(row.booked_at), row.hop_id, row.row_no, row.position],
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/commissions/:id',
    schema: {
      tags: ['commissions'],
      summary: 'Read a commission',
      params: z.strictObject({ id: commissionIdSchema }),
      response: { 200: commissionReply },
    },
    handler: async (request) => {
      const address = unpackCommissionId(request.params.id);
      if (!address.ok) throw notFound('commission', request.params.id);
      const row = await deps.db.inLanes([address.value.lane], (tx) =>
        findCommission(tx, address.value, deps.clock.now()),
      );
      if (row === undefined) throw notFound('commission', request.params.id);
      return wireCommission(row);
    },
  });
}

function cursorOf(cursor: string | undefined): CommissionCursor | undefined {
  const [bookedAt, hopId, rowNo, position] = decodeCursor(cursor, 4) ?? [];
  if (bookedAt === undefined || hopId === undefined || rowNo === undefined || position === undefined)
    return undefined;
  if (!isUuid(hopId) || !/^\d{1,9}$/.test(rowNo) || !/^\d{1,9}$/.test(position)) throw badCursor();
  instantOf(bookedAt, 'query.cursor');
  return { bookedAt, hopId, rowNo: Number(rowNo), position: Number(position) };
}

function wireCommission(row: CommissionRow): z.infer<typeof commissionReply> {
  const { item, currency } = row;
  return {
    id: packCommissionId({ lane: row.lane, hopId: row.hop_id, row: row.row_no, item: row.position }),
    programId: wireId('prg', row.program_id),
    partnerId: wireId('prt', row.partner_id),
    customerId: item.c === undefined ? null : wireId('cus', item.c),
    eventId: item.e === undefined ? null : wireId('evt', item.e),
    period: item.p === undefined ? null : item.p.slice(0, 7),
    component: row.component,
    level: item.l,
    amount: { amount: formatMoney({ amountMinor: BigInt(item.a), currency }), currency },
    kind: kindOf(row),
    state: row.state,
    reason:
      row.state === 'held'
        ? row.hold_reason === ''
          ? 'hold_period'
          : readHoldReason(row.hold_reason).shown
        : null,
    holdUntil: wireInstant(row.hold_until),
    causedAt: formatInstant(instantFromIso(item.t)),
    bookedAt: formatInstant(row.booked_at),
    naturalKey: item.k,
  };
}

function kindOf({ kind, component, item }: CommissionRow): z.infer<typeof commissionReply>['kind'] {
  if (kind === 'opening' || kind === 'adjustment') return kind;
  if (isRebate(component)) return 'rebate';
  if (kind === 'clawback' || kind === 'clawback_review') return 'clawback';
  return item.a.startsWith('-') ? 'reversal' : 'commission';
}
