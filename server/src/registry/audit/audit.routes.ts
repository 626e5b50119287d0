import { auditListQuery, auditPage } from '@plumbline/contract';
import { formatInstant } from '../../kernel/instant.ts';
import type { Db } from '../../platform/db.ts';
import type { App } from '../../platform/http/app.ts';
import { badCursor, decodeCursor, pageOf } from '../../platform/http/paging.ts';
import { listAuditEntries } from './audit.views.ts';

/** Reading the audit trail. Nobody writes it by HTTP: every write leaves its entry. */
export function auditRoutes(app: App, deps: { readonly db: Db }): void {
  app.route({
    method: 'GET',
    url: '/v1/audit',
    schema: {
      tags: ['access'],
      summary: 'List what was changed, by whom and why, newest first',
      querystring: auditListQuery,
      response: { 200: auditPage },
    },
    handler: async (request) => {
      const { limit, cursor, subject, action } = request.query;
      const key = decodeCursor(cursor, 1)?.[0];
      if (key !== undefined && !/^\d{1,15}$/u.test(key)) throw badCursor();
      const before = key === undefined ? undefined : Number(key);
      const rows = await deps.db.reference((tx) =>
        listAuditEntries(tx, { before, subject, action, limit: limit + 1 }),
      );
      return pageOf(rows, limit, {
        item: ({ id: _id, at, ...entry }) => ({ ...entry, at: formatInstant(at) }),
        key: (row) => [row.position],
      });
    },
  });
}
